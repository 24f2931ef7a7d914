import { stripControlCharacters } from "./plain-text.ts";

/** Stands for a run's folder that is not known. */
const PLACEHOLDER = "<run folder>";
const LONGEST_FOLDER = 200;
/** Needs no quotes in a POSIX shell; a leading hyphen would be read as an option. */
const PLAIN_FOLDER = /^[\w./@%+=:,][\w./@%+=:,-]*$/u;

/**
 * A run's folder as one argument of a command to copy into a POSIX shell, quoted where it must be; a placeholder
 * where it is not known or could not be typed as it is shown.
 */
export function runArgument(folder: string | null): string {
  if (folder === null || folder === "" || folder.length > LONGEST_FOLDER) return PLACEHOLDER;
  if (stripControlCharacters(folder) !== folder) return PLACEHOLDER;
  if (PLAIN_FOLDER.test(folder)) return folder;
  const named = folder.startsWith("-") ? `./${folder}` : folder;
  return `'${named.replaceAll("'", "'\\''")}'`;
}

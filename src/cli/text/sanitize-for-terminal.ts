import { replaceControlCharacters, stripControlCharacters } from "../../report/index.ts";

/** What divides lines and columns. */
const LAYOUT = /([\n\t])/;
/** That, and colors and their end (SGR), but for the one that hides text: all a text of ours may do besides being read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colors consist of
const LAYOUT_AND_COLORS = /(\u001b\[(?:[0-7]|2[2-9]|3\d|4\d|9\d)m|[\n\t])/;

/**
 * A text as it may go to a terminal, whatever ids, questions and answers it shows: characters that act unseen become
 * spaces, apart from line ends, tabs and, where the text is colored by us, colors.
 */
export function sanitizeForTerminal(text: string, isColored: boolean): string {
  return text
    .split(isColored ? LAYOUT_AND_COLORS : LAYOUT)
    .map((part, index) => (index % 2 === 1 ? part : stripControlCharacters(part)))
    .join("");
}

/** JSON with characters that act unseen written as escapes: the same values, and harmless on a terminal. */
export function sanitizeJson(json: string): string {
  return replaceControlCharacters(json, (character) =>
    // What JSON.stringify itself lays out by; within strings it has escaped these.
    character < " " ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

import { DataError } from "../../../errors.ts";

/** Words that Python's json writes and JSON does not know. */
const FOREIGN_WORDS = ["NaN", "-Infinity", "Infinity"];

/**
 * The JSON values of a text that other tools write: one, or several without anything between them (`}{`), with `NaN`
 * and `Infinity`, which are read as null.
 * @throws DataError with the place for anything else
 */
export function parseJsonValues(text: string, file: string, line: number): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    const parts = separateObjects(text);
    try {
      return parts.map((part) => JSON.parse(part) as unknown);
    } catch {
      const excerpt = text.length > 60 ? `${text.slice(0, 60)}…` : text;
      throw new DataError(
        `This is not a JSON value: ${JSON.stringify(excerpt)} (${error instanceof Error ? error.message : error}).`,
        { file, line },
        error,
      );
    }
  }
}

/** Cuts a text behind each object that ends at the top, with null for foreign words. */
function separateObjects(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let from = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) {
      parts.push(part + text.slice(from, at + 1));
      part = "";
      from = at + 1;
    } else if (character === "N" || character === "I" || character === "-") {
      const word = FOREIGN_WORDS.find((foreign) => text.startsWith(foreign, at));
      if (word === undefined) continue;
      part += `${text.slice(from, at)}null`;
      at += word.length - 1;
      from = at + 1;
    }
  }
  part += text.slice(from);
  if (part.trim() !== "" || parts.length === 0) parts.push(part);
  return parts;
}

import { stripVTControlCharacters } from "node:util";

/**
 * Breaks lines at spaces so that none is wider than `width`; a longer word, such as a path, keeps a line of its own.
 * Line breaks in the text stay.
 * @param width in characters; Infinity leaves the text as it is
 * @param indent set before every line of a paragraph but the first
 */
export function wrapText(text: string, width: number, indent: string = ""): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("\n");
}

/** As {@link wrapText}, but what is set off by its beginning stays as it is: indented lines and the frames of tables. */
export function wrapProse(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (/^[\s┌│├└]/u.test(line) ? line : wrapLine(line, width, "")))
    .join("\n");
}

function wrapLine(line: string, width: number, indent: string): string {
  if (shownLength(line) <= width) return line;
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (shownLength(longer) > width && current.trim() !== "") {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current].join("\n");
}

/** Length without colours. */
function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

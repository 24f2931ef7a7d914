import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/**
 * Breaks lines at spaces so that none is wider than `width`, as terminals count: colors take no column, an ideogram
 * two. A longer word, such as a path, keeps a line of its own. Line breaks in the text stay, and so does the indent of
 * a line, which what is broken off gets too.
 * @param width in columns; Infinity leaves the text as it is
 */
export function wrapText(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
}

/**
 * As {@link wrapText}, but what is set off by its beginning stays as it is: indented lines, the frames of tables, and
 * commands to paste, which a line break would cut in two.
 */
export function wrapProse(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (/^(?:[\s┌│├└]|Next: )/u.test(line) ? line : wrapLine(line, width)))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  // The library trims every line, which one that fits does not need.
  if (stringWidth(line) <= width) return line;
  const indent = /^ */u.exec(line)?.[0] ?? "";
  return indent + wrapAnsi(line, width - indent.length).replaceAll("\n", `\n${indent}`);
}

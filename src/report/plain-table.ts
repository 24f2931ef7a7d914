import Table from "cli-table3";

const NO_BORDER = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " },
};

/** Columns of a terminal that is too narrow for anything, and beyond which lines are hard to read. */
const NARROWEST = 60;
const WIDEST = 120;

/** Width at which text is set on a terminal of so many columns. */
export function readableWidth(columns: number): number {
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}

/**
 * Rows of a table without lines, the first column to the left, the others to the right.
 * @param firstWidth at which the first column wraps, in characters
 */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  firstWidth?: number,
): string[] {
  const table = new Table({
    chars: NO_BORDER,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? "left" : "right")),
    ...(firstWidth !== undefined && { colWidths: [firstWidth], wordWrap: true }),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((row) => row.trimEnd());
}

/** Breaks at spaces, and inside a word only where it alone is longer than a line. */
export function wrapSentence(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{1,${width}}`, "gu")) ?? [];
}

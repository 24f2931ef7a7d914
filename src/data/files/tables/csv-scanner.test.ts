import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CsvScanner } from "./csv-scanner.ts";

/** All records, or the error's message, of a text that comes in pieces. */
function scan(text: string, cuts: readonly number[], delimiter = ","): string[][] | string {
  const scanner = new CsvScanner("t.csv", delimiter);
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  try {
    const records = places
      .slice(1)
      .flatMap((end, piece) => scanner.push(text.slice(places[piece], end), false));
    return [...records, ...scanner.push("", true)].map(({ cells }) => [...cells]);
  } catch (error) {
    return (error as Error).message;
  }
}

function reference(text: string, delimiter = ","): string[][] | null {
  try {
    return parse(text, { delimiter, skip_empty_lines: true });
  } catch {
    return null;
  }
}

const characters = fc.constantFrom(..."ab1 ,;\t\"'\n", '""', "é", "漢", '",', ',"', '"\n', "\r\n");

test("any text is cut as csv-parse cuts it, or refused where csv-parse refuses it, wherever its pieces end", () => {
  fc.assert(
    fc.property(
      fc.array(characters, { maxLength: 40 }).map((parts) => parts.join("").replaceAll("\r\n", "\n")),
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.constantFrom(",", ";", "\t"),
      (text, cuts, delimiter) => {
        const expected = reference(text, delimiter);
        const found = scan(text, cuts, delimiter);
        if (expected === null) expect(typeof found).toBe("string");
        else expect(found).toEqual(expected);
        expect(scan(text, [], delimiter)).toEqual(found);
      },
    ),
    { numRuns: 3000 },
  );
});

test("any table comes back from its CSV, with LF, CRLF or CR", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "ü", ",", '"', "\n", " ", "9"), maxLength: 6 });
  fc.assert(
    fc.property(
      fc
        .integer({ min: 2, max: 4 })
        .chain((width) =>
          fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
        ),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 5 }),
      (rows, lineEnd, isTerminated, cuts) => {
        const lines = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
        const text = lines.join(lineEnd) + (isTerminated ? lineEnd : "");
        expect(scan(text, cuts)).toEqual(rows);
      },
    ),
  );
});

test("records know the line on which they begin", () => {
  const scanner = new CsvScanner("t.csv", ",");
  const records = [...scanner.push('a,b\r\n\r\n"x\ny","\n', false), ...scanner.push('z"\n1,2', true)];
  expect(records).toEqual([
    { cells: ["a", "b"], line: 1 },
    { cells: ["x\ny", "\nz"], line: 3 },
    { cells: ["1", "2"], line: 6 },
  ]);
});

import { describe, expect, test } from "vitest";
import { brokenStates, denseRows } from "../../test/support/embed/embedder-contract.ts";
import { decodeStoredState, encodeStoredState } from "../data/index.ts";
import { AbortedError, ModelFileError, UsageError } from "../errors.ts";
import { createEmbedder } from "./create-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";
import { fitStyle } from "./style.ts";

const LONG = "Is 12 (or 3) = É?\nNO";
const SHORT = "ok?";
/**
 * Of 20 characters: 3 digits, 4 capitals, the symbols ( ) = ?, one opening bracket, one beyond ASCII; one end of a line;
 * two numbers; 7 words of 14 characters, the longest of 3.
 */
const OF_LONG = [
  ...[Math.log(21), Math.log(8), Math.log(2), Math.log(3)],
  ...[3 / 20, 4 / 20, 4 / 20, 1 / 20, 1 / 20, 1 / 7, 0, Math.log(4), 2],
];
const OF_SHORT = [Math.log(4), Math.log(2), 0, 0, 0, 0, 1 / 3, 0, 0, 1, 1, Math.log(4), 3];

/** The measurements of a text themselves: the means of one text alone. */
const measured = (text: string): number[] => [...(fitStyle([text]).save().arrays.means as Float64Array)];

describe("measurements", () => {
  test("by hand", () => {
    for (const [text, expected] of [
      [LONG, OF_LONG],
      [SHORT, OF_SHORT],
    ] as const)
      measured(text).forEach((value, column) => {
        expect(value, `${column}`).toBeCloseTo(expected[column]!, 12);
      });
  });

  test("of other scripts: digits, capitals and signs count as what they are", () => {
    const [, , , numbers, digits, capitals, symbols, brackets, foreign] = measured("Ж ١٢ «漢»");
    expect(numbers).toBeCloseTo(Math.log(2), 12);
    expect([digits, capitals, symbols, brackets, foreign]).toEqual([2 / 8, 1 / 8, 2 / 8, 0, 6 / 8]);
  });

  test("a text asks where it ends in a question mark, blanks apart", () => {
    const asks = (text: string): number => measured(text)[10]!;
    expect([asks("a?"), asks("a? \n"), asks("a? b"), asks("?"), asks("")]).toEqual([1, 1, 0, 1, 0]);
  });

  test("of an empty text are 0", () => {
    expect(measured("")).toEqual(new Array(13).fill(0));
  });
});

describe("rows", () => {
  test("are standard deviations from the training texts' means", () => {
    const [long, short, other] = denseRows(fitStyle([LONG, SHORT]).embed([LONG, SHORT, LONG]));
    expect(other).toEqual(long);
    OF_LONG.forEach((value, column) => {
      // Of two texts, each stands one deviation from the mean; a millionth keeps those from 0 that do not vary.
      const sign = Math.sign(value - OF_SHORT[column]!);
      expect(long![column]).toBeCloseTo(sign, 4);
      expect(short![column]).toBeCloseTo(-sign, 4);
    });
  });

  test("are clipped at four", () => {
    const fitted = fitStyle(["ab cd", "ab cde"]);
    const [row] = denseRows(fitted.embed([`${"X(1)\n".repeat(1000)}?`]));
    expect(Math.max(...row!)).toBe(4);
    expect(Math.min(...row!)).toBeGreaterThanOrEqual(-4);
    expect(row!.every(Number.isFinite)).toBe(true);
  });

  test.each(["", "\ud800", "\u0000", "x".repeat(100_000), "?".repeat(100_000), "👩‍👩‍👧‍👦"])(
    "are finite for a strange text, %#",
    (text) => {
      const fitted = fitStyle([LONG, SHORT, text]);
      expect(
        denseRows(fitted.embed([text, "other"]))
          .flat()
          .every(Number.isFinite),
      ).toBe(true);
    },
  );
});

test("the embedder fits, saves and restores alike, bit for bit", async () => {
  const fitted = await createEmbedder("style").fit([LONG, SHORT]);
  if (!fitted.isLocal) throw new Error("style is local");
  expect(fitted).toMatchObject({ name: "style", kernel: "gaussian", columns: 13 });
  const restored = restoreEmbedder(decodeStoredState(encodeStoredState(fitted.save())));
  if (!restored.isLocal) throw new Error("style is local");
  expect(restored).toMatchObject({ name: "style", kernel: "gaussian", columns: 13 });
  const texts = [LONG, "Another one?", ""];
  expect(restored.embed(texts)).toEqual(fitted.embed(texts));
  expect(restored.embed([])).toMatchObject({ rows: 0, columns: 13 });
});

test("there must be texts, and the work can be called off", async () => {
  await expect(createEmbedder("style").fit([])).rejects.toThrow(UsageError);
  await expect(createEmbedder("style").fit([LONG], { signal: AbortSignal.abort() })).rejects.toThrow(
    AbortedError,
  );
});

test("a stored style that contradicts itself is refused", () => {
  const state = fitStyle([LONG, SHORT]).save();
  for (const broken of brokenStates(state)) expect(() => restoreEmbedder(broken)).toThrow(ModelFileError);
  for (const [name, value] of [
    ["means", Number.NaN],
    ["deviations", 0],
    ["deviations", -1],
    ["deviations", Number.POSITIVE_INFINITY],
  ] as const) {
    const arrays = { ...state.arrays, [name]: new Float64Array(13).fill(value) };
    expect(() => restoreEmbedder({ ...state, arrays }), `${name} ${value}`).toThrow(ModelFileError);
  }
});

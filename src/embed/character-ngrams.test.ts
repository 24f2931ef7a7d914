import { expect, test } from "vitest";
import { denseRows, testEmbedderContract } from "../../test/support/embed/embedder-contract.ts";
import { createEmbedder } from "./create-embedder.ts";
import { embedTexts } from "./embed-texts.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

const PROMPTS = [
  "The answer is:",
  "Let's think step by step.",
  "Work out the answer step by step, then state it.",
  "一步一步地思考。",
];

testEmbedderContract({
  title: "character-ngrams",
  create: () => createEmbedder("character-ngrams"),
  restore: restoreEmbedder,
  trainingTexts: PROMPTS,
  unknownText: "zyxwv qpqpq",
});

/** Cosines by the definition: every substring of 3 to 5 characters of every padded word, counted in a map. */
function naiveCosines(texts: readonly string[]): number[][] {
  const counted = texts.map((text) => {
    const counts = new Map<string, number>();
    const count = (gram: string): void => void counts.set(gram, (counts.get(gram) ?? 0) + 1);
    for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
      const padded = ` ${word} `;
      for (const length of [3, 4, 5])
        for (let start = 0; start + length <= padded.length; start++)
          count(padded.slice(start, start + length));
    }
    return counts;
  });
  const frequency = (gram: string): number => counted.filter((counts) => counts.has(gram)).length;
  const rows = counted.map((counts) => {
    const row = new Map<string, number>();
    for (const [gram, count] of counts)
      row.set(gram, (1 + Math.log(count)) * (Math.log((1 + texts.length) / (1 + frequency(gram))) + 1));
    return { row, length: Math.hypot(...row.values()) };
  });
  return rows.map((left) =>
    rows.map(
      (right) =>
        [...left.row].reduce((sum, [gram, value]) => sum + value * (right.row.get(gram) ?? 0), 0) /
        (left.length * right.length),
    ),
  );
}

test("cosines equal the naive twin's", async () => {
  // Words of three letters and more: shorter ones count once in all, which the last test shows.
  const texts = ["think step think", "thinking steps", "answer this step", "think"];
  const rows = denseRows(
    await createEmbedder("character-ngrams")
      .fit(texts)
      .then((fitted) => embedTexts(fitted, texts)),
  );
  const expected = naiveCosines(texts);
  for (const [i, left] of rows.entries())
    for (const [j, right] of rows.entries())
      expect(left.reduce((sum, value, column) => sum + value * right[column]!, 0)).toBeCloseTo(
        expected[i]![j]!,
        6,
      );
});

test("a word too short for longer n-grams counts once, as in scikit-learn", async () => {
  const fitted = await createEmbedder("character-ngrams").fit(["a ab"]);
  const { grams } = fitted.save().header as { grams: string[] };
  expect([...grams].sort()).toEqual([" a ", " ab", " ab ", "ab "]);
  const [row] = denseRows(await embedTexts(fitted, ["a ab"]));
  for (const value of row!) expect(value).toBeCloseTo(1 / 2, 6);
});

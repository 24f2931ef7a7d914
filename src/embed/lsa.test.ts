import { expect, test } from "vitest";
import { denseRows, testEmbedderContract } from "../../test/support/embed/embedder-contract.ts";
import { realQuestions } from "../../test/support/real-questions.ts";
import { requireSharedData } from "../../test/support/shared-data.ts";
import { AbortedError } from "../errors.ts";
import { createEmbedder } from "./create-embedder.ts";
import { embedTexts } from "./embed-texts.ts";
import { lsa } from "./lsa.ts";
import { restoreEmbedder } from "./restore-embedder.ts";
import { fitTermFrequency } from "./term-frequency.ts";

const TEXTS = [
  "Mary had 3 apples and ate 2 of them. How many are left?",
  "Tom had 12 pens and lost 5 of them. How many are left?",
  "A train goes 80 km in 1 hour. How far does it go in 3 hours?",
  "A bus goes 40 km in 2 hours. How far does it go in 1 hour?",
  "小明有3个苹果,妈妈又给了他12个,一共有几个苹果?",
];

testEmbedderContract({
  title: "lsa",
  create: () => createEmbedder("lsa:masked-tf:3"),
  restore: restoreEmbedder,
  trainingTexts: TEXTS,
  unknownText: "zyxwv; qponm",
});

function cosine(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * right[index]!, 0);
}

test("with as many dimensions as texts the cosines are those of the counts", async () => {
  const rows = denseRows(await embedTexts(await lsa("masked-tf", 10).fit(TEXTS), TEXTS));
  const counts = denseRows(fitTermFrequency("masked-tf", TEXTS).embed(TEXTS));
  expect(rows[0]!.length).toBe(TEXTS.length);
  for (const [i, left] of rows.entries())
    for (const [j, right] of rows.entries())
      expect(cosine(left, right)).toBeCloseTo(cosine(counts[i]!, counts[j]!), 5);
});

test("with few, texts of one kind fall together", async () => {
  const [apples, pens, train, bus] = denseRows(
    await embedTexts(await lsa("masked-tf", 2).fit(TEXTS.slice(0, 4)), TEXTS),
  );
  expect(cosine(apples!, pens!)).toBeGreaterThan(0.95);
  expect(cosine(train!, bus!)).toBeGreaterThan(0.95);
  expect(Math.abs(cosine(apples!, train!))).toBeLessThan(0.5);
});

test("on the mawps questions it keeps what the counts say of neighbors", async (context) => {
  requireSharedData(context);
  const questions = (await realQuestions("mawps")).filter((_, index) => index % 8 === 0);
  const counts = denseRows(fitTermFrequency("form-tf", questions).embed(questions));
  const fitted = await lsa("form-tf", 96).fit(questions);
  const rows = denseRows(await embedTexts(fitted, questions));
  expect(fitted.columns).toBe(96);
  // Where the counts find a near neighbor, so does LSA: the projection takes away noise, not likeness.
  let kept = 0;
  let near = 0;
  for (let i = 0; i < rows.length; i += 3)
    for (let j = 0; j < i; j++)
      if (cosine(counts[i]!, counts[j]!) > 0.5) {
        near++;
        if (cosine(rows[i]!, rows[j]!) > 0.5) kept++;
      }
  expect(near).toBeGreaterThan(15);
  expect(kept / near).toBeGreaterThan(0.95);
});

test("progress is told, and the work can be called off between passes", async () => {
  const controller = new AbortController();
  const stages: string[] = [];
  const onProgress = (stage: string, done: number, total: number): void => {
    stages.push(`${stage} ${done}/${total}`);
    controller.abort();
  };
  await expect(lsa("masked-tf", 2).fit(TEXTS, { onProgress, signal: controller.signal })).rejects.toThrow(
    AbortedError,
  );
  expect(stages).toEqual(["lsa 1/2"]);
});

test("stored components that are no numbers are refused", async () => {
  const state = (await lsa("masked-tf", 2).fit(TEXTS)).save();
  const rightVectors = (state.arrays.rightVectors as Float32Array).slice();
  rightVectors[3] = Number.NaN;
  expect(() => restoreEmbedder({ ...state, arrays: { ...state.arrays, rightVectors } })).toThrow(/NaN/);
});

import { describe, expect, test } from "vitest";
import { meanQuality, promptQuality } from "./prompt-quality.ts";

const rewards = (successes: readonly number[], prompts: number) => ({
  queries: successes.length / prompts,
  prompts,
  successes: Float64Array.from(successes),
  trials: new Float64Array(successes.length).fill(1),
});

describe("quality, prompt by prompt", () => {
  test("each measure is taken for one prompt at a time and averaged", () => {
    // Prompt 0: predicted right on rows 0, 1, 2 and is on 0, 3. Prompt 1: predicted right on row 0, and is.
    const scores = Float64Array.of(0.9, 0.9, 0.9, 0.1, 0.9, 0.1, 0.1, 0.1);
    const quality = promptQuality(scores, rewards([1, 1, 0, 0, 0, 0, 1, 0], 2), [0, 1])!;
    expect(quality.accuracy).toBeCloseTo((1 / 4 + 1) / 2, 12);
    expect(quality.precision).toBeCloseTo((1 / 3 + 1) / 2, 12);
    expect(quality.recall).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect(quality.f1).toBeCloseTo((0.4 + 1) / 2, 12);
  });

  test("a prompt never predicted right leaves the precision undefined, as NumPy's 0/0 does", () => {
    const quality = promptQuality(Float64Array.of(0.9, 0.5), rewards([1, 1], 2), [0, 1])!;
    expect(quality.precision).toBeNull();
    expect(quality.accuracy).toBe(0.5);
    expect(promptQuality(new Float64Array(0), rewards([], 2), [0])).toBeNull();
    expect(promptQuality(Float64Array.of(0.9, 0.5), rewards([1, 1], 2), [])).toBeNull();
  });

  test("the mean over models leaves the undefined ones out, measure by measure, and counts the rest", () => {
    const defined = { accuracy: 0.5, precision: 0.25, recall: 0.5, f1: 0.5 };
    const partly = { accuracy: 0.7, precision: null, recall: 0.1, f1: null };
    expect(meanQuality([defined, partly, null], { accuracy: 1, precision: 1 })).toEqual({
      accuracy: 0.6,
      precision: 0.25,
      recall: 0.3,
      f1: 0.5,
      precisionSubsets: 1,
      published: { accuracy: 1, precision: 1 },
    });
    expect(meanQuality([null], null)).toBeNull();
  });
});

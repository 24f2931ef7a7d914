import { expect, test } from "vitest";
import type { StrategyInput } from "../select/index.ts";
import type { RewardMatrix } from "../types/index.ts";
import { describeEstimator } from "./describe-estimator.ts";

/** Two training prompts and a held-out one without answers; prompt 1 is chosen for all, prompt 0 the fixed one. */
function makeInput(rewards: RewardMatrix, more: Partial<StrategyInput> = {}): StrategyInput {
  const { queries: units, prompts } = rewards;
  return {
    rewards,
    clusters: Int32Array.from({ length: units }, (_, unit) => unit),
    scores: new Float64Array(units * prompts).fill(0.5),
    confidence: null,
    trainingColumns: Int32Array.of(0, 1),
    heldOutColumns: Int32Array.of(2),
    fixedColumn: new Int32Array(units),
    chosen: new Int32Array(units).fill(1),
    open: new Uint8Array(units),
    keepFixed: new Uint8Array(units),
    otherFold: null,
    seed: 1,
    protocol: "nested",
    ...more,
  };
}

/** Prompt 1 answers every `every`-th question, prompt 0 the others; prompt 1 is right in four of five, prompt 0 in two of three. */
function oneEach(units: number, every: number): RewardMatrix {
  const trials = new Float64Array(3 * units);
  const successes = new Float64Array(3 * units);
  for (let unit = 0; unit < units; unit++) {
    const column = unit % every === 0 ? 1 : 0;
    trials[3 * unit + column] = 1;
    successes[3 * unit + column] = column === 1 ? Number(unit % 5 !== 0) : unit % 2;
  }
  return { queries: units, prompts: 3, trials, successes };
}

test("a complete log rests on nothing that must be believed, whatever held-out prompts lack", () => {
  const trials = Float64Array.from({ length: 90 }, (_, cell) => (cell % 3 === 2 ? 0 : 1));
  expect(describeEstimator(makeInput({ queries: 30, prompts: 3, trials, successes: trials }))).toMatchObject({
    kind: "paired",
    propensity: "complete",
    effectiveQuestions: 30,
    largestWeight: 1,
    withoutOverlap: 0,
    selectionToUndo: null,
  });
});

test("one answer a question rests on rates, and says how strong a hidden selection would undo the gain", () => {
  const described = describeEstimator(makeInput(oneEach(120, 4)));
  expect(described).toMatchObject({ kind: "doubly-robust", propensity: "rates", withoutOverlap: 0 });
  expect(described.assumption).toMatch(/drawn at random/);
  // A quarter of the questions was answered under the chosen prompt, and each stands for four.
  expect(described.effectiveQuestions).toBeCloseTo(30, 9);
  expect(described.largestWeight).toBeCloseTo(4, 9);
  // By the answers there are under prompt 1: of 0, 4, … 116 every fifth is a multiple of five, and wrong.
  expect(described.selfNormalized).toBeCloseTo(24 / 30, 9);
  expect(described.selectionToUndo).toBeGreaterThan(1);
});

test("no gain has nothing to undo", () => {
  const chosen = new Int32Array(120);
  expect(describeEstimator(makeInput(oneEach(120, 4), { chosen })).selectionToUndo).toBeNull();
});

test("where the chosen prompt was never tried, all questions are without overlap", () => {
  const rewards = oneEach(60, 4);
  const isFirst = (cell: number): boolean => cell % 3 === 0;
  const only = {
    ...rewards,
    trials: rewards.trials.map((_, cell) => Number(isFirst(cell))),
    successes: rewards.successes.map((sum, cell) => (isFirst(cell) ? sum : 0)),
  };
  expect(describeEstimator(makeInput(only))).toMatchObject({
    selfNormalized: null,
    kind: "doubly-robust",
    effectiveQuestions: 0,
    largestWeight: 0,
    withoutOverlap: 1,
    selectionToUndo: null,
  });
});

test("an adaptive log without propensities has none", () => {
  const described = describeEstimator(makeInput(oneEach(60, 4), { observation: { isAdaptive: true } }));
  expect(described).toMatchObject({ kind: "doubly-robust", propensity: null, selectionToUndo: null });
  expect(described.assumption).toMatch(/Record the propensity/);
});

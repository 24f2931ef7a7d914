import { expect, test } from "vitest";
import { countRewards } from "../../src/data/index.ts";
import { bestFixedPrompt, fixedPromptCertainty } from "../../src/evaluate/index.ts";
import { type AllocationSettings, propensities, SlotOrder } from "../../src/llm/index.ts";
import { evaluateStrategies } from "../../src/select/index.ts";
import type { RewardLog, RewardMatrix } from "../../src/types/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { playAllocation } from "../support/play-allocation.ts";

const PROMPTS = 4;
const QUESTIONS = 120;
const RUNS = 300;
/** All prompts alike: whatever differs between them is what the allocation does. */
const SUCCESS = 0.5;

/** The log that an adaptive collection leaves. */
function adaptiveLog(settings: AllocationSettings, drawReward: () => number): RewardLog {
  const { rounds, rewards } = playAllocation(settings, drawReward);
  const order = new SlotOrder(settings.questions, settings.repeats, settings.seed);
  const entries = rounds.flatMap(({ firstSlot, slots, rule }) =>
    rewards.slice(firstSlot, firstSlot + slots).flatMap((observed, index) =>
      Array.from(observed, (reward, prompt) => ({
        query: order.question(firstSlot + index),
        repetition: order.repetition(firstSlot + index),
        prompt,
        reward,
        propensity: propensities(rule, settings.prompts)[prompt]!,
      })).filter(({ reward }) => !Number.isNaN(reward)),
    ),
  );
  const column = (of: (entry: (typeof entries)[number]) => number): number[] => entries.map(of);
  return {
    queries: Array.from({ length: settings.questions }, (_, id) => ({ id: String(id), text: `${id}?` })),
    prompts: Array.from({ length: settings.prompts }, (_, id) => ({
      id: String(id),
      promptId: String(id),
      llm: "llm",
      template: "",
      split: "training" as const,
    })),
    inFiles: { queries: [], prompts: [] },
    choose: "prompt",
    llm: "m",
    length: entries.length,
    queryIndex: Int32Array.from(column(({ query }) => query)),
    promptIndex: Int32Array.from(column(({ prompt }) => prompt)),
    repetition: Int32Array.from(column(({ repetition }) => repetition)),
    reward: Float64Array.from(column(({ reward }) => reward)),
    propensity: Float64Array.from(column(({ propensity }) => propensity)),
    part: new Uint8Array(entries.length),
    confidence: new Float64Array(entries.length).fill(Number.NaN),
    critic: new Float64Array(entries.length).fill(Number.NaN),
  };
}

function countMatrix(log: RewardLog): RewardMatrix {
  return countRewards(
    log,
    log.queryIndex,
    QUESTIONS,
    Int32Array.from({ length: PROMPTS }, (_, id) => id),
  );
}

/** Means over all prompts, without and with propensities, and the value of one fixed prompt. */
function estimates(strategy: "halving" | "bandit", repeats: number, seed: number) {
  const random = seededRandom(seed + 5000);
  const questions = QUESTIONS / repeats;
  const settings = { strategy, questions, prompts: PROMPTS, repeats, calls: 240, seed };
  const rewards = countMatrix(adaptiveLog(settings, () => (random.next() < SUCCESS ? 1 : 0)));
  const weights = new Float64Array(QUESTIONS).fill(1);
  const { inversePropensity: _, ...withoutPropensities } = rewards;
  const fixed = evaluateStrategies({
    rewards,
    clusters: Int32Array.from({ length: QUESTIONS }, (_, id) => id),
    scores: new Float64Array(QUESTIONS * PROMPTS).fill(0.5),
    confidence: null,
    trainingColumns: Int32Array.from({ length: PROMPTS }, (_, id) => id),
    heldOutColumns: new Int32Array(0),
    fixedColumn: new Int32Array(QUESTIONS).fill(1),
    chosen: new Int32Array(QUESTIONS).fill(1),
    open: new Uint8Array(QUESTIONS),
    keepFixed: new Uint8Array(QUESTIONS),
    otherFold: null,
    seed: 1,
    protocol: "grouped",
  }).find(({ name }) => name === "fixed")!;
  return {
    naive: mean(bestFixedPrompt(withoutPropensities, weights).means),
    weighted: mean(bestFixedPrompt(rewards, weights).means),
    fixed: fixed.success!,
  };
}

test.each([
  ["halving", 1, -4],
  // Repeats of a question are averaged before questions are, which hides some of the bias.
  ["halving", 2, -2],
  ["bandit", 1, -4],
] as const)(
  "plain means of a log by %s, %d repeats, are biased, those of the product are not",
  (strategy, repeats, naiveErrors) => {
    const runs = Array.from({ length: RUNS }, (_, seed) => estimates(strategy, repeats, seed));
    expect(distance(runs.map(({ naive }) => naive))).toBeLessThan(naiveErrors);
    expect(Math.abs(distance(runs.map(({ weighted }) => weighted)))).toBeLessThan(3);
    expect(Math.abs(distance(runs.map(({ fixed }) => fixed)))).toBeLessThan(3);
  },
);

test("the prompt is chosen by plain means, its interval widens with the weights", () => {
  const random = seededRandom(9);
  const settings = {
    strategy: "halving",
    questions: QUESTIONS,
    prompts: PROMPTS,
    repeats: 1,
    calls: 240,
    seed: 3,
  } as const;
  const rewards = countMatrix(adaptiveLog(settings, () => (random.next() < SUCCESS ? 1 : 0)));
  const { inversePropensity: _, ...withoutPropensities } = rewards;
  const weights = new Float64Array(QUESTIONS).fill(1);
  const clusters = Int32Array.from({ length: QUESTIONS }, (_, id) => id);
  expect(bestFixedPrompt(rewards, weights).column).toBe(bestFixedPrompt(withoutPropensities, weights).column);
  const measureWidth = (matrix: RewardMatrix): number =>
    Math.max(
      ...fixedPromptCertainty(matrix, weights, clusters, { seed: 1, resamples: 200 }).perPrompt.map(
        ({ ci95 }) => ci95![1] - ci95![0],
      ),
    );
  expect(measureWidth(rewards)).toBeGreaterThan(measureWidth(withoutPropensities));
});

/** How many standard errors the mean of the estimates is from the truth. */
function distance(found: readonly number[]): number {
  const center = mean(found);
  const squares = found.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return ((center - SUCCESS) * found.length) / Math.sqrt(squares);
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

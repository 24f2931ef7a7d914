import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeLog } from "../../test/support/make-log.ts";
import { countRewards } from "../data/index.ts";
import { ShapeError } from "../errors.ts";
import type { RewardMatrix } from "../types/index.ts";
import {
  doublyRobustDifferences,
  doublyRobustScores,
  doublyRobustTable,
  inversePropensityEstimate,
  meanCorrection,
} from "./doubly-robust.ts";

const SIZE = 3;
const CELLS = SIZE * SIZE;

/** What one question gets, and with which chance: for each prompt the rewards of its draws with their propensities. */
interface Outcome {
  readonly chance: number;
  readonly draws: readonly {
    readonly prompt: number;
    readonly reward: number;
    readonly propensity: number;
  }[];
  /** 1 / p of each prompt, where the design is a grid. */
  readonly grid?: readonly number[];
}

const cells = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: CELLS, maxLength: CELLS });
const anyPredictions = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: CELLS,
  maxLength: CELLS,
});
/** Chances of three things, none below a tenth. */
const chances = fc
  .array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: SIZE, maxLength: SIZE })
  .map((odds) => odds.map((odd) => odd / odds.reduce((sum, other) => sum + other, 0)));
const chancesOfAll = fc.array(chances, { minLength: SIZE, maxLength: SIZE });
const policies = fc.array(fc.nat(SIZE - 1), { minLength: SIZE, maxLength: SIZE });

/** Every combination of what the three questions get. */
function* combinations(perQuestion: readonly (readonly Outcome[])[]): Generator<readonly Outcome[]> {
  const [first, ...rest] = perQuestion;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const outcome of first) for (const others of combinations(rest)) yield [outcome, ...others];
}

function makeMatrix(outcomes: readonly Outcome[]): RewardMatrix {
  if (outcomes.every(({ grid }) => grid !== undefined)) {
    const successes = new Float64Array(CELLS);
    const trials = new Float64Array(CELLS);
    outcomes.forEach(({ draws }, query) => {
      for (const { prompt, reward } of draws) {
        successes[query * SIZE + prompt]! += reward;
        trials[query * SIZE + prompt]! += 1;
      }
    });
    const inversePropensity = trials.map((count, cell) =>
      count === 0 ? 0 : outcomes[Math.floor(cell / SIZE)]!.grid![cell % SIZE]!,
    );
    return { queries: SIZE, prompts: SIZE, successes, trials, inversePropensity };
  }
  // Through the log, so that what is counted is tested too.
  const entries = outcomes.flatMap(({ draws }, query) =>
    draws.map((draw, repetition) => ({ ...draw, query, repetition })),
  );
  const log = makeLog(
    entries.map(({ query, prompt, reward, repetition }) => ({
      question: `${query}`,
      prompt: `${prompt}`,
      reward,
      repetition,
    })),
  );
  const columns = Int32Array.from({ length: SIZE }, (_, prompt) =>
    log.prompts.findIndex(({ id }) => id === `${prompt}`),
  );
  const withAll = {
    ...log,
    prompts: [
      ...log.prompts,
      { id: "untried", promptId: "untried", llm: "llm", template: "", split: "training" as const },
    ],
    propensity: Float64Array.from(entries, ({ propensity }) => propensity),
  };
  return countRewards(
    withAll,
    log.queryIndex,
    SIZE,
    columns.map((column) => (column === -1 ? log.prompts.length : column)),
  );
}

/** Expectation over all assignments of the estimate of a policy. */
function expectation(
  perQuestion: readonly (readonly Outcome[])[],
  predicted: readonly number[],
  policy: readonly number[],
): number {
  let expected = 0;
  let total = 0;
  for (const outcomes of combinations(perQuestion)) {
    const chance = outcomes.reduce((product, outcome) => product * outcome.chance, 1);
    const scores = doublyRobustScores(
      makeMatrix(outcomes),
      Float64Array.from(predicted),
      Int32Array.from(policy),
    );
    expected += (chance * scores.reduce((sum, score) => sum + score, 0)) / SIZE;
    total += chance;
  }
  expect(total).toBeCloseTo(1, 12);
  return expected;
}

function computeTruth(rewards: readonly number[], policy: readonly number[]): number {
  return policy.reduce((sum, column, query) => sum + rewards[query * SIZE + column]!, 0) / SIZE;
}

type Design = (rewards: readonly number[], chances: readonly number[]) => readonly Outcome[];

const oneEach: Design = (rewards, propensities) =>
  propensities.map((propensity, prompt) => ({
    chance: propensity,
    draws: [{ prompt, reward: rewards[prompt]!, propensity }],
    grid: propensities.map((p) => 1 / p),
  }));

const twoOfThree: Design = (rewards, leftOut) =>
  leftOut.map((chance, absent) => ({
    chance,
    draws: [0, 1, 2]
      .filter((prompt) => prompt !== absent)
      .map((prompt) => ({ prompt, reward: rewards[prompt]!, propensity: 1 - leftOut[prompt]! })),
    grid: leftOut.map((p) => 1 / (1 - p)),
  }));

/** Observed pairs are asked twice; only their mean is of use. */
const repeats: Design = (rewards, propensities) =>
  oneEach(rewards, propensities).map((outcome) => ({
    ...outcome,
    draws: outcome.draws.flatMap((draw) => [
      { ...draw, reward: draw.reward / 2 },
      { ...draw, reward: (3 * draw.reward) / 2 },
    ]),
  }));

/** Two draws; the chances of the second are those of the first turned round, or not, by the first reward. */
const adaptiveDraws: Design = (rewards, propensities) =>
  propensities.flatMap((first, prompt) => {
    const then = rewards[prompt]! > 0.5 ? propensities.toReversed() : propensities;
    return then.map((second, other) => ({
      chance: first * second,
      draws: [
        { prompt, reward: rewards[prompt]!, propensity: first },
        { prompt: other, reward: rewards[other]!, propensity: second },
      ],
    }));
  });

describe("the mean over every assignment of 3 questions × 3 prompts is the truth", () => {
  test.each([
    ["one prompt each", oneEach],
    ["two of three", twoOfThree],
    ["repeats", repeats],
    ["two draws, the second adaptive", adaptiveDraws],
  ] as const)("%s", (name, design) => {
    fc.assert(
      fc.property(
        cells,
        anyPredictions,
        chancesOfAll,
        policies,
        (rewards, predicted, propensities, policy) => {
          const perQuestion = propensities.map((row, query) =>
            design(rewards.slice(query * SIZE, (query + 1) * SIZE), row),
          );
          expect(
            Math.abs(expectation(perQuestion, predicted, policy) - computeTruth(rewards, policy)),
          ).toBeLessThan(1e-12);
        },
      ),
      { numRuns: name.includes("adaptive") ? 3 : 40 },
    );
  });

  test("a wrong probability is caught", () => {
    const rewards = [1, 0, 0, 0.5, 1, 0, 0, 0, 1];
    const perQuestion = [0, 1, 2].map((query) =>
      oneEach(rewards.slice(query * SIZE, (query + 1) * SIZE), [0.5, 0.3, 0.2]).map((outcome) => ({
        ...outcome,
        grid: [3, 3, 3],
      })),
    );
    const off =
      expectation(perQuestion, new Array(CELLS).fill(0.2), [0, 0, 0]) - computeTruth(rewards, [0, 0, 0]);
    expect(Math.abs(off)).toBeGreaterThan(0.01);
  });
});

describe("doublyRobustDifferences", () => {
  const complete: RewardMatrix = {
    queries: 3,
    prompts: 2,
    successes: Float64Array.of(1, 0, 2, 1, 0, 3),
    trials: Float64Array.of(1, 1, 4, 4, 3, 3),
  };

  test("on a complete log are the paired differences, whatever was predicted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 6, maxLength: 6 }),
        fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }),
        (predicted, chosen) => {
          const paired = [1 - 0, 0.5 - 0.25, 0 - 1].map((gain, unit) => (chosen[unit] === 0 ? gain : 0));
          const found = doublyRobustDifferences(
            complete,
            Float64Array.from(predicted),
            Int32Array.from(chosen),
            1,
          );
          found.forEach((gain, unit) => {
            expect(Math.abs(gain - paired[unit]!)).toBeLessThan(1e-12);
          });
        },
      ),
    );
  });

  test("are differences of scores, and probabilities mix columns", () => {
    const partial: RewardMatrix = {
      queries: 2,
      prompts: 2,
      successes: Float64Array.of(1, 0, 0, 1),
      trials: Float64Array.of(1, 0, 0, 1),
      inversePropensity: Float64Array.of(4, 0, 0, 4 / 3),
    };
    const predicted = Float64Array.of(0.5, 0.25, 0.5, 0.25);
    // .5 + 4 · .5, and .25 + 4/3 · .75
    expect([...doublyRobustScores(partial, predicted, 0)]).toEqual([2.5, 0.5]);
    expect([...doublyRobustScores(partial, predicted, 1)]).toEqual([0.25, 1.25]);
    expect([...doublyRobustDifferences(partial, predicted, 0, 1)]).toEqual([2.25, -0.75]);
    const half = Float64Array.of(0.5, 0.5, 0.5, 0.5);
    expect([...doublyRobustScores(partial, predicted, half)]).toEqual([1.375, 0.875]);
    expect([...doublyRobustDifferences(partial, predicted, half, 0)]).toEqual([-1.125, 0.375]);
  });

  test("the same choice differs by exactly 0, and a unit without choice does not count", () => {
    const found = doublyRobustDifferences(complete, new Float64Array(6), Int32Array.of(1, -1, 0), 1);
    expect([...found]).toEqual([0, Number.NaN, -1]);
  });

  test("a question that was never asked does not count, whatever is done with it", () => {
    const never = { ...complete, inversePropensity: Float64Array.of(1, 1, Number.NaN, Number.NaN, 1, 1) };
    expect([...doublyRobustDifferences(never, new Float64Array(6), 1, 1)]).toEqual([0, Number.NaN, 0]);
  });

  test("a pair that is missing where nothing says why has no score", () => {
    const holes = { ...complete, trials: Float64Array.of(1, 1, 0, 4, 3, 3) };
    expect([...doublyRobustScores(holes, new Float64Array(6), 0)]).toEqual([1, Number.NaN, 0]);
  });

  test("refuses predictions that are missing where they are needed, and columns that do not exist", () => {
    const partial = { ...complete, inversePropensity: new Float64Array(6).fill(2) };
    expect(() => doublyRobustScores(partial, new Float64Array(6).fill(Number.NaN), 0)).toThrow(
      /unit 0 needs a predicted reward under column 0/,
    );
    expect(() => doublyRobustScores(complete, new Float64Array(6), 2)).toThrow(/column 2 of unit 0/);
    expect(() => doublyRobustScores(complete, new Float64Array(5), 0)).toThrow(ShapeError);
  });
});

describe("inversePropensityEstimate", () => {
  test("a case by hand", () => {
    const partial: RewardMatrix = {
      queries: 3,
      prompts: 2,
      successes: Float64Array.of(1, 0, 0, 0, 0, 1),
      trials: Float64Array.of(1, 0, 1, 0, 0, 1),
      inversePropensity: Float64Array.of(2, 0, 4, 0, 0, 1),
    };
    const weights = Float64Array.of(1, 1, 2);
    expect(inversePropensityEstimate(partial, 0, weights)).toEqual({ plain: 2 / 4, selfNormalized: 2 / 6 });
    expect(inversePropensityEstimate(partial, 1, weights)).toEqual({ plain: 2 / 4, selfNormalized: 1 });
    expect(inversePropensityEstimate(partial, Int32Array.of(1, 1, 0), weights).selfNormalized).toBeNaN();
  });
});

describe("the table of all prompts", () => {
  const NaNs = Number.NaN;
  const rewards: RewardMatrix = {
    queries: 3,
    prompts: 2,
    trials: Float64Array.of(2, 0, 1, 1, 0, 0),
    successes: Float64Array.of(1, 0, 1, 0, 0, 0),
    inversePropensity: Float64Array.of(1.5, 0, 1, 3, NaNs, NaNs),
  };

  test("holds what a policy of that prompt scores, unit by unit", () => {
    const predicted = Float64Array.of(0.2, 0.7, 0.4, 0.6, 0.5, 0.5);
    const table = doublyRobustTable(rewards, predicted);
    // .2 + 1.5 (.5 − .2); .7, unseen; 1, certain to be seen; .6 − 3 · .6; never asked.
    [0.65, 0.7, 1, -1.2, NaNs, NaNs].forEach((value, cell) => {
      if (Number.isNaN(value)) expect(table[cell]).toBeNaN();
      else expect(table[cell]).toBeCloseTo(value, 12);
    });
    for (const column of [0, 1]) {
      const scores = doublyRobustScores(rewards, predicted, column);
      expect([...scores]).toEqual([0, 1, 2].map((unit) => table[2 * unit + column]));
    }
  });

  test("lacks pairs whose prediction is needed and missing, and no others", () => {
    const table = doublyRobustTable(rewards, new Float64Array(6).fill(NaNs));
    expect([...table]).toEqual([NaNs, NaNs, 1, NaNs, NaNs, NaNs]);
    expect(() => doublyRobustTable(rewards, new Float64Array(5))).toThrow(ShapeError);
  });

  test("one more answer stands for what those there are stand for, by what they stand for", () => {
    expect(meanCorrection(rewards)).toBeCloseTo((1.5 ** 2 + 1 + 3 ** 2) / (1.5 + 1 + 3), 12);
    const { inversePropensity: _, ...complete } = rewards;
    expect(meanCorrection(complete)).toBe(1);
    expect(meanCorrection({ ...complete, trials: new Float64Array(6) })).toBe(1);
  });
});

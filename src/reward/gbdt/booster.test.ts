import { describe, expect, test } from "vitest";
import {
  EXAMPLE_PLAN,
  type ExampleProblem,
  exampleProblem,
} from "../../../test/support/reward/example-problem.ts";
import { AbortedError, ConfigError, DataError, ModelFileError, ShapeError } from "../../errors.ts";
import type { DenseFeatures, StoredState } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { binQueries } from "./binning.ts";
import { type BoosterProgress, trainBooster } from "./booster.ts";
import type { BoosterData } from "./booster-data.ts";
import { type BoosterModel, featureImportance } from "./booster-model.ts";
import { toMargin } from "./loss.ts";
import { restoreBooster, saveBooster } from "./model-state.ts";
import { GbdtScorer } from "./scorer.ts";
import type { TrainingPlan } from "./training-plan.ts";

function prepareData(problem: ExampleProblem, maxBin = 256): BoosterData {
  return { ...problem, queries: binQueries(problem.queries, maxBin) };
}

/** Walks every pair down every tree on the raw features. */
function scoreNaively(model: BoosterModel, { queries, prompts }: ExampleProblem): Float64Array {
  return Float64Array.from({ length: queries.rows * prompts.rows }, (_, pair) => {
    const [query, prompt] = [Math.floor(pair / prompts.rows), pair % prompts.rows];
    let margin = toMargin(model.objective, model.baseScore);
    for (const tree of model.trees) {
      let node = 0;
      while (tree.feature[node]! >= 0) {
        const feature = tree.feature[node]!;
        const value =
          feature < queries.columns
            ? queries.values[query * queries.columns + feature]!
            : prompts.values[prompt * prompts.columns + feature - queries.columns]!;
        node = tree.left[node]! + (value < tree.threshold[node]! ? 0 : 1);
      }
      margin += tree.value[node]!;
    }
    return margin;
  });
}

function expectClose(found: Float64Array, expected: Float64Array): void {
  expect(found).toHaveLength(expected.length);
  for (let index = 0; index < expected.length; index++)
    expect(found[index]).toBeCloseTo(expected[index]!, 10);
}

describe("the scorer", () => {
  const problem = exampleProblem(150, 12, 8, { fill: 0.7 });
  // Other queries, more than a block of them, and prompts never seen.
  const fresh = exampleProblem(100, 40, 8, { seed: 9 });

  test("gives every pair what a walk down each tree gives", async () => {
    const { model, margins } = await trainBooster(prepareData(problem), { ...EXAMPLE_PLAN, rounds: 15 });
    const scorer = new GbdtScorer(model);
    expect(scorer.paths).toBeGreaterThan(3);
    expectClose(scorer.score(problem.queries, scorer.prepare(problem.prompts)), margins);
    expectClose(scorer.score(fresh.queries, scorer.prepare(fresh.prompts)), scoreNaively(model, fresh));
  });

  test("a query's score does not depend on those beside it", async () => {
    const { model } = await trainBooster(prepareData(problem), EXAMPLE_PLAN);
    const scorer = new GbdtScorer(model);
    const prompts = scorer.prepare(fresh.prompts);
    const all = scorer.score(fresh.queries, prompts);
    const last = { ...fresh.queries, rows: 1, values: fresh.queries.values.slice(-fresh.queries.columns) };
    expect(scorer.score(last, prompts)).toEqual(all.slice(-prompts.count));
  });

  test("refuses features that are no numbers, rather than sending them somewhere", async () => {
    const { model } = await trainBooster(prepareData(problem), { ...EXAMPLE_PLAN, rounds: 1 });
    const scorer = new GbdtScorer(model);
    const damaged = (features: DenseFeatures): DenseFeatures => ({
      ...features,
      values: features.values.map((value, entry) => (entry === 11 ? Number.NaN : value)),
    });
    expect(() => scorer.prepare(damaged(problem.prompts))).toThrow(/prompt.*row 1, column 3/u);
    const prompts = scorer.prepare(problem.prompts);
    expect(() => scorer.score(damaged(problem.queries), prompts)).toThrow(/query.*row 1, column 3/u);
    const rowStart = new Int32Array(4).fill(1, 2);
    const sparse = { kind: "sparse", rows: 3, columns: 8, rowStart } as const;
    const one = { columnIndex: Int32Array.of(3), values: Float32Array.of(Number.NaN) };
    expect(() => scorer.score({ ...sparse, ...one }, prompts)).toThrow(/row 1, column 3/u);
    expect(() => scorer.score({ ...sparse, ...one }, prompts)).toThrow(DataError);
  });

  test("refuses features of another width", async () => {
    const { model } = await trainBooster(prepareData(problem), { ...EXAMPLE_PLAN, rounds: 1 });
    const scorer = new GbdtScorer(model);
    const narrow = exampleProblem(3, 3, 7);
    expect(() => scorer.prepare(narrow.prompts)).toThrow(ShapeError);
    expect(() => scorer.score(narrow.queries, scorer.prepare(problem.prompts))).toThrow(ShapeError);
  });
});

describe("training", () => {
  const problem = exampleProblem(150, 6, 10);
  const plan: TrainingPlan = { ...EXAMPLE_PLAN, learningRate: 0.01, rounds: 120, maxDepth: 5 };

  test("lazy splits over a hundred rounds are the splits of going through everything", async () => {
    const full = await trainBooster(prepareData(problem), plan, { cacheBytes: 0 });
    for (const kernels of ["typescript", "wasm"] as const) {
      const lazy = await trainBooster(prepareData(problem), plan, {
        cacheBytes: 1 << 24,
        kernels,
        workers: 2,
      });
      expect(lazy.model).toEqual(full.model);
      expect(lazy.margins).toEqual(full.margins);
    }
    expect(full.trainLoss).toBeLessThan(Math.log(2) - 0.1);
  });

  // From a base score near 1 the hessians grow as the trees learn, from one of 1/2 they shrink.
  test.each([
    [1, 0.5],
    [4.01, 0.5],
    [0.2, 0.95],
    [0.5, 0.97],
    [1, 0.9],
  ])(
    "so they are where many features tie and a least weight of %s is just met or just missed, from %s",
    async (minChildWeight, baseScore) => {
      // Few questions and many features: most nodes are small, and many features part them alike.
      const small = prepareData(exampleProblem(48, 3, 80, { repeats: 3, fill: 0.9, seed: 4 }));
      const boundary: TrainingPlan = { ...plan, learningRate: 0.03, rounds: 150, minChildWeight, baseScore };
      const full = await trainBooster(small, boundary, { cacheBytes: 0 });
      for (const kernels of ["typescript", "wasm"] as const) {
        const lazy = await trainBooster(small, boundary, { cacheBytes: 1 << 24, kernels });
        expect(lazy.model).toEqual(full.model);
      }
    },
  );

  test("interrupted and resumed, it gives the same model", async () => {
    const whole = await trainBooster(prepareData(problem), plan);
    let saved: BoosterModel | undefined;
    const controller = new AbortController();
    const interrupted = trainBooster(prepareData(problem), plan, {
      signal: controller.signal,
      checkpointMs: 0,
      onCheckpoint: (model) => {
        saved = model;
        if (model.trees.length === 50) controller.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(AbortedError);
    expect(saved?.trees).toHaveLength(50);
    const resumeFrom = restoreBooster({ kind: "x", ...saveBooster(saved!) });
    const resumed = await trainBooster(prepareData(problem), plan, { resumeFrom });
    expect(resumed.model).toEqual(whole.model);
    expect(resumed.margins).toEqual(whole.margins);
  });

  test("is canceled within a long round", async () => {
    const large = exampleProblem(3000, 6, 150);
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    const work = trainBooster(
      prepareData(large),
      { ...plan, rounds: 1, maxDepth: 10 },
      { kernels: "typescript", signal: controller.signal },
    );
    await expect(work).rejects.toThrow(AbortedError);
  });

  test("does not resume what was trained on other data", async () => {
    const { model } = await trainBooster(prepareData(exampleProblem(150, 6, 10, { seed: 5 })), {
      ...plan,
      rounds: 3,
    });
    await expect(trainBooster(prepareData(problem), plan, { resumeFrom: model })).rejects.toThrow(
      ConfigError,
    );
    const wider = await trainBooster(prepareData(exampleProblem(150, 6, 11)), { ...plan, rounds: 3 });
    await expect(trainBooster(prepareData(problem), plan, { resumeFrom: wider.model })).rejects.toThrow(
      ConfigError,
    );
  });

  test("tells how far it is", async () => {
    const heard: BoosterProgress[] = [];
    const stages: string[] = [];
    const result = await trainBooster(
      prepareData(problem),
      { ...plan, rounds: 10 },
      {
        progressMs: 0,
        onRound: (progress) => heard.push(progress),
        onProgress: (stage, done, total) => stages.push(`${stage} ${done}/${total}`),
      },
    );
    expect(heard.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    expect(heard[10]).toMatchObject({
      rounds: 10,
      secondsLeft: 0,
      validationLoss: null,
      trainLoss: result.trainLoss,
    });
    expect(heard[0]!.trainLoss).toBeGreaterThan(heard[9]!.trainLoss);
    expect(stages.at(-1)).toBe("boosted trees 10/10");
  });

  test("stops where the validation loss has its minimum, and keeps the trees up to there", async () => {
    const { rewards } = problem;
    const isValidation = (pair: number): boolean => Math.floor(pair / rewards.prompts) % 3 === 0;
    const only = (keep: boolean) => ({
      ...rewards,
      trials: rewards.trials.map((trials, pair) => (isValidation(pair) === keep ? trials : 0)),
      successes: rewards.successes.map((count, pair) => (isValidation(pair) === keep ? count : 0)),
    });
    const data = { ...prepareData(problem), rewards: only(false), validation: only(true) };
    const stopping = { ...plan, learningRate: 0.3, rounds: 100, earlyStoppingRounds: 7 };
    const losses: number[] = [];
    const stopped = await trainBooster(data, stopping, {
      progressMs: 0,
      onRound: ({ round, validationLoss }) => {
        losses[round] = validationLoss!;
      },
    });
    expect(stopped.stoppedEarly).toBe(true);
    expect(losses).toHaveLength(stopped.model.trees.length + 7 + 1);
    expect(stopped.model.trees.length).toBe(losses.indexOf(Math.min(...losses.slice(1))));
    const short = await trainBooster(data, {
      ...stopping,
      rounds: stopped.model.trees.length,
      earlyStoppingRounds: 0,
    });
    expect(stopped.model).toEqual(short.model);
    expect(stopped.margins).toEqual(short.margins);
    await expect(trainBooster(prepareData(problem), stopping)).rejects.toThrow(ConfigError);
  });

  test("the features that matter are the important ones", async () => {
    const { model } = await trainBooster(prepareData(exampleProblem(600, 6, 6)), {
      ...EXAMPLE_PLAN,
      maxDepth: 3,
    });
    const gain = featureImportance(model, "gain");
    const weight = featureImportance(model, "weight");
    expect(gain).toHaveLength(12);
    // The margin is made of query columns 0 and 1.
    expect([...gain.keys()].sort((one, other) => gain[other]! - gain[one]!).slice(0, 2)).toContain(1);
    expect(weight.reduce((sum, count) => sum + count, 0)).toBe(
      model.trees.reduce((sum, tree) => sum + (tree.feature.length - 1) / 2, 0),
    );
  });

  test.each<[string, (data: BoosterData) => BoosterData]>([
    ["fewer prompts", (data) => ({ ...data, prompts: exampleProblem(1, 5, 10).prompts })],
    ["fewer queries", (data) => ({ ...data, queries: binQueries(exampleProblem(9, 1, 10).queries, 256) })],
    [
      "more successes than trials",
      (data) => ({ ...data, rewards: { ...data.rewards, successes: data.rewards.trials.map((n) => n + 1) } }),
    ],
    [
      "no trials",
      (data) => ({
        ...data,
        rewards: { ...data.rewards, successes: new Float64Array(900), trials: new Float64Array(900) },
      }),
    ],
    [
      "trials no sum can hold",
      (data) => ({ ...data, rewards: { ...data.rewards, trials: data.rewards.trials.map(() => 1e300) } }),
    ],
    [
      "a validation success that is no number",
      (data) => ({
        ...data,
        validation: { ...data.rewards, successes: data.rewards.successes.map(() => Number.NaN) },
      }),
    ],
    [
      "infinite trials",
      (data) => ({
        ...data,
        rewards: { ...data.rewards, trials: data.rewards.trials.map(() => Number.POSITIVE_INFINITY) },
      }),
    ],
  ])("refuses %s", async (_what, damage) => {
    await expect(trainBooster(damage(prepareData(problem)), plan)).rejects.toThrow(ShapeError);
  });
});

test("training takes sums of fractional rewards that are off by their rounding", async () => {
  const problem = exampleProblem(40, 3, 4);
  const { trials } = problem.rewards;
  const successes = problem.rewards.successes.map((count) => count + (count === 1 ? 1e-15 : -1e-15));
  const result = await trainBooster(
    { ...prepareData(problem), rewards: { ...problem.rewards, trials, successes } },
    EXAMPLE_PLAN,
  );
  expect(result.trainLoss).toBeLessThan(0.69);
});

describe("training refuses", () => {
  const problem = exampleProblem(40, 3, 4);
  const { rewards } = problem;

  test.each<[string, Partial<TrainingPlan>]>([
    ["learningRate", { learningRate: Number.NaN }],
    ["learningRate", { learningRate: 0 }],
    ["rounds", { rounds: 0 }],
    ["lambda", { lambda: -1 }],
    ["maxDepth", { maxDepth: 1.5 }],
    ["baseScore", { baseScore: 1 }],
    ["num_leaves", { num_leaves: 3 } as Partial<TrainingPlan>],
  ])("a plan written by hand with a wrong %s", async (name, part) => {
    const training = trainBooster(prepareData(problem), { ...EXAMPLE_PLAN, ...part });
    await expect(training).rejects.toThrow(ConfigError);
    await expect(training).rejects.toThrow(name);
  });

  test.each([{ workers: 0 }, { workers: 2.5 }, { workers: 1000 }, { cacheBytes: Number.NaN }])(
    "%o",
    async (options) => {
      await expect(trainBooster(prepareData(problem), EXAMPLE_PLAN, options)).rejects.toThrow(ConfigError);
    },
  );

  test("to stop early by validation pairs none of which was tried", async () => {
    const untried = { ...rewards, trials: new Float64Array(120), successes: new Float64Array(120) };
    await expect(
      trainBooster(
        { ...prepareData(problem), validation: untried },
        { ...EXAMPLE_PLAN, earlyStoppingRounds: 2 },
      ),
    ).rejects.toThrow(ConfigError);
  });
});

describe("a stored booster", () => {
  test("any damage is refused or still gives finite scores and an end", async () => {
    const problem = exampleProblem(60, 4, 5);
    const { model } = await trainBooster(prepareData(problem), { ...EXAMPLE_PLAN, rounds: 3, maxDepth: 4 });
    const random = seededRandom(11);
    let refused = 0;
    for (let trial = 0; trial < 600; trial++) {
      const state: StoredState = structuredClone({ kind: "x", ...saveBooster(model) });
      const names = Object.keys(state.arrays);
      const array = state.arrays[names[random.nextInteger(names.length)]!]!;
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      bytes[random.nextInteger(bytes.length)]! ^= 1 << random.nextInteger(8);
      try {
        const scorer = new GbdtScorer(restoreBooster(state));
        const scores = scorer.score(problem.queries, scorer.prepare(problem.prompts));
        expect(scores.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});

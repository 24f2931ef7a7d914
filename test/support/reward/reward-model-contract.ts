import { describe, expect, test } from "vitest";
import { AbortedError, ModelFileError, ShapeError } from "../../../src/errors.ts";
import { restoreRewardModel } from "../../../src/reward/create-reward-model.ts";
import type { FittedRewardModel, RewardModel, RewardTraining } from "../../../src/reward/reward-model.ts";
import type { FeatureMatrix, StoredState } from "../../../src/types/index.ts";
import { CONTRACT_PROMPTS, contractCandidates, contractLog } from "./contract-log.ts";
import { absurdStates, damagedStates } from "./damaged-states.ts";
import { fitAll } from "./fit-all.ts";

/** How a reward model is put to the contract. */
export interface ContractSubject {
  /** Makes the model as a user gets it. */
  readonly create: () => RewardModel;
  /** Makes the model with nothing left to choose, so that labels can reach a prediction only through the fit. */
  readonly createFixed: () => RewardModel;
  readonly features: readonly ("dense" | "sparse")[];
  /** Whether predictions follow the question; false for the constant baseline. */
  readonly followsQuestion: boolean;
  /** Whether only the direction of a row of features counts. */
  readonly ignoresRowLength: boolean;
  /**
   * False where a prompt with hardly a label is scored like those whose text is close to it, instead of being pulled
   * to the mean of all labels. @default true
   */
  readonly pullsToMean?: boolean;
}

/** What every reward model must hold, whatever is inside. Call it in a test file. */
export function rewardModelContract(name: string, subject: ContractSubject): void {
  for (const features of subject.features) {
    describe(`${name} on ${features} features`, () => {
      for (const labels of ["complete", "partial"] as const) fitContract(subject, features, labels);
      choiceContract(subject, features);
      stateContract(subject, features);
      errorContract(subject, features);
    });
  }
}

type Kind = "dense" | "sparse";

/** Leaves out, rather than skips, what a model does not claim. */
function testIf(claimed: boolean, name: string, body: () => Promise<void>): void {
  if (claimed) test(name, body);
}

function fitContract(subject: ContractSubject, features: Kind, labels: "complete" | "partial"): void {
  const { training, freshQueries } = contractLog({ features, labels, seed: 3 });

  test(`${labels} log: probabilities, the same every time`, async () => {
    const first = await fitAll(subject.create(), training);
    const second = await fitAll(subject.create(), training);
    const predicted = first.model.predict(freshQueries);
    expect(first.outOfFold).toHaveLength(training.rewards.queries * CONTRACT_PROMPTS);
    expect(predicted).toHaveLength(freshQueries.rows * CONTRACT_PROMPTS);
    for (const value of [...first.outOfFold, ...predicted]) {
      expect(value >= 0 && value <= 1).toBe(true);
    }
    expect(second.outOfFold).toEqual(first.outOfFold);
    expect(second.model.predict(freshQueries)).toEqual(predicted);
    expect(second.hyperparameters).toEqual(first.hyperparameters);
  });

  test(`${labels} log: a group's labels do not reach its own out-of-fold predictions, but do reach others'`, async () => {
    const before = await fitAll(subject.createFixed(), training);
    // The group of a question with labels, and of its neighbors.
    const group = training.groups[5]!;
    const after = await fitAll(subject.createFixed(), invertLabels(training, group));
    let othersMoved = 0;
    before.outOfFold.forEach((value, entry) => {
      const moved = Math.abs(value - after.outOfFold[entry]!);
      const isOwn = training.groups[Math.floor(entry / CONTRACT_PROMPTS)] === group;
      if (isOwn) expect(moved).toBeLessThan(1e-9);
      else othersMoved = Math.max(othersMoved, moved);
    });
    expect(othersMoved).toBeGreaterThan(1e-5);
  });

  test(`${labels} log: a query alone scores as in a batch`, async () => {
    const { model } = await fitAll(subject.create(), training);
    const batch = model.predict(training.queries);
    for (const row of [0, 7, 119]) {
      const alone = model.predict(pickRow(training.queries, row));
      alone.forEach((value, prompt) => {
        expect(value).toBeCloseTo(batch[row * CONTRACT_PROMPTS + prompt]!, 12);
      });
    }
  });
}

function choiceContract(subject: ContractSubject, features: Kind): void {
  testIf(subject.followsQuestion, "finds which prompt suits which question, on fresh questions", async () => {
    for (const labels of ["complete", "partial"] as const) {
      const { training, freshQueries, freshTruth } = contractLog({ features, labels, seed: 5 });
      const { model, outOfFold } = await fitAll(subject.create(), training);
      // The best fixed prompt succeeds on about .5, the right choice on .85 of the questions.
      expect(valueOfArgmax(model.predict(freshQueries), freshTruth)).toBeGreaterThan(0.8);
      const truth = Float64Array.from({ length: outOfFold.length }, (_, entry) =>
        computeReward(training, entry),
      );
      expect(
        valueOfArgmax(outOfFold.subarray(CONTRACT_PROMPTS), truth.subarray(CONTRACT_PROMPTS)),
      ).toBeGreaterThan(labels === "complete" ? 0.75 : 0.4);
    }
  });

  testIf(subject.ignoresRowLength, "only the direction of a row counts", async () => {
    const { training, freshQueries } = contractLog({ features, labels: "complete", seed: 6 });
    const { model } = await fitAll(subject.create(), training);
    const scaled = await fitAll(subject.create(), { ...training, queries: scaleRows(training.queries) });
    const expected = model.predict(freshQueries);
    scaled.model.predict(scaleRows(freshQueries)).forEach((value, entry) => {
      expect(value).toBeCloseTo(expected[entry]!, 5);
    });
  });

  testIf(
    subject.pullsToMean ?? true,
    "a prompt with a single label stays near the mean of all labels",
    async () => {
      const { training, freshQueries } = contractLog({ features, labels: "partial", seed: 3 });
      const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
      const pooled = sum(training.rewards.successes) / sum(training.rewards.trials);
      const { model } = await fitAll(subject.create(), training);
      const scores = model.predict(freshQueries);
      for (let row = 0; row < freshQueries.rows; row++) {
        expect(Math.abs(scores[row * CONTRACT_PROMPTS + 3]! - pooled)).toBeLessThan(0.35);
      }
    },
  );

  test("unseen prompts are scored from their text", async () => {
    const { training, freshQueries } = contractLog({ features, labels: "complete", seed: 7 });
    const { model } = await fitAll(subject.create(), training);
    const trained = model.predict(freshQueries);
    const cold = model.predict(freshQueries, contractCandidates(0.01));
    const warm = model.predict(freshQueries, contractCandidates(0.5));
    expect(cold).toHaveLength(freshQueries.rows * 3);
    for (let row = 0; row < freshQueries.rows; row++) {
      const [seen, twin, unlike] = cold.subarray(row * 3, row * 3 + 3);
      const own = trained.subarray(row * CONTRACT_PROMPTS, (row + 1) * CONTRACT_PROMPTS);
      expect(seen).toBe(own[1]);
      expect(twin).toBeCloseTo(own[0]!, 6);
      // No word in common with any: the mean of all.
      expect(unlike).toBeCloseTo(own.reduce((total, value) => total + value, 0) / CONTRACT_PROMPTS, 12);
      const warmRow = warm.subarray(row * 3, row * 3 + 3);
      expect(Math.min(...warmRow)).toBeGreaterThanOrEqual(Math.min(...own));
      expect(Math.max(...warmRow)).toBeLessThanOrEqual(Math.max(...own));
    }
    expect(warm).not.toEqual(cold);
  });
}

function stateContract(subject: ContractSubject, features: Kind): void {
  const { training, freshQueries } = contractLog({ features, labels: "partial", seed: 8 });
  const saved = async (): Promise<{ model: FittedRewardModel; state: StoredState }> => {
    const { model } = await fitAll(subject.create(), training);
    return { model, state: structuredClone(model.save()) };
  };

  test("predicts the same after saving and restoring", async () => {
    const { model, state } = await saved();
    expect(JSON.parse(JSON.stringify(state.header))).toEqual(state.header);
    const restored = restoreRewardModel(state);
    expect(restored.kind).toBe(model.kind);
    expect(restored.prompts).toBe(CONTRACT_PROMPTS);
    expect(restored.predict(freshQueries)).toEqual(model.predict(freshQueries));
    expect(restored.predict(freshQueries, contractCandidates(0.1))).toEqual(
      model.predict(freshQueries, contractCandidates(0.1)),
    );
    expect(restored.save()).toEqual(model.save());
  });

  test("refuses a damaged state", async () => {
    const { state } = await saved();
    for (const damaged of damagedStates(state)) {
      expect(() => restoreRewardModel(damaged.state), damaged.what).toThrow(ModelFileError);
    }
  });

  test("refuses numbers that are finite but absurd, or predicts probabilities all the same", async () => {
    const { state } = await saved();
    for (const absurd of absurdStates(state)) {
      try {
        for (const score of restoreRewardModel(absurd.state).predict(freshQueries))
          expect(score >= 0 && score <= 1, absurd.what).toBe(true);
      } catch (error) {
        // A state may be that of a model of other features.
        expect(error instanceof ModelFileError || error instanceof ShapeError, absurd.what).toBe(true);
      }
    }
  });
}

function errorContract(subject: ContractSubject, features: Kind): void {
  const { training } = contractLog({ features, labels: "complete", seed: 9, queries: 30 });
  const { rewards } = training;

  test("refuses sizes that disagree, impossible counts and an empty log", async () => {
    const wrong: [string, Partial<RewardTraining>][] = [
      ["queries", { queries: pickRow(training.queries, 0) }],
      ["prompts", { prompts: pickRow(training.prompts, 0) }],
      ["groups", { groups: training.groups.subarray(1) }],
      ["folds", { folds: training.folds.subarray(1) }],
      ["fixed column", { fixedColumn: CONTRACT_PROMPTS }],
      ["successes", { rewards: { ...rewards, successes: rewards.successes.subarray(1) } }],
      [
        "more successes than trials",
        { rewards: { ...rewards, successes: rewards.trials.map((count) => count + 1) } },
      ],
      ["NaN", { rewards: { ...rewards, successes: rewards.successes.map(() => Number.NaN) } }],
      ["negative trials", { rewards: { ...rewards, trials: rewards.trials.map((count) => -count) } }],
      [
        "no prompts",
        { rewards: { ...rewards, prompts: 0, successes: new Float64Array(), trials: new Float64Array() } },
      ],
    ];
    for (const [what, part] of wrong) {
      await expect(fitAll(subject.create(), { ...training, ...part }), what).rejects.toThrow(ShapeError);
    }
  });

  test("refuses candidates that do not fit", async () => {
    const { model } = await fitAll(subject.create(), training);
    const candidates = contractCandidates(0.1);
    const wrong = [
      { ...candidates, trainedColumn: Int32Array.from([CONTRACT_PROMPTS, -1, -1]) },
      { ...candidates, trainedColumn: Int32Array.from([0]) },
      { ...candidates, trainedFeatures: candidates.features },
      { ...candidates, temperature: 0 },
    ];
    for (const bad of wrong) expect(() => model.predict(training.queries, bad)).toThrow(ShapeError);
  });

  testIf(subject.followsQuestion, "refuses queries of another width", async () => {
    const { model } = await fitAll(subject.create(), training);
    expect(() => model.predict({ kind: "dense", rows: 1, columns: 3, values: new Float32Array(3) })).toThrow(
      ShapeError,
    );
  });

  test("a log without a single label gives finite, equal scores", async () => {
    const empty = rewards.trials.map(() => 0);
    const fit = await fitAll(subject.create(), {
      ...training,
      rewards: { ...rewards, successes: empty, trials: empty },
    });
    const scores = fit.model.predict(training.queries);
    for (const score of [...scores, ...fit.outOfFold]) expect(score).toBeCloseTo(0.5, 12);
  });

  test("stops when told to", async () => {
    const controller = new AbortController();
    const stopped = fitAll(subject.create(), training, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow(AbortedError);
  });
}

/** The training set with every success of one group turned into a failure and the reverse. */
function invertLabels(training: RewardTraining, group: number): RewardTraining {
  const { rewards } = training;
  const successes = rewards.successes.map((count, entry) =>
    training.groups[Math.floor(entry / rewards.prompts)] === group ? rewards.trials[entry]! - count : count,
  );
  return { ...training, rewards: { ...rewards, successes } };
}

function pickRow(features: FeatureMatrix, row: number): FeatureMatrix {
  const { columns } = features;
  if (features.kind === "dense") {
    return {
      kind: "dense",
      rows: 1,
      columns,
      values: features.values.slice(row * columns, (row + 1) * columns),
    };
  }
  const from = features.rowStart[row]!;
  const to = features.rowStart[row + 1]!;
  const rowStart = Int32Array.from([0, to - from]);
  const columnIndex = features.columnIndex.slice(from, to);
  return { kind: "sparse", rows: 1, columns, rowStart, columnIndex, values: features.values.slice(from, to) };
}

function scaleRows(features: FeatureMatrix): FeatureMatrix {
  const values = features.values.slice();
  for (let row = 0; row < features.rows; row++) {
    const from = features.kind === "dense" ? row * features.columns : features.rowStart[row]!;
    const to = features.kind === "dense" ? from + features.columns : features.rowStart[row + 1]!;
    for (let k = from; k < to; k++) values[k]! *= 1 + (row % 5);
  }
  return { ...features, values };
}

/** Mean reward 0 where a pair has no trials. */
function computeReward({ rewards }: RewardTraining, entry: number): number {
  return rewards.trials[entry] === 0 ? 0 : rewards.successes[entry]! / rewards.trials[entry]!;
}

/** Mean truth of the prompt with the highest score in each row. */
function valueOfArgmax(scores: Float64Array, truth: Float64Array): number {
  const rows = scores.length / CONTRACT_PROMPTS;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const own = scores.subarray(row * CONTRACT_PROMPTS, (row + 1) * CONTRACT_PROMPTS);
    sum += truth[row * CONTRACT_PROMPTS + own.indexOf(Math.max(...own))]!;
  }
  return sum / rows;
}

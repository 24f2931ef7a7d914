import { ConfigError } from "../../errors.ts";
import { cosineIndex, unitRows } from "../../kernels/index.ts";
import type { RewardMatrix, WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { leastContrastLoss } from "../contrast-loss.ts";
import { crossFitted } from "../cross-fitted.ts";
import { promptMeans } from "../prompt-means.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { singleFit } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { fittedNearestNeighbors, NEAREST_NEIGHBORS } from "./fitted-nearest-neighbors.ts";
import { type NeighborRule, neighborLog, voteOfNeighbors } from "./neighbor-votes.ts";

/** How nearest neighbors are set up; every field has a default. */
export interface NearestNeighborsOptions {
  /**
   * Numbers of neighbors to choose from, whole and above 0. Means of fewer than some forty rewards err by more than
   * prompts differ; squared error picks them all the same, and the choice among prompts suffers (nested mawps: +.8
   * points with ten neighbors, +1.2 to +1.5 with forty to 320).
   * @default [40, 80, 160, 320]
   */
  readonly neighbors?: readonly number[];
  /**
   * Strengths of the pull to the prompt's mean to choose from, in questions, above 0.
   * @default [5, 20, 80]
   */
  readonly priorQuestions?: readonly number[];
}

/** Questions between two looks at the signal. */
const QUESTIONS_AT_A_TIME = 500;

/**
 * The mean success among the training questions of largest cosine, weighted by trials and pulled to the prompt's mean.
 * The number of neighbors and the pull are chosen on the contrasts with the fixed prompt (see contrast-loss.ts),
 * each question predicted without its group. Fitting compares all pairs of questions.
 * @throws ConfigError where an option is out of range
 */
export function nearestNeighbors(options: NearestNeighborsOptions = {}): RewardModel {
  const { neighbors = [40, 80, 160, 320], priorQuestions = [5, 20, 80] } = options;
  const expect = (name: string, values: readonly number[], isGood: (value: number) => boolean): void => {
    if (values.length > 0 && values.every(isGood)) return;
    throw new ConfigError(
      `Nearest neighbors: ${name} is [${values.join(", ")}]; at least one number above 0 is expected.`,
      {
        name,
      },
    );
  };
  expect("neighbors", neighbors, (value) => Number.isSafeInteger(value) && value > 0);
  expect("priorQuestions", priorQuestions, (value) => value > 0 && value < Number.POSITIVE_INFINITY);
  const rules = neighbors.flatMap((count) =>
    priorQuestions.map((prior) => ({ neighbors: count, priorQuestions: prior })),
  );
  return {
    kind: NEAREST_NEIGHBORS,
    fit: (training, work = {}) => fitNearestNeighbors(training, rules, work),
  };
}

async function fitNearestNeighbors(
  training: RewardTraining,
  rules: readonly NeighborRule[],
  work: WorkOptions,
): Promise<RewardModelFit> {
  checkTraining(training);
  const { rewards, groups, fixedColumn } = training;
  const { queries, prompts } = rewards;
  const matrix = singleMatrix(training.queries);
  const questions = unitRows(matrix);
  const means = promptMeans(rewards, groups);
  const log = neighborLog(cosineIndex(questions), rewards);
  const predictions = rules.map(() => new Float64Array(queries * prompts));
  const similarities = new Float64Array(queries);
  for (let query = 0; query < queries; query++) {
    if (query % QUESTIONS_AT_A_TIME === 0) await checkpoint(work, "fit nearest neighbors", query, queries);
    const group = groups[query]!;
    const without = means.withoutGroup.subarray(group * prompts, (group + 1) * prompts);
    log.index.cosines(questions, query, query + 1, similarities);
    const isExcluded = (row: number): boolean => groups[row] === group;
    voteOfNeighbors(log, similarities, without, rules, isExcluded, predictions, query * prompts);
  }
  const bestFor = (visible: RewardMatrix): number =>
    leastContrastLoss(visible, predictions, fixedColumn, promptMeans(visible, groups).all);
  const rule = rules[bestFor(rewards)]!;
  return singleFit(fittedNearestNeighbors({ rule, means: means.all, rewards, questions: matrix }), {
    outOfFold: crossFitted(rewards, training.folds, (visible) => predictions[bestFor(visible)]!),
    hyperparameters: { ...rule, outOfFold: "leave-group-out" },
  });
}

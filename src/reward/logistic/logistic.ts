import { ConfigError, UsageError } from "../../errors.ts";
import { unitRows } from "../../kernels/index.ts";
import type { RewardMatrix, WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { leastContrastLoss } from "../contrast-loss.ts";
import { crossFitted } from "../cross-fitted.ts";
import { foldRows } from "../fold-rows.ts";
import { promptMeans } from "../prompt-means.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { singleFit } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { meanTrials } from "../trial-patterns.ts";
import { type DenseRows, fittedLogistic, LOGISTIC, logisticScores } from "./fitted-logistic.ts";
import { fitLogistic, logisticProblem } from "./logistic-fit.ts";

/** How the logistic model is set up; every field has a default. */
export interface LogisticOptions {
  /**
   * Penalty on the weights all prompts share, above 0; a question with the mean number of trials weighs 1. It moves
   * the level of a question, hardly ever the choice among prompts.
   * @default 1
   */
  readonly commonPenalty?: number;
  /**
   * Penalties on each prompt's own weights to choose from, each above 0.
   * @default [1, 2, 4, 8, 16]
   */
  readonly deviationPenalties?: readonly number[];
}

/**
 * One logistic regression a prompt, tied together: logit P(right | x, π) = b(π) + x · (u + v(π)), with a penalty on the
 * common weights u and another on the deviations v. Questions are scaled to length 1 and must be dense. The
 * penalty on deviations is chosen on the contrasts with the fixed prompt (see contrast-loss.ts) over the given
 * folds; out-of-fold predictions come from the same folds.
 * @throws ConfigError where an option is out of range
 */
export function logistic(options: LogisticOptions = {}): RewardModel {
  const { commonPenalty = 1, deviationPenalties = [1, 2, 4, 8, 16] } = options;
  if (deviationPenalties.length === 0) {
    throw new ConfigError("Logistic: deviationPenalties is empty; give at least one penalty.");
  }
  for (const penalty of [commonPenalty, ...deviationPenalties]) {
    if (penalty > 0 && penalty < Number.POSITIVE_INFINITY) continue;
    throw new ConfigError(`Logistic: a penalty is ${penalty}; finite numbers above 0 are expected.`);
  }
  const penalties = deviationPenalties.map((deviation) => ({ common: commonPenalty, deviation }));
  return { kind: LOGISTIC, fit: (training, work = {}) => fitByFolds(training, penalties, work) };
}

async function fitByFolds(
  training: RewardTraining,
  grid: readonly { common: number; deviation: number }[],
  work: WorkOptions,
): Promise<RewardModelFit> {
  checkTraining(training);
  const { rewards, groups, folds, fixedColumn } = training;
  const { queries, prompts } = rewards;
  const questions = denseRows(training);
  const { columns } = questions;
  const scale = meanTrials(rewards);
  const predictions = grid.map(() => new Float64Array(queries * prompts));
  const splits = foldRows(folds);
  const total = splits.length * grid.length + 1;
  let done = 0;
  for (const { inside, outside } of splits) {
    const problem = logisticProblem(questions, rewards, outside, scale);
    let position: Float64Array | undefined;
    for (const [index, penalties] of grid.entries()) {
      await checkpoint(work, "fit logistic", done++, total);
      const fitted = fitLogistic(problem, penalties, position);
      position = fitted.position;
      const scores = logisticScores(questions, { prompts, columns, ...fitted });
      for (const row of inside) {
        predictions[index]!.set(scores.subarray(row * prompts, (row + 1) * prompts), row * prompts);
      }
    }
  }
  await checkpoint(work, "fit logistic", done, total);
  const bestFor = (visible: RewardMatrix): number =>
    leastContrastLoss(visible, predictions, fixedColumn, promptMeans(visible, groups).all);
  const best = bestFor(rewards);
  const everyRow = Int32Array.from({ length: queries }, (_, row) => row);
  const fitted = fitLogistic(logisticProblem(questions, rewards, everyRow, scale), grid[best]!);
  const model = fittedLogistic({ prompts, columns, biases: fitted.biases, weights: fitted.weights });
  return singleFit(model, {
    outOfFold: crossFitted(rewards, folds, (visible) => predictions[bestFor(visible)]!),
    hyperparameters: {
      commonPenalty: grid[best]!.common,
      deviationPenalty: grid[best]!.deviation,
      outOfFold: `${splits.length} folds`,
    },
  });
}

function denseRows({ queries }: RewardTraining): DenseRows {
  const rows = unitRows(singleMatrix(queries));
  if (rows.kind === "dense") return rows;
  throw new UsageError(
    `The logistic reward model needs dense features, but the questions are embedded as sparse rows of ${rows.columns} columns. Choose an embedder that gives dense rows, for example lsa:form-tf.`,
    { columns: rows.columns },
  );
}

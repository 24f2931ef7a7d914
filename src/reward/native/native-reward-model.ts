import { pickRows } from "../../kernels/index.ts";
import type { JsonValue, WorkOptions } from "../../types/index.ts";
import { checkTraining } from "../check-training.ts";
import { checkpoint } from "../checkpoint.ts";
import { foldRows } from "../fold-rows.ts";
import type { BoosterModel } from "../gbdt/booster-model.ts";
import { denseFeatures, fittedGbdt, LIGHTGBM, XGBOOST } from "../gbdt/fitted-gbdt.ts";
import type { FeatureColumns } from "../gbdt/formats/feature-columns.ts";
import { toProbability } from "../gbdt/loss.ts";
import { GbdtScorer } from "../gbdt/scorer.ts";
import type { RewardModel, RewardModelFit, RewardTraining } from "../reward-model.ts";
import { singleFit } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { lightgbmTrainer } from "./lightgbm-trainer.ts";
import {
  type LightgbmOptions,
  lightgbmSetup,
  type NativeSetup,
  type XgboostOptions,
  xgboostSetup,
} from "./native-options.ts";
import type { NativeTrainer } from "./native-trainer.ts";
import { type PairRows, pairRows } from "./pair-rows.ts";
import { xgboostTrainer } from "./xgboost-trainer.ts";

/**
 * Boosted trees trained by the original XGBoost, on [question embedding ; prompt embedding]. Needs the package koffi
 * and XGBoost's shared library to train; the trained model needs neither.
 * @throws ConfigError where an option is unknown or out of range; `fit` throws it where the library is not found
 */
export function xgboost(options: XgboostOptions = {}): RewardModel {
  const setup = xgboostSetup(options);
  return {
    kind: XGBOOST,
    fit: (training, work = {}) => fitWithLibrary(XGBOOST, xgboostTrainer, setup, training, work),
  };
}

/**
 * Boosted trees trained by the original LightGBM. Needs the package koffi and LightGBM's shared library to train; the
 * trained model needs neither.
 * @throws ConfigError where an option is unknown or out of range; `fit` throws it where the library is not found
 */
export function lightgbm(options: LightgbmOptions = {}): RewardModel {
  const setup = lightgbmSetup(options);
  return {
    kind: LIGHTGBM,
    fit: (training, work = {}) => fitWithLibrary(LIGHTGBM, lightgbmTrainer, setup, training, work),
  };
}

async function fitWithLibrary(
  kind: typeof XGBOOST | typeof LIGHTGBM,
  load: (library?: string) => Promise<NativeTrainer>,
  setup: NativeSetup,
  training: RewardTraining,
  work: WorkOptions,
): Promise<RewardModelFit> {
  checkTraining(training);
  const trainer = await load(setup.library);
  const queries = denseFeatures(singleMatrix(training.queries));
  const prompts = denseFeatures(training.prompts);
  const { rewards } = training;
  const train = (questions: Int32Array, stage: string): Promise<BoosterModel> =>
    trainBooster(
      trainer,
      setup,
      pairRows(queries, prompts, rewards, questions, trainer.labels),
      { queryColumns: queries.columns, promptColumns: prompts.columns },
      (round) => checkpoint(work, `${kind}, ${stage}`, round, setup.plan.rounds),
    );
  const outOfFold = new Float64Array(rewards.queries * rewards.prompts);
  const parts = foldRows(training.folds);
  for (const [index, { inside, outside }] of parts.entries()) {
    const booster = await train(outside, `fold ${index + 1} of ${parts.length}`);
    const scorer = new GbdtScorer(booster);
    const margins = scorer.score(pickRows(queries, inside), scorer.prepare(prompts));
    inside.forEach((question, row) => {
      for (let prompt = 0; prompt < rewards.prompts; prompt++)
        outOfFold[question * rewards.prompts + prompt] = toProbability(
          booster.objective,
          margins[row * rewards.prompts + prompt]!,
        );
    });
  }
  const everything = Int32Array.from({ length: rewards.queries }, (_, question) => question);
  const booster = await train(everything, "all questions");
  const hyperparameters: { [name: string]: JsonValue } = {
    ...Object.fromEntries(setup.parameters),
    rounds: setup.plan.rounds,
  };
  const { unseenPrompts } = setup;
  const model = fittedGbdt({ kind, booster, promptFeatures: prompts, unseenPrompts });
  return singleFit(model, { outOfFold, hyperparameters });
}

/** Trains, or without a single label gives the model that knows nothing. */
async function trainBooster(
  trainer: NativeTrainer,
  { plan, parameters }: NativeSetup,
  rows: PairRows,
  columns: FeatureColumns,
  afterRound: (round: number) => Promise<void>,
): Promise<BoosterModel> {
  if (rows.rows > 0)
    return trainer.read(await trainer.train(rows, parameters, plan.rounds, afterRound), columns);
  const baseScore = plan.baseScore === "mean" ? 0.5 : plan.baseScore;
  return { objective: plan.objective, ...columns, baseScore, trees: [] };
}

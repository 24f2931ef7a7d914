import type { DenseFeatures, FeatureMatrix, StoredState } from "../../types/index.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { restoreFeatures, storeFeatures } from "../stored-features.ts";
import { headerWord, refuse } from "../stored-parts.ts";
import { scoreCandidates } from "../unseen-prompts.ts";
import type { BoosterModel } from "./booster-model.ts";
import type { UnseenPromptRule } from "./gbdt-options.ts";
import { toProbability } from "./loss.ts";
import { restoreBooster, saveBooster } from "./model-state.ts";
import { GbdtScorer, type ScoredPrompts } from "./scorer.ts";

/** Trees grown level by level, as XGBoost grows them. */
export const GBDT_DEPTHWISE = "gbdt-depthwise";
/** Trees grown leaf by leaf, as LightGBM grows them. */
export const GBDT_LEAFWISE = "gbdt-leafwise";
/** Trees the original XGBoost trained. */
export const XGBOOST = "xgboost";
/** Trees the original LightGBM trained. */
export const LIGHTGBM = "lightgbm";
/** Kinds of fitted models that are boosted trees. */
export type GbdtKind = typeof GBDT_DEPTHWISE | typeof GBDT_LEAFWISE | typeof XGBOOST | typeof LIGHTGBM;
export const GBDT_KINDS: readonly GbdtKind[] = [GBDT_DEPTHWISE, GBDT_LEAFWISE, XGBOOST, LIGHTGBM];

/** All a fitted model of boosted trees consists of. */
export interface GbdtParts {
  readonly kind: GbdtKind;
  readonly booster: BoosterModel;
  /** P rows: the training prompts' features. */
  readonly promptFeatures: DenseFeatures;
  readonly unseenPrompts: UnseenPromptRule;
}

export function fittedGbdt(parts: GbdtParts): FittedRewardModel {
  const { kind, booster, promptFeatures, unseenPrompts } = parts;
  const scorer = new GbdtScorer(booster);
  const trained = scorer.prepare(promptFeatures);
  const prepared = new WeakMap<FeatureMatrix, ScoredPrompts>();
  const prepare = (features: FeatureMatrix): ScoredPrompts => {
    const known = prepared.get(features) ?? scorer.prepare(denseFeatures(features));
    prepared.set(features, known);
    return known;
  };
  const predict = (queries: FeatureMatrix, prompts: ScoredPrompts): Float64Array =>
    scorer.score(queries, prompts).map((margin) => toProbability(booster.objective, margin));
  return {
    kind,
    prompts: promptFeatures.rows,
    predict(given, candidates) {
      const queries = singleMatrix(given);
      const scores = predict(queries, trained);
      if (candidates === undefined) return scores;
      const all = scoreCandidates(scores, queries.rows, promptFeatures.rows, candidates);
      if (unseenPrompts === "similarity") return all;
      const byTrees = predict(queries, prepare(candidates.features));
      const { trainedColumn } = candidates;
      return all.map((score, entry) =>
        trainedColumn[entry % trainedColumn.length]! >= 0 ? score : byTrees[entry]!,
      );
    },
    save() {
      const { header, arrays } = saveBooster(booster);
      const stored = storeFeatures("prompt", promptFeatures);
      return {
        kind,
        header: { ...header, ...stored.header, unseenPrompts },
        arrays: { ...arrays, ...stored.arrays },
      };
    },
  };
}

/** @throws ModelFileError where the state is not a whole, consistent model of boosted trees */
export function restoreGbdt(state: StoredState): FittedRewardModel {
  const kind = GBDT_KINDS.find((known) => known === state.kind);
  if (kind === undefined)
    throw refuse(state, `the kind is "${state.kind}"`, `one of ${GBDT_KINDS.join(", ")}`);
  const booster = restoreBooster(state);
  const promptFeatures = restoreFeatures(state, "prompt");
  if (promptFeatures.kind !== "dense" || promptFeatures.columns !== booster.promptColumns)
    throw refuse(
      state,
      `the prompts have ${promptFeatures.columns} ${promptFeatures.kind} features`,
      `${booster.promptColumns} dense ones`,
    );
  if (promptFeatures.rows === 0) throw refuse(state, "there are no training prompts", "at least one");
  const unseenPrompts = headerWord(state, "unseenPrompts", ["similarity", "trees"]);
  return fittedGbdt({ kind, booster, promptFeatures, unseenPrompts });
}

/** A matrix with its zeros written out. */
export function denseFeatures(features: FeatureMatrix): DenseFeatures {
  if (features.kind === "dense") return features;
  const { rows, columns } = features;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++)
      values[row * columns + features.columnIndex[entry]!] = features.values[entry]!;
  return { kind: "dense", rows, columns, values };
}

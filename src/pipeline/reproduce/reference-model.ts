import { selectRows } from "../../embed/index.ts";
import { bestFixedPrompt, selectColumns } from "../../evaluate/index.ts";
import type { RewardModel } from "../../reward/index.ts";
import { bestOfN, type GateDecision } from "../../select/index.ts";
import type { FeatureMatrix, WorkOptions } from "../../types/index.ts";
import type { EvaluationFold } from "../evaluation-fold.ts";
import type { FoldOutcome } from "../fold-outcome.ts";
import type { FoldFeatures } from "./reference-features.ts";

/** The reference always uses its model. */
const NO_GATE: GateDecision = {
  open: true,
  upliftOutOfFold: 0,
  standardError: 0,
  z: 0,
  reason: "The reference has no gate.",
  questions: 0,
  switched: 0,
};

/** What the trees do not need, but the interface asks for: only similarity-weighted models use it. */
const UNUSED_TEMPERATURE = 1;

/**
 * Steps 4 and 5 of the reference for one subset of training prompts: one model on [question ; prompt], fitted on all
 * training labels at once, scores every prompt for the test questions; held-out prompts go down the trees by their own
 * features.
 * @param subset columns of the training prompts to use, ascending
 * @param prompts one row a prompt: training prompts, then held-out ones
 */
export async function referenceOutcome(
  fold: EvaluationFold,
  subset: readonly number[],
  features: FoldFeatures,
  prompts: FeatureMatrix,
  rewardModel: RewardModel,
  seed: number,
  options: WorkOptions,
): Promise<FoldOutcome> {
  const trainingCount = fold.trainRewards.prompts;
  const heldOut = Array.from({ length: prompts.rows - trainingCount }, (_, index) => trainingCount + index);
  const fixedRewards = selectColumns(fold.fixedRewards ?? fold.trainRewards, subset);
  const fixed = bestFixedPrompt(fixedRewards, new Float64Array(fixedRewards.queries).fill(1));
  const trained = selectRows(prompts, subset);
  const questions = fold.trainQueries.length;
  const fit = await rewardModel.fit(
    {
      queries: features.train,
      prompts: trained,
      rewards: selectColumns(fold.trainRewards, subset),
      groups: Int32Array.from({ length: questions }, (_, question) => question),
      // One fold: nothing is left out, so no second model is trained only to be thrown away.
      folds: new Int32Array(questions),
      fixedColumn: fixed.column,
      seed,
    },
    options,
  );
  const model = await fit.assemble([0]);
  const candidates = [...subset, ...heldOut];
  const predicted = model.predict(features.test, {
    trainedColumn: Int32Array.from(candidates, (_, index) => (index < subset.length ? index : -1)),
    features: selectRows(prompts, candidates),
    trainedFeatures: trained,
    temperature: UNUSED_TEMPERATURE,
  });
  const scores = spreadOverUnits(fold.test.queryIndex, features.testQueries, predicted, candidates.length);
  const columns = Int32Array.from(subset.keys());
  return {
    scores,
    chosen: bestOfN({ scores, prompts: candidates.length, columns, fixedColumn: fixed.column }),
    fallback: new Uint8Array(fold.test.queryIndex.length),
    neighbor: new Int32Array(0),
    fixedColumn: fixed.column,
    gate: NO_GATE,
    priced: null,
  };
}

/** Scores of distinct questions, repeated for every test unit that asks them. */
function spreadOverUnits(
  queryIndex: Int32Array,
  queries: Int32Array,
  predicted: Float64Array,
  width: number,
): Float64Array {
  const rowOf = new Map(Array.from(queries, (query, row) => [query, row]));
  const scores = new Float64Array(queryIndex.length * width);
  queryIndex.forEach((query, unit) => {
    const row = rowOf.get(query)!;
    scores.set(predicted.subarray(row * width, (row + 1) * width), unit * width);
  });
  return scores;
}

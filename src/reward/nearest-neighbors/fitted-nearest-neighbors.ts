import { cosineIndex, unitRows } from "../../kernels/index.ts";
import type { FeatureMatrix, RewardMatrix, StoredState } from "../../types/index.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { restoreFeatures, storeFeatures } from "../stored-features.ts";
import { finiteArray, headerCount, headerNumber, probabilityArray, refuse } from "../stored-parts.ts";
import { scoreCandidates } from "../unseen-prompts.ts";
import { forEachQuery, type NeighborRule, neighborLog, voteOfNeighbors } from "./neighbor-votes.ts";

export const NEAREST_NEIGHBORS = "nearest-neighbors";

export interface NearestNeighborsParts {
  readonly rule: NeighborRule;
  /** P long. */
  readonly means: Float64Array;
  readonly rewards: RewardMatrix;
  /** The labeled questions. */
  readonly questions: FeatureMatrix;
}

export function fittedNearestNeighbors(parts: NearestNeighborsParts): FittedRewardModel {
  const { rule, means, rewards, questions } = parts;
  const { prompts } = rewards;
  const log = neighborLog(cosineIndex(unitRows(questions)), rewards);
  return {
    kind: NEAREST_NEIGHBORS,
    prompts,
    predict(queries, candidates) {
      const scores = new Float64Array(queries.rows * prompts);
      forEachQuery(log.index, unitRows(singleMatrix(queries)), (query, similarities) => {
        voteOfNeighbors(log, similarities, means, [rule], () => false, [scores], query * prompts);
      });
      return candidates === undefined ? scores : scoreCandidates(scores, queries.rows, prompts, candidates);
    },
    save() {
      const stored = storeFeatures("question", questions);
      return {
        kind: NEAREST_NEIGHBORS,
        header: { prompts, ...rule, ...stored.header },
        arrays: { means, successes: rewards.successes, trials: rewards.trials, ...stored.arrays },
      };
    },
  };
}

/** @throws ModelFileError where the state is not a whole, consistent nearest-neighbors model */
export function restoreNearestNeighbors(state: StoredState): FittedRewardModel {
  const prompts = headerCount(state, "prompts", 1);
  const questions = restoreFeatures(state, "question");
  const successes = finiteArray(state, "successes", questions.rows * prompts);
  const trials = finiteArray(state, "trials", questions.rows * prompts);
  trials.forEach((count, entry) => {
    if (count >= 0 && successes[entry]! >= -1e-9 && successes[entry]! <= count + 1e-9) return;
    throw refuse(
      state,
      `entry ${entry} has ${successes[entry]} successes in ${count} trials`,
      "0 ≤ successes ≤ trials",
    );
  });
  return fittedNearestNeighbors({
    rule: {
      neighbors: headerCount(state, "neighbors", 1),
      priorQuestions: headerNumber(state, "priorQuestions", Number.MIN_VALUE),
    },
    means: probabilityArray(state, "means", prompts),
    rewards: { queries: questions.rows, prompts, successes, trials },
    questions,
  });
}

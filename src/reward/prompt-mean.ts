import type { StoredState } from "../types/index.ts";
import { checkTraining } from "./check-training.ts";
import { checkpoint } from "./checkpoint.ts";
import { promptMeans } from "./prompt-means.ts";
import type { FittedRewardModel, RewardModel } from "./reward-model.ts";
import { singleFit } from "./reward-model.ts";
import { headerCount, probabilityArray } from "./stored-parts.ts";
import { scoreCandidates } from "./unseen-prompts.ts";

export const PROMPT_MEAN = "prompt-mean";

/** Predicts each prompt's mean success, shrunk where labels are few (see prompt-means.ts), whatever the question. */
export function promptMean(): RewardModel {
  return {
    kind: PROMPT_MEAN,
    async fit(training, work = {}) {
      checkTraining(training);
      await checkpoint(work, "fit prompt means", 0, 1);
      const { rewards, groups } = training;
      const means = promptMeans(rewards, groups);
      const outOfFold = new Float64Array(rewards.queries * rewards.prompts);
      groups.forEach((group, query) => {
        const row = means.withoutGroup.subarray(group * rewards.prompts, (group + 1) * rewards.prompts);
        outOfFold.set(row, query * rewards.prompts);
      });
      return singleFit(fittedPromptMean(means.all), {
        outOfFold,
        hyperparameters: { outOfFold: "leave-group-out" },
      });
    },
  };
}

/** @param means one a training prompt, in [0, 1] */
function fittedPromptMean(means: Float64Array): FittedRewardModel {
  const prompts = means.length;
  return {
    kind: PROMPT_MEAN,
    prompts,
    predict(queries, candidates) {
      const scores = new Float64Array(queries.rows * prompts);
      for (let query = 0; query < queries.rows; query++) scores.set(means, query * prompts);
      return candidates === undefined ? scores : scoreCandidates(scores, queries.rows, prompts, candidates);
    },
    save: () => ({ kind: PROMPT_MEAN, header: { prompts }, arrays: { means } }),
  };
}

/** @throws ModelFileError */
export function restorePromptMean(state: StoredState): FittedRewardModel {
  return fittedPromptMean(probabilityArray(state, "means", headerCount(state, "prompts", 1)));
}

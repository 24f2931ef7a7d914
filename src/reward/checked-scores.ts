import type { StoredState } from "../types/index.ts";
import type { FittedRewardModel } from "./reward-model.ts";
import { refuse } from "./stored-parts.ts";

/** A restored model whose `predict` throws a ModelFileError in place of what is no probability: its file is at fault. */
export function withCheckedScores(state: StoredState, model: FittedRewardModel): FittedRewardModel {
  return {
    ...model,
    predict(queries, candidates) {
      const scores = model.predict(queries, candidates);
      const outside = scores.find((score) => !(score >= 0 && score <= 1));
      if (outside === undefined) return scores;
      throw refuse(state, `it predicts ${outside}`, "a probability");
    },
  };
}

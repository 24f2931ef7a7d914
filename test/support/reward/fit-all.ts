import type {
  FittedRewardModel,
  RewardModel,
  RewardModelCandidate,
  RewardTraining,
} from "../../../src/reward/reward-model.ts";
import type { WorkOptions } from "../../../src/types/index.ts";

/** A fit that uses all its candidates alike. */
export interface WholeFit extends RewardModelCandidate {
  readonly model: FittedRewardModel;
}

/** Fits, and averages every candidate; hyperparameters are the first one's. */
export async function fitAll(
  rewardModel: RewardModel,
  training: RewardTraining,
  work?: WorkOptions,
): Promise<WholeFit> {
  const { candidates, assemble } = await rewardModel.fit(training, work);
  const outOfFold = candidates[0]!.outOfFold.map((_, entry) => {
    const sum = candidates.reduce((total, candidate) => total + candidate.outOfFold[entry]!, 0);
    return Math.min(1, Math.max(0, sum / candidates.length));
  });
  const model = await assemble([...candidates.keys()]);
  return { model, outOfFold, hyperparameters: candidates[0]!.hyperparameters };
}

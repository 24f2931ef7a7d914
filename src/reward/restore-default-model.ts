import { UsageError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";
import { withCheckedScores } from "./checked-scores.ts";
import { KERNEL_RIDGE, restoreKernelRidge } from "./kernel-ridge/fitted-kernel-ridge.ts";
import type { FittedRewardModel } from "./reward-model.ts";

/**
 * As `restoreRewardModel`, of the default reward model alone: so small that a browser can load it.
 * @throws UsageError for others; ModelFileError where the state contradicts itself
 */
export function restoreDefaultModel(state: StoredState): FittedRewardModel {
  if (state.kind === KERNEL_RIDGE) return withCheckedScores(state, restoreKernelRidge(state));
  throw new UsageError(
    `the chooser's reward model is of kind "${state.kind.slice(0, 100)}", which prompt-oirl/chooser does not hold: load it by loadChooser of prompt-oirl`,
  );
}

import { ShapeError } from "../../errors.ts";
import type { DenseFeatures, RewardMatrix } from "../../types/index.ts";
import type { BinnedQueries } from "./binning.ts";

/** Sums of fractional rewards may be off by their rounding. */
const SLACK = 1e-9;

/** What boosted trees are trained on. */
export interface BoosterData {
  readonly queries: BinnedQueries;
  /** P rows. */
  readonly prompts: DenseFeatures;
  /** Q × P; pairs with 0 trials do not take part. */
  readonly rewards: RewardMatrix;
  /** Q × P; its loss decides when to stop. Its pairs should be of questions that `rewards` does not have. */
  readonly validation?: RewardMatrix;
}

/** @throws ShapeError where sizes disagree, a count is impossible, or no pair has a trial */
export function checkBoosterData({ queries, prompts, rewards, validation }: BoosterData): void {
  const check = (what: string, found: number, expected: number): void => {
    if (found !== expected)
      throw new ShapeError(`Training boosted trees: ${what} are ${found}, expected ${expected}.`, {
        found,
        expected,
      });
  };
  check("the queries with features", queries.queries, rewards.queries);
  check("the prompts with features", prompts.rows, rewards.prompts);
  check("the values of the prompt features", prompts.values.length, prompts.rows * prompts.columns);
  for (const matrix of validation === undefined ? [rewards] : [rewards, validation]) {
    check("the queries with rewards", matrix.queries, rewards.queries);
    check("the prompts with rewards", matrix.prompts, rewards.prompts);
    check("the counts of trials", matrix.trials.length, rewards.queries * rewards.prompts);
    check("the counts of successes", matrix.successes.length, rewards.queries * rewards.prompts);
    checkCounts(matrix, matrix === rewards ? "pair" : "validation pair");
  }
  if (!rewards.trials.some((trials) => trials > 0))
    throw new ShapeError(
      "Training boosted trees: no pair of question and prompt has been tried; nothing to learn from.",
    );
}

function checkCounts({ successes, trials }: RewardMatrix, what: string): void {
  for (let pair = 0; pair < trials.length; pair++) {
    const count = trials[pair]!;
    const right = successes[pair]!;
    // Sums of more than what counts exactly would drown single trials.
    if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER && right >= -SLACK && right <= count + SLACK))
      throw new ShapeError(
        `Training boosted trees: ${what} ${pair} has ${right} successes in ${count} trials; expected 0 ≤ successes ≤ trials ≤ ${Number.MAX_SAFE_INTEGER}.`,
      );
  }
}

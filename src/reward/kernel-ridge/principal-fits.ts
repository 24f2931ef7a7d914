import type { RewardMatrix } from "../../types/index.ts";
import type { TrialPattern } from "../trial-patterns.ts";
import { withoutRows } from "../without-rows.ts";
import type { CandidateFit, CandidateProblem } from "./candidate-fits.ts";
import { chooseDirectionPenalties, combineDirections, promptDirections } from "./prompt-directions.ts";

/** By how many steps of the grid all directions' penalties are moved together, each a candidate. */
const MOVES: readonly number[] = [-1, 0, 1];

/**
 * Fits with a penalty for each principal direction of the prompts' rewards, made of fits with one penalty for all: where
 * all prompts were tried on the same questions, these are linear combinations. Each direction has the penalty of least
 * squared error along it; since that is not what a choice gains by, all are also moved together. For a fold that is
 * predicted, directions and penalties are those of the other folds.
 * @param fits of one sum of kernels, weakest penalty first
 * @returns none for a log with holes, or of two prompts, whose one contrast has a penalty of its own anyway
 */
export function principalFits(
  fits: readonly CandidateFit[],
  { rewards, patterns, means, folds, foldCount }: CandidateProblem,
): CandidateFit[] {
  const [pattern] = patterns;
  if (patterns.length !== 1 || pattern === undefined || rewards.prompts < 3) return [];
  const { prompts } = rewards;
  const predictions = fits.map(({ outOfFold }) => outOfFold);
  const chosenFor = (without: number): { directions: Float64Array; penalties: Int32Array } => {
    const isHidden = (question: number): boolean => folds[question] === without || folds[question] === -1;
    const visible = withoutRows(rewards, Int32Array.from(folds.keys()).filter(isHidden));
    const own =
      without === -1 ? means.all : means.withoutGroup.subarray(without * prompts, (without + 1) * prompts);
    const seen = visiblePart(pattern, visible);
    const directions = promptDirections(visible, seen, own);
    return { directions, penalties: chooseDirectionPenalties(visible, seen, directions, predictions) };
  };
  const byFold = Array.from({ length: foldCount }, (_, fold) => chosenFor(fold));
  const whole = chosenFor(-1);
  return MOVES.map((move): CandidateFit => {
    const moved = (penalties: Int32Array): Int32Array =>
      penalties.map((place) => Math.min(fits.length - 1, Math.max(0, place + move)));
    const outOfFold = new Float64Array(rewards.queries * prompts).fill(Number.NaN);
    byFold.forEach(({ directions, penalties }, fold) => {
      for (let question = 0; question < rewards.queries; question++) {
        if (folds[question] !== fold) continue;
        const rows = predictions.map((values) =>
          values.subarray(question * prompts, (question + 1) * prompts),
        );
        const target = outOfFold.subarray(question * prompts, (question + 1) * prompts);
        combineDirections(rows, prompts, pattern, directions, moved(penalties), target);
      }
    });
    const values = Float64Array.from(moved(whole.penalties), (place) => fits[place]!.penalties.values[0]!);
    return {
      sum: fits[0]!.sum,
      penalties: { directions: whole.directions, values },
      description: { directionPenalties: [...values] },
      outOfFold,
    };
  });
}

/** The pattern's labeled questions that still have their labels. */
function visiblePart(pattern: TrialPattern, { prompts, trials }: RewardMatrix): TrialPattern {
  const isSeen = (query: number): boolean => trials[query * prompts + pattern.prompts[0]!]! > 0;
  return {
    ...pattern,
    labeled: pattern.labeled.filter(isSeen),
    trials: pattern.trials.filter((_, position) => isSeen(pattern.labeled[position]!)),
  };
}

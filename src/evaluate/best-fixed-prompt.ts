import { ShapeError } from "../errors.ts";
import type { RewardMatrix } from "../types/index.ts";
import { observationWeights } from "./observation-weights.ts";

/** A prompt labeled on fewer questions is not named best while others are labeled on more. */
const MIN_LABELS = 30;

/** The prompt to put to every question, with the means it was chosen by. */
export interface BestFixedPrompt {
  /** The eligible prompt with the highest plain mean; ties to the lowest column. */
  readonly column: number;
  /** Mean success of each prompt on the questions compared, by inverse propensities; 0 for one without labels. */
  readonly means: Float64Array;
  /** Whether a prompt has enough labels to be named best. */
  readonly eligible: readonly boolean[];
}

/**
 * The prompt with the highest mean success over questions. In a partial matrix the prompts are compared on the
 * questions labeled under every one of them if that is at least half of the questions with any label; otherwise
 * each on its own questions, which is only fair if prompts were assigned to questions without regard to difficulty.
 * A prompt labeled on fewer than 30 questions (or than the most any prompt has) is not named best.
 *
 * Where the log has propensities, the prompt is chosen by plain means, which is what the likelihood of all labels says
 * whatever decided which were taken, and its success is estimated by inverse propensities, since plain means of prompts
 * that were dropped after bad luck are too low (Offer-Westort, Coppock and Green, American Journal of Political Science
 * 65, 2021).
 * @param weights one a question, ≥ 0
 * @throws ShapeError where sizes disagree or nothing is labeled
 */
export function bestFixedPrompt(rewards: RewardMatrix, weights: Float64Array): BestFixedPrompt {
  const { columns, columnWeights } = comparedRewards(rewards, weights);
  const plainMeans = columns.map((values) => weightedMean(values, weights));
  const means = Float64Array.from(columns, (values, column) => {
    const mean = weightedMean(values, columnWeights[column]!);
    return Number.isNaN(mean) ? 0 : mean;
  });
  const questions = columns.map(
    (values) => values.filter((value, query) => !Number.isNaN(value) && weights[query]! > 0).length,
  );
  const most = Math.max(0, ...questions);
  if (most === 0)
    throw new ShapeError("no question has a label and a weight above 0: no prompt can be compared");
  const eligible = questions.map((count) => count > 0 && count >= Math.min(MIN_LABELS, most));
  let best = -1;
  plainMeans.forEach((mean, column) => {
    if (eligible[column] && (best === -1 || mean > plainMeans[best]!)) best = column;
  });
  return { column: best, means, eligible };
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, query) => {
    if (Number.isNaN(value)) return;
    sum += weights[query]! * value;
    total += weights[query]!;
  });
  return sum / total;
}

/** Rewards as prompts are compared by them. */
export interface ComparedRewards {
  /** The rewards of each prompt, NaN on the questions it is not judged on. */
  readonly columns: readonly Float64Array[];
  /** Weights of each prompt's questions: those given, by inverse propensity where the log has them. */
  readonly columnWeights: readonly Float64Array[];
  /** Whether all prompts are judged on the same questions. */
  readonly paired: boolean;
}

/** The rewards of each prompt, on the questions it is judged on. */
export function comparedRewards(rewards: RewardMatrix, weights: Float64Array): ComparedRewards {
  const { queries, prompts, successes, trials } = rewards;
  if (successes.length !== queries * prompts || trials.length !== queries * prompts) {
    throw new ShapeError(
      `successes and trials must be ${queries} × ${prompts} = ${queries * prompts} long, found ${successes.length} and ${trials.length}`,
    );
  }
  const columns = Array.from({ length: prompts }, () => new Float64Array(queries).fill(Number.NaN));
  const complete = new Uint8Array(queries);
  let completeCount = 0;
  let labeledCount = 0;
  for (let query = 0; query < queries; query++) {
    let labels = 0;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const cell = query * prompts + prompt;
      if (trials[cell] === 0) continue;
      labels++;
      columns[prompt]![query] = successes[cell]! / trials[cell]!;
    }
    if (labels === 0 || weights[query] === 0) continue;
    labeledCount++;
    if (labels < prompts) continue;
    complete[query] = 1;
    completeCount++;
  }
  const paired = completeCount > 0 && 2 * completeCount >= labeledCount;
  const all = columns.map((_, prompt) => prompt);
  const columnWeights = all.map((prompt) => observationWeights(rewards, weights, paired ? all : [prompt]));
  if (!paired) return { columns, columnWeights, paired };
  return {
    columnWeights,
    columns: columns.map((values) =>
      values.map((value, query) => (complete[query] === 1 ? value : Number.NaN)),
    ),
    paired,
  };
}

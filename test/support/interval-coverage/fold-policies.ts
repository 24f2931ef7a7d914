import type { RewardMatrix } from "../../../src/types/index.ts";
import type { Problem, SimulatedLog } from "./simulated-problem.ts";

/** What folds that learn by kind predict and choose, and what that is truly worth. */
export interface FoldPolicies {
  /** Questions × prompts: predictions of the fold that did not see the question. */
  readonly predicted: Float64Array;
  /** One a question. */
  readonly chosen: Int32Array;
  readonly fixed: Int32Array;
  /** What the folds after a question's own, which have seen it, choose for it. */
  readonly others: readonly { readonly chosen: Int32Array; readonly fixed: Int32Array }[];
  /** Success of the folds' choices minus that of their fixed prompts, over all questions there are. */
  readonly trueGain: number;
}

const FOLDS = 5;
/** Answers that a kind's mean begins with, at the prompt's mean. */
const PRIOR = 4;

/** Five folds; each learns shrunken means by kind from the others, and chooses the highest, or the fixed prompt. */
export function foldPolicies(
  { shares, chances, prompts }: Problem,
  { kinds, rewards }: SimulatedLog,
): FoldPolicies {
  const { queries } = rewards;
  const predicted = new Float64Array(queries * prompts);
  const chosen = new Int32Array(queries);
  const fixed = new Int32Array(queries);
  const others = Array.from({ length: FOLDS - 1 }, () => ({
    chosen: new Int32Array(queries),
    fixed: new Int32Array(queries),
  }));
  let trueGain = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const { table, best } = learn(rewards, kinds, shares.length, fold);
    const choiceOf = shares.map((_, kind) => {
      const row = table.subarray(kind * prompts, (kind + 1) * prompts);
      const highest = Math.max(...row);
      return row[best] === highest ? best : row.indexOf(highest);
    });
    let questions = 0;
    for (let unit = fold; unit < queries; unit += FOLDS) {
      const kind = kinds[unit]!;
      predicted.set(table.subarray(kind * prompts, (kind + 1) * prompts), unit * prompts);
      chosen[unit] = choiceOf[kind]!;
      fixed[unit] = best;
      questions++;
    }
    others.forEach((other, index) => {
      for (let unit = (fold + FOLDS - 1 - index) % FOLDS; unit < queries; unit += FOLDS) {
        other.chosen[unit] = choiceOf[kinds[unit]!]!;
        other.fixed[unit] = best;
      }
    });
    shares.forEach((share, kind) => {
      const gain = chances[kind * prompts + choiceOf[kind]!]! - chances[kind * prompts + best]!;
      trueGain += (questions / queries) * share * gain;
    });
  }
  return { predicted, chosen, fixed, others, trueGain };
}

function learn(
  { queries, prompts, successes, trials }: RewardMatrix,
  kinds: Int32Array,
  kindCount: number,
  fold: number,
): { readonly table: Float64Array; readonly best: number } {
  const right = new Float64Array(kindCount * prompts);
  const asked = new Float64Array(kindCount * prompts);
  const means = new Float64Array(prompts).fill(1);
  const counts = new Float64Array(prompts).fill(2);
  for (let unit = 0; unit < queries; unit++) {
    if (unit % FOLDS === fold) continue;
    for (let column = 0; column < prompts; column++) {
      const cell = unit * prompts + column;
      right[kinds[unit]! * prompts + column]! += successes[cell]!;
      asked[kinds[unit]! * prompts + column]! += trials[cell]!;
      means[column]! += successes[cell]!;
      counts[column]! += trials[cell]!;
    }
  }
  means.forEach((sum, column) => {
    means[column] = sum / counts[column]!;
  });
  return {
    table: right.map((sum, cell) => (sum + PRIOR * means[cell % prompts]!) / (asked[cell]! + PRIOR)),
    best: means.indexOf(Math.max(...means)),
  };
}

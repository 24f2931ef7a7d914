import type { RewardMatrix } from "../../types/index.ts";
import type { ClassBalance } from "./doctor-types.ts";

/** @param ids of the prompts, in column order; at least one with a trial */
export function examineBalance(matrix: RewardMatrix, ids: readonly string[]): ClassBalance {
  const { queries, prompts, successes, trials } = matrix;
  const byPrompt = ids.map((prompt, column) => {
    let sum = 0;
    let questions = 0;
    for (let query = 0; query < queries; query++) {
      const pair = query * prompts + column;
      if (trials[pair] === 0) continue;
      questions++;
      sum += successes[pair]! / trials[pair]!;
    }
    return { prompt, right: sum / questions, questions };
  });
  const tried = byPrompt
    .filter(({ questions }) => questions > 0)
    .sort((one, other) => other.right - one.right || (one.prompt < other.prompt ? -1 : 1));
  let compared = 0;
  let alwaysRight = 0;
  let neverRight = 0;
  for (let query = 0; query < queries; query++) {
    const pairs = Array.from({ length: prompts }, (_, column) => query * prompts + column).filter(
      (pair) => trials[pair]! > 0,
    );
    if (pairs.length < 2) continue;
    compared++;
    if (pairs.every((pair) => successes[pair] === trials[pair])) alwaysRight++;
    if (pairs.every((pair) => successes[pair] === 0)) neverRight++;
  }
  return {
    right: addUp(successes) / addUp(trials),
    best: tried[0]!,
    worst: tried.at(-1)!,
    compared,
    alwaysRight,
    neverRight,
  };
}

function addUp(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

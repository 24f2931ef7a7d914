import type { RewardMatrix } from "../../types/index.ts";
import type { Coverage } from "./doctor-types.ts";

/** @param ids of the prompts, in column order */
export function examineCoverage(
  { queries, prompts, trials }: RewardMatrix,
  ids: readonly string[],
): Coverage {
  let tried = 0;
  let one = 0;
  let all = 0;
  const shared = new Int32Array(prompts * prompts);
  const columns: number[] = [];
  for (let query = 0; query < queries; query++) {
    columns.length = 0;
    for (let prompt = 0; prompt < prompts; prompt++)
      if (trials[query * prompts + prompt]! > 0) columns.push(prompt);
    tried += columns.length;
    if (columns.length === 1) one++;
    if (columns.length === prompts) all++;
    for (const first of columns)
      for (const second of columns) if (first < second) shared[first * prompts + second]! += 1;
  }
  return {
    tried: tried / (queries * prompts),
    questionsWithOnePrompt: one,
    questionsWithAllPrompts: all,
    leastShared: leastShared(shared, ids),
  };
}

function leastShared(shared: Int32Array, ids: readonly string[]): Coverage["leastShared"] {
  let least: Coverage["leastShared"] = null;
  for (const [first, one] of ids.entries())
    for (const [second, other] of ids.entries()) {
      if (first >= second) continue;
      const questions = shared[first * ids.length + second]!;
      if (least === null || questions < least.questions) least = { prompts: [one, other], questions };
    }
  return least;
}

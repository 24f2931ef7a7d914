import { type ObservationDesign, policyGain } from "../evaluate/index.ts";
import type { Candidate, PartialChoice } from "../types/index.ts";

/** What choosing one part of a pair is judged on: U units by C candidates. */
export interface PartialChoiceInput {
  readonly design: ObservationDesign;
  readonly candidates: readonly Candidate[];
  /** U × C. */
  readonly scores: Float64Array;
  readonly clusters: Int32Array;
  /** U long: the best single candidate of the unit's fold. */
  readonly fixed: Int32Array;
  /** U long: 1 for units that get it whatever their scores. */
  readonly keepFixed: Uint8Array;
}

/**
 * What choosing prompts alone would gain, on the LLM of the best single candidate, and LLMs alone, under its prompt: by
 * the same scores as choosing both, among fewer candidates.
 */
export function judgePartialChoices(input: PartialChoiceInput): PartialChoice[] {
  return (["prompt", "llm"] as const).map((choose) => {
    const gain = judge(input, choose === "prompt" ? "llm" : "promptId");
    return { choose, uplift: gain?.mean ?? null, upliftCi95: gain?.interval ?? null };
  });
}

function judge(
  { design, candidates, scores, clusters, fixed, keepFixed }: PartialChoiceInput,
  kept: "llm" | "promptId",
): ReturnType<typeof policyGain> {
  const width = candidates.length;
  const chosen = fixed.map((single, unit) => {
    if (keepFixed[unit] === 1) return single;
    let best = single;
    for (let column = 0; column < width; column++)
      if (
        candidates[column]![kept] === candidates[single]![kept] &&
        scores[unit * width + column]! > scores[unit * width + best]!
      )
        best = column;
    return best;
  });
  return policyGain({
    rewards: design.rewards,
    predicted: scores,
    weights: design.weights,
    clusters,
    ...{ chosen, fixed },
  });
}

/** A choice as it is made, by its column, with the probability it had. */
export interface DrawnChoice {
  readonly column: number;
  readonly propensity: number;
  readonly explored: boolean;
}

/**
 * Epsilon-greedy: with probability ε any prompt, each alike, else the recommended one. Every prompt keeps at least ε / K,
 * so that what is logged tells of each.
 * @param greedy column of the recommended prompt
 * @param epsilon in [0, 1]
 * @param random uniform in [0, 1)
 */
export function drawChoice(
  prompts: number,
  greedy: number,
  epsilon: number,
  random: () => number,
): DrawnChoice {
  const floor = epsilon / prompts;
  const isDrawn = random() < epsilon;
  const column = isDrawn ? Math.min(prompts - 1, Math.floor(random() * prompts)) : greedy;
  return {
    column,
    propensity: column === greedy ? 1 - epsilon + floor : floor,
    explored: column !== greedy,
  };
}

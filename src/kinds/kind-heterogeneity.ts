import { differencesFrom, meanOverQuestions, questionsByKind } from "./prompt-differences.ts";

/**
 * How much more the prompts' leads over the fixed prompt differ between kinds than luck makes them: the sum over
 * prompts p and kinds k of (share of questions in k) · ((d_kp − d_p)² − se_kp²), d_kp being the mean lead of p on k
 * and d_p that on the whole log. Without true differences its expectation is about 0, whatever the number of kinds.
 * Kinds of a single group of questions, whose error is unknown, add nothing.
 * @param success of each prompt on each question, NaN where it was not tried
 * @param kinds kind of each question, or -1
 * @param groups group of each question
 */
export function kindHeterogeneity(
  success: readonly Float64Array[],
  fixedColumn: number,
  kinds: Int32Array,
  kindCount: number,
  groups: Int32Array,
): number {
  const members = questionsByKind(kinds, kindCount);
  const everywhere = Int32Array.from(kinds.keys());
  let total = 0;
  for (const difference of differencesFrom(fixedColumn, success)) {
    const center = meanOverQuestions(difference, groups, everywhere).mean;
    for (const queries of members) {
      const { mean, standardError } = meanOverQuestions(difference, groups, queries);
      const excess = (mean - center) ** 2 - standardError ** 2;
      if (Number.isFinite(excess)) total += (queries.length / kinds.length) * excess;
    }
  }
  return total;
}

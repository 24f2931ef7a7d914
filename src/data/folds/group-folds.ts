import { UsageError } from "../../errors.ts";
import { seededRandom, shuffledIndices } from "../../util/index.ts";

/**
 * Deals whole groups out to folds in random order, so that folds hold equally many groups (± 1).
 * @param groups group of each question, 0-based
 * @param folds number of folds, at least 2
 * @returns fold of each question, 0-based
 * @throws UsageError where there are fewer groups than folds
 */
export function assignGroupFolds(groups: Int32Array, folds: number, seed: number): Int32Array {
  const numbers = new Map<number, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  if (numbers.size < folds)
    throw new UsageError(
      `${folds} folds need at least ${folds} different questions, but the log has ${numbers.size}: log more questions`,
    );
  const order = shuffledIndices(numbers.size, seededRandom(seed));
  const foldOfNumber = new Int32Array(numbers.size);
  order.forEach((number, position) => {
    foldOfNumber[number] = position % folds;
  });
  return Int32Array.from(groups, (group) => foldOfNumber[numbers.get(group)!]!);
}

import type { LabeledPairs } from "./labeled-pairs.ts";

/**
 * Area under the ROC curve: the probability that a right label's prediction lies above a wrong one's, equal
 * predictions counting one half. O(n log n).
 * @returns null where all labels are equal
 */
export function auc(pairs: LabeledPairs): number | null {
  const order = Uint32Array.from({ length: pairs.length }, (_, pair) => pair);
  order.sort((first, second) => pairs.prediction[first]! - pairs.prediction[second]!);
  let negativesBelow = 0;
  let positivesSeen = 0;
  let concordant = 0;
  for (let start = 0; start < order.length; ) {
    const prediction = pairs.prediction[order[start]!]!;
    let positives = 0;
    let negatives = 0;
    let end = start;
    for (; end < order.length && pairs.prediction[order[end]!]! === prediction; end++) {
      positives += pairs.positives[order[end]!]!;
      negatives += pairs.negatives[order[end]!]!;
    }
    concordant += positives * (negativesBelow + negatives / 2);
    positivesSeen += positives;
    negativesBelow += negatives;
    start = end;
  }
  const comparisons = positivesSeen * negativesBelow;
  return comparisons === 0 ? null : concordant / comparisons;
}

/**
 * AUC of ranking prompts within a question: over all comparisons of a right label of one prompt with a wrong label
 * of another prompt *of the same question*, the share in which the right one's prediction is higher, ties one half.
 * How easy a question is, which helps the plain AUC, cannot help here.
 * @returns null where no question has such a comparison
 */
export function withinQueryAuc(pairs: LabeledPairs): number | null {
  let comparisons = 0;
  let concordant = 0;
  for (let start = 0; start < pairs.length; ) {
    let end = start;
    while (end < pairs.length && pairs.row[end] === pairs.row[start]) end++;
    for (let right = start; right < end; right++) {
      const positives = pairs.positives[right]!;
      if (positives === 0) continue;
      for (let wrong = start; wrong < end; wrong++) {
        if (wrong === right) continue;
        const weight = positives * pairs.negatives[wrong]!;
        const difference = pairs.prediction[right]! - pairs.prediction[wrong]!;
        comparisons += weight;
        concordant += difference > 0 ? weight : difference === 0 ? weight / 2 : 0;
      }
    }
    start = end;
  }
  return comparisons === 0 ? null : concordant / comparisons;
}

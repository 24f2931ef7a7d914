import type { LabeledPairs } from "./labeled-pairs.ts";

/** How well "more likely right than wrong" agrees with the labels. */
export interface Classification {
  /** Share of the labels predicted as they are. */
  readonly accuracy: number;
  /** Of the labels predicted right, the share that is; null where none is predicted right. */
  readonly precision: number | null;
  /** Of the right labels, the share predicted right; null where none is right. */
  readonly recall: number | null;
  /** 2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall; null where no label is or is predicted right. */
  readonly f1: number | null;
}

/**
 * Accuracy, precision, recall and F1 of calling a pair right where its prediction is above one half.
 * @returns null for no labels
 */
export function classification(pairs: LabeledPairs): Classification | null {
  let truePositives = 0;
  let falsePositives = 0;
  let trueNegatives = 0;
  let falseNegatives = 0;
  for (let pair = 0; pair < pairs.length; pair++) {
    if (pairs.prediction[pair]! > 0.5) {
      truePositives += pairs.positives[pair]!;
      falsePositives += pairs.negatives[pair]!;
    } else {
      falseNegatives += pairs.positives[pair]!;
      trueNegatives += pairs.negatives[pair]!;
    }
  }
  const total = truePositives + falsePositives + trueNegatives + falseNegatives;
  if (total === 0) return null;
  return {
    accuracy: (truePositives + trueNegatives) / total,
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

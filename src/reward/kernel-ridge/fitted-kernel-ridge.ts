import { cosineIndex, unitRows } from "../../kernels/index.ts";
import type { FeatureMatrix, StoredState } from "../../types/index.ts";
import { clipToUnit } from "../clip-to-unit.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import { restoreFeatures, storeFeatures } from "../stored-features.ts";
import { finiteArray, headerCount, headerNumber } from "../stored-parts.ts";
import { scoreCandidates } from "../unseen-prompts.ts";
import { writeKernelRows } from "./question-kernel.ts";

export const KERNEL_RIDGE = "kernel-ridge";

/** f(x, π) = intercept(π) + Σ k(x, anchor) · coefficient(anchor, π), clipped to [0, 1]. */
export interface KernelRidgeParts {
  /** Of the kernel. */
  readonly width: number;
  /** Number P of training prompts. */
  readonly prompts: number;
  /** P long. */
  readonly intercepts: Float64Array;
  /** Anchors × P, row-major. */
  readonly coefficients: Float64Array;
  readonly anchors: FeatureMatrix;
}

/** Queries scored at a time, which bounds the memory of a large batch. */
const QUERIES_AT_A_TIME = 64;

export function fittedKernelRidge(parts: KernelRidgeParts): FittedRewardModel {
  const { width, prompts, intercepts, coefficients, anchors } = parts;
  const index = cosineIndex(unitRows(anchors));
  const scoreTrained = (features: FeatureMatrix): Float64Array => {
    const queries = unitRows(features);
    const scores = new Float64Array(queries.rows * prompts);
    const similarities = new Float64Array(Math.min(QUERIES_AT_A_TIME, queries.rows) * index.anchors);
    for (let from = 0; from < queries.rows; from += QUERIES_AT_A_TIME) {
      const to = Math.min(queries.rows, from + QUERIES_AT_A_TIME);
      writeKernelRows(index, queries, from, to, width, similarities);
      for (let query = from; query < to; query++) {
        const target = scores.subarray(query * prompts, (query + 1) * prompts);
        target.set(intercepts);
        addProduct(similarities, (query - from) * index.anchors, coefficients, target);
      }
    }
    return clipToUnit(scores);
  };
  return {
    kind: KERNEL_RIDGE,
    prompts,
    predict(queries, candidates) {
      const scores = scoreTrained(queries);
      return candidates === undefined ? scores : scoreCandidates(scores, queries.rows, prompts, candidates);
    },
    save() {
      const stored = storeFeatures("anchor", anchors);
      return {
        kind: KERNEL_RIDGE,
        header: { width, prompts, ...stored.header },
        arrays: { intercepts, coefficients, ...stored.arrays },
      };
    },
  };
}

/** target += (row of `similarities` at `offset`) · coefficients. */
function addProduct(
  similarities: Float64Array,
  offset: number,
  coefficients: Float64Array,
  target: Float64Array,
): void {
  const prompts = target.length;
  const anchors = coefficients.length / prompts;
  for (let anchor = 0; anchor < anchors; anchor++) {
    const similarity = similarities[offset + anchor]!;
    const base = anchor * prompts;
    for (let prompt = 0; prompt < prompts; prompt++)
      target[prompt]! += similarity * coefficients[base + prompt]!;
  }
}

/** @throws ModelFileError where the state is not a whole, consistent kernel ridge model */
export function restoreKernelRidge(state: StoredState): FittedRewardModel {
  const prompts = headerCount(state, "prompts", 1);
  const anchors = restoreFeatures(state, "anchor");
  return fittedKernelRidge({
    width: headerNumber(state, "width", Number.MIN_VALUE),
    prompts,
    intercepts: finiteArray(state, "intercepts", prompts),
    coefficients: finiteArray(state, "coefficients", anchors.rows * prompts),
    anchors,
  });
}

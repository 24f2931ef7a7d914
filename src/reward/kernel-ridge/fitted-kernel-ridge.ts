import { ShapeError } from "../../errors.ts";
import type { EmbeddedQueries, FeatureBlock, StoredState } from "../../types/index.ts";
import { clipToUnit } from "../clip-to-unit.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import { restoreFeatures, storeFeatures } from "../stored-features.ts";
import { finiteArray, headerCount, headerWord, refuse } from "../stored-parts.ts";
import { scoreCandidates } from "../unseen-prompts.ts";
import { type BaseKernel, baseKernel } from "./base-kernel.ts";
import { asBlocks } from "./kernel-table.ts";

export const KERNEL_RIDGE = "kernel-ridge";

/** f(x, π) = intercept(π) + Σ over base kernels and landmarks of k(x, landmark) · coefficient(landmark, π), in [0, 1]. */
export interface KernelRidgeParts {
  /** Number P of training prompts. */
  readonly prompts: number;
  /** P long. */
  readonly intercepts: Float64Array;
  /** The base kernels that count, at least one. */
  readonly bases: readonly KernelRidgeBase[];
  /** Number of blocks of the questions it is given. */
  readonly blocks: number;
}

/** One base kernel with its landmarks. */
export interface KernelRidgeBase {
  /** Position among the questions' blocks. */
  readonly block: number;
  readonly kernel: FeatureBlock["kernel"];
  readonly landmarks: FeatureBlock["features"];
  /** Landmarks × P, row-major. */
  readonly coefficients: Float64Array;
}

/** Queries scored at a time, which bounds the memory of a large batch. */
const QUERIES_AT_A_TIME = 64;
const MAX_BLOCKS = 64;

export function fittedKernelRidge(parts: KernelRidgeParts): FittedRewardModel {
  const { prompts, intercepts, bases } = parts;
  const kernels = bases.map(({ kernel, landmarks }) => baseKernel(kernel, landmarks));
  const scoreTrained = (queries: EmbeddedQueries): Float64Array => {
    const { rows, blocks } = asBlocks(queries);
    if (blocks.length !== parts.blocks)
      throw new ShapeError(
        `Features do not fit: ${blocks.length} embeddings of each question were given, ${parts.blocks} are expected. Embed with the embedder the model was trained with.`,
        { found: blocks.length, expected: parts.blocks },
      );
    const scores = new Float64Array(rows * prompts);
    for (let query = 0; query < rows; query++) scores.set(intercepts, query * prompts);
    bases.forEach(({ block, coefficients }, index) => {
      addBase(kernels[index]!, blocks[block]!, coefficients, prompts, scores);
    });
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
      const header: { [name: string]: StoredState["header"][string] } = {
        prompts,
        blocks: parts.blocks,
        bases: bases.length,
      };
      const arrays: { [name: string]: StoredState["arrays"][string] } = { intercepts };
      bases.forEach(({ block, kernel, landmarks, coefficients }, index) => {
        const stored = storeFeatures(`base${index}Landmark`, landmarks);
        Object.assign(header, stored.header, {
          [`base${index}Block`]: block,
          [`base${index}Kernel`]: kernel,
        });
        Object.assign(arrays, stored.arrays, { [`base${index}Coefficients`]: coefficients });
      });
      return { kind: KERNEL_RIDGE, header, arrays };
    },
  };
}

function addBase(
  base: BaseKernel,
  { features }: FeatureBlock,
  coefficients: Float64Array,
  prompts: number,
  scores: Float64Array,
): void {
  const asked = base.of(features);
  const similarities = new Float64Array(Math.min(QUERIES_AT_A_TIME, features.rows) * base.landmarks);
  for (let from = 0; from < features.rows; from += QUERIES_AT_A_TIME) {
    const to = Math.min(features.rows, from + QUERIES_AT_A_TIME);
    asked.write(from, to, similarities);
    for (let query = from; query < to; query++) {
      const start = (query - from) * base.landmarks;
      const target = query * prompts;
      for (let landmark = 0; landmark < base.landmarks; landmark++) {
        const similarity = similarities[start + landmark]!;
        const entry = landmark * prompts;
        for (let prompt = 0; prompt < prompts; prompt++)
          scores[target + prompt]! += similarity * coefficients[entry + prompt]!;
      }
    }
  }
}

/** @throws ModelFileError where the state is not a whole, consistent kernel ridge model */
export function restoreKernelRidge(state: StoredState): FittedRewardModel {
  const prompts = headerCount(state, "prompts", 1);
  const blocks = headerCount(state, "blocks", 1);
  const count = headerCount(state, "bases", 1);
  if (blocks > MAX_BLOCKS || count > blocks)
    throw refuse(
      state,
      `it has ${count} base kernels on ${blocks} embeddings`,
      `at most ${MAX_BLOCKS}, one each`,
    );
  return fittedKernelRidge({
    prompts,
    blocks,
    intercepts: finiteArray(state, "intercepts", prompts),
    bases: Array.from({ length: count }, (_, index) => {
      const block = headerCount(state, `base${index}Block`, 0);
      if (block >= blocks) throw refuse(state, `"base${index}Block" is ${block}`, `less than ${blocks}`);
      const kernel = headerWord(state, `base${index}Kernel`, ["cosine", "gaussian"]);
      const landmarks = restoreFeatures(state, `base${index}Landmark`);
      if (kernel === "gaussian" && landmarks.kind !== "dense")
        throw refuse(state, `the landmarks of base ${index} are sparse`, "dense ones for its kernel");
      return {
        block,
        kernel,
        landmarks,
        coefficients: finiteArray(state, `base${index}Coefficients`, landmarks.rows * prompts),
      };
    }),
  });
}

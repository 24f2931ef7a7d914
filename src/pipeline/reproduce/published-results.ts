import type { ReleasedTask } from "../../data/index.ts";
import type { StrategyName } from "../../types/index.ts";

/**
 * What the reference reports for LLaMA-2-7B-chat: Sun, Hüyük, van der Schaar, "Query-Dependent Prompt Evaluation and
 * Optimization with Offline Inverse RL", ICLR 2024 (arXiv 2309.06553), from its public repository
 * holarissun/Prompt-OIRL (MIT). Success rates are means over all subsets of K training prompts on the test queries.
 * It publishes no such tables for svamp's LLaMA-2 logs in the copy these figures were taken from.
 */

/** Success rates for K = 1 … 6. */
type BySize = readonly [number, number, number, number, number, number];

/** Accuracy and precision on test queries, means over prompts. */
export interface PublishedQuality {
  readonly accuracy: number;
  readonly precision: number;
}

/** What was published for one data set. */
export interface PublishedResults {
  /** By strategy, under this package's names. */
  readonly success: Readonly<Partial<Record<StrategyName, BySize>>>;
  /** Success of choosing by the LLM's own confidence, over the 6 training prompts and over all 16. */
  readonly confidence: Readonly<
    Record<"training" | "all", { readonly first: number; readonly averaged: number }>
  >;
  /** Of the reward models with K training prompts: only these K are reported. */
  readonly rewardModel: ReadonlyMap<
    number,
    { readonly seen: PublishedQuality; readonly heldOut: PublishedQuality }
  >;
  /** The LLM's verdict on its own answers, recomputed from the released critics. */
  readonly selfCritic: { readonly seen: PublishedQuality; readonly heldOut: PublishedQuality };
}

/** By data set; undefined where nothing comparable was published. */
export const PUBLISHED_RESULTS: Readonly<Partial<Record<ReleasedTask, PublishedResults>>> = {
  mawps: {
    success: {
      // The choice by training labels is this package's; on mawps it names the reference's "training best".
      fixed: [0.4296, 0.5615, 0.6096, 0.6278, 0.6384, 0.6457],
      "best-of-train": [0.4296, 0.5615, 0.6096, 0.6278, 0.6384, 0.6457],
      argmax: [0.4296, 0.5629, 0.621, 0.6511, 0.6712, 0.6861],
      "held-out": [0.5335, 0.5195, 0.4783, 0.4535, 0.4796, 0.4872],
      all: [0.5335, 0.5195, 0.4822, 0.5086, 0.6345, 0.6766],
      hybrid: [0.5559, 0.5909, 0.6207, 0.6415, 0.6581, 0.6766],
    },
    confidence: {
      training: { first: 0.5549, averaged: 0.49 },
      all: { first: 0.4783, averaged: 0.427 },
    },
    rewardModel: new Map([
      [1, { seen: quality(0.784, 0.621), heldOut: quality(0.621, 0.569) }],
      [5, { seen: quality(0.795, 0.632), heldOut: quality(0.658, 0.595) }],
    ]),
    selfCritic: { seen: quality(0.47, 0.433), heldOut: quality(0.457, 0.441) },
  },
  gsm8k: {
    success: {
      fixed: [0.1852, 0.2317, 0.2432, 0.2425, 0.2413, 0.24],
      "best-of-train": [0.1852, 0.2326, 0.2456, 0.2469, 0.2477, 0.248],
      argmax: [0.1852, 0.2334, 0.2458, 0.2449, 0.253, 0.258],
      "held-out": [0.221, 0.2245, 0.2172, 0.2014, 0.2052, 0.19],
      all: [0.221, 0.2245, 0.2177, 0.2042, 0.2112, 0.21],
      hybrid: [0.2213, 0.2272, 0.2205, 0.209, 0.2155, 0.205],
    },
    confidence: {
      training: { first: 0.228, averaged: 0.207 },
      all: { first: 0.201, averaged: 0.195 },
    },
    rewardModel: new Map([
      [1, { seen: quality(0.773, 0.289), heldOut: quality(0.747, 0.269) }],
      [5, { seen: quality(0.726, 0.301), heldOut: quality(0.647, 0.246) }],
    ]),
    selfCritic: { seen: quality(0.227, 0.187), heldOut: quality(0.231, 0.197) },
  },
};

function quality(accuracy: number, precision: number): PublishedQuality {
  return { accuracy, precision };
}

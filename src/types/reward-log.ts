import type { Candidate, CandidateKind, Query } from "./records.ts";

/**
 * A whole log in memory, as columns: one entry per interaction, ordered by question, prompt and repetition; questions and
 * prompts by their ids. A million interactions take
 * about 30 MB. Answers stay on disk.
 */
export interface RewardLog {
  readonly queries: readonly Query[];
  /** What may be chosen: its prompts where the log is of one LLM. */
  readonly prompts: readonly Candidate[];
  /** By what they differ. */
  readonly choose: CandidateKind;
  /** Texts in the order of the run's files, in which arrays of embeddings have their rows. */
  readonly inFiles: { readonly queries: readonly string[]; readonly prompts: readonly string[] };
  /** The LLM all interactions come from; of several, their names with commas between. */
  readonly llm: string;
  /** Number of interactions, the length of every column below. */
  readonly length: number;
  /** Index into `queries`. */
  readonly queryIndex: Int32Array;
  /** Index into `prompts`. */
  readonly promptIndex: Int32Array;
  readonly repetition: Int32Array;
  /** In [0, 1]. */
  readonly reward: Float64Array;
  /**
   * Probability with which each interaction was to be observed, given all before it, in (0, 1]; 1 where an entry of
   * the log has none. Absent where no entry has one.
   */
  readonly propensity?: Float64Array;
  /** 0 unknown, 1 train, 2 test. */
  readonly part: Uint8Array;
  /** What each answer cost, in the log's own unit, NaN where unknown; absent where no entry says. */
  readonly cost?: Float64Array;
  /** Likewise how long it took. */
  readonly latencyMs?: Float64Array;
  /** NaN where the log has none. */
  readonly confidence: Float64Array;
  /** NaN where the log has none. */
  readonly critic: Float64Array;
}

/** Codes of `RewardLog.part`. */
export const PART_CODES = { unknown: 0, train: 1, test: 2 } as const;

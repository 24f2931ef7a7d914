/** One value that was understood as a reward, or a range of numbers, and how many answers had it. */
export interface RewardCount {
  readonly value: string;
  /** Null for a range of numbers. */
  readonly reward: number | null;
  readonly answers: number;
}

/** Answers that were left out for one reason, and the prompts that it hit. */
export interface LeftOut {
  /** e.g. `failed call`, `no verdict`. */
  readonly why: string;
  readonly answers: number;
  /** How many by prompt, the most first. */
  readonly prompts: readonly { readonly prompt: string; readonly answers: number }[];
}

/** What an import took for what: printed after each import, and kept in `run.json`. */
export interface ImportMapping {
  /** What the log was recognized as, e.g. `promptfoo results`, `table, a row an answer`. */
  readonly layout: string;
  readonly files: number;
  /** Columns that make the question, the question's own first. */
  readonly inputs: readonly string[];
  /** Columns of the question's id; empty where equal inputs are one question. */
  readonly questionId: readonly string[];
  /** Carried with each question. */
  readonly features: readonly string[];
  /** What tells prompts apart: columns, a file's name, or what was set. */
  readonly prompt: readonly string[];
  /** Column of the prompts' wordings, where there is one. */
  readonly wording: string | null;
  /** What names the LLM: columns, or `set to …`, or `not named`. */
  readonly llm: readonly string[];
  /** Where rewards come from: columns, or a comparison of two. */
  readonly reward: readonly string[];
  /** Values that were understood as rewards. */
  readonly values: readonly RewardCount[];
  /** Where the numbers of repeats come from. */
  readonly repeats: string;
  readonly leftOut: readonly LeftOut[];
  /** Columns that were taken for nothing. */
  readonly notUsed: readonly string[];
  /** What was settled without being told and may be wrong, as whole sentences. */
  readonly notes: readonly string[];
}

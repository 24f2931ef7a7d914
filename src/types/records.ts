/** Which role a prompt plays: it has labels to train on, or it is only ever scored from its text. */
export type PromptSplit = "training" | "held-out";

/** Which part of a published data set a row belongs to. */
export type DataPart = "train" | "test";

/** Values of a question's features by their names; numbers are finite. */
export type QueryFeatures = Readonly<Record<string, string | number>>;

/** A distinct question. */
export interface Query {
  /** Unique within a log. */
  readonly id: string;
  readonly text: string;
  /** The golden answer, where known. */
  readonly answer?: string;
  /** Questions of one group never stand on both sides of a split, whatever else counts as the same question. */
  readonly group?: string;
  /** What else is known of it before it is asked, by name: a category, a language, a length. Part of what tells questions apart. */
  readonly features?: QueryFeatures;
  /** Which part of a published data set it belongs to; its answers carry it on. */
  readonly split?: DataPart;
}

/** A prompt that may be put to a question. */
export interface Prompt {
  /** Unique within a log. */
  readonly id: string;
  readonly template: string;
  readonly split: PromptSplit;
}

/**
 * What may be chosen for a question: a prompt on an LLM. Where a log is of one LLM, its id is the prompt's; where LLMs are
 * chosen, the LLM's name, or both.
 */
export interface Candidate extends Prompt {
  readonly promptId: string;
  readonly llm: string;
}

/** What a log's candidates differ by: its prompts on one LLM, LLMs under one prompt, or both. */
export type CandidateKind = "prompt" | "llm" | "both";

/** One answer of an LLM to one question under one prompt, with its reward: a line of `interactions.jsonl`. */
export interface Interaction {
  readonly queryId: string;
  readonly promptId: string;
  readonly llm: string;
  /** 0-based: the n-th time this question was asked; all prompts of one published row share it. */
  readonly repetition: number;
  /** In [0, 1]; 1 is right. */
  readonly reward: number;
  readonly answer?: string;
  /** In US dollars. */
  readonly cost?: number;
  readonly latencyMs?: number;
  readonly split?: DataPart;
  /** Probability, in (0, 1], with which the logging policy chose this prompt for this question. */
  readonly propensity?: number;
  /** The LLM's own confidence that its answer is right, in its own unit (only the order counts). */
  readonly confidence?: number;
  /** The LLM's own verdict on its answer: 1 "right", 0 "wrong". */
  readonly critic?: number;
}

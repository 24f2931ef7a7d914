/** A prompt that was tried, and how it did. */
export interface TriedPrompt {
  readonly template: string;
  /** Share of right answers, in [0, 1]. */
  readonly success: number;
}

/** A question that a tried prompt got wrong. */
export interface ShownFailure {
  readonly question: string;
  readonly template: string;
  /** The right answer; undefined where it is not known. */
  readonly expected?: string;
  /** What the LLM answered; undefined where the log does not have it. */
  readonly answer?: string;
}

/** What an LLM is told when it is asked for prompts. Texts are of any length; they are cut where they are shown. */
export interface ProposalBrief {
  /** Tells the brief from others; part of the call's name in the journal. */
  readonly id: string;
  /** Words that describe the questions; empty where they are of all kinds. */
  readonly keywords: readonly string[];
  readonly examples: readonly string[];
  /** Best first. */
  readonly tried: readonly TriedPrompt[];
  readonly failures: readonly ShownFailure[];
  /** How many prompts are asked for, ≥ 1. */
  readonly count: number;
  /** Where the question goes with a prompt that does not say so. */
  readonly questionPosition: "before" | "after";
}

/** What `oirl doctor` finds in a log. Shares and differences are fractions. */
export interface LogExamination {
  readonly task: string;
  readonly llm: string;
  readonly questions: number;
  readonly prompts: number;
  readonly answers: number;
  readonly coverage: Coverage;
  readonly repeats: RepeatedLabels;
  readonly duplicates: NearDuplicates;
  readonly leak: GivenSplitLeak | null;
  readonly balance: ClassBalance;
  readonly drift: Drift | null;
  /** Training prompts that were best on no question, though tried on many with others beside them. */
  readonly neverBest: readonly NeverBest[];
  readonly next: WhatToLogNext;
  /** What stands out, as whole sentences; empty where nothing does. */
  readonly warnings: readonly string[];
}

/** Which prompts were tried on which questions. */
export interface Coverage {
  /** Of all pairs of a question and a prompt, the share that was tried. */
  readonly tried: number;
  readonly questionsWithOnePrompt: number;
  readonly questionsWithAllPrompts: number;
  /** The two prompts that share the fewest questions; null where there is one prompt. */
  readonly leastShared: { readonly prompts: readonly [string, string]; readonly questions: number } | null;
}

/** How far labels of the same question and prompt agree. */
export interface RepeatedLabels {
  /** Pairs of a question and a prompt that were answered more than once. */
  readonly pairs: number;
  /** Of these, the share whose answers did not all get the same label. */
  readonly disagreeing: number;
}

/** Questions and prompts that are nearly the same. */
export interface NearDuplicates {
  /** Questions that differ from another one in case and white space only. */
  readonly questions: number;
  /** Questions that differ from another one in numbers only, those above included. */
  readonly questionsButForNumbers: number;
  readonly prompts: readonly { readonly prompts: readonly [string, string]; readonly similarity: number }[];
}

/** Questions of the test part that stand, but for case and white space, in the training part too. */
export interface GivenSplitLeak {
  readonly testQuestions: number;
  readonly leaked: number;
}

/** How right and wrong answers are spread. */
export interface ClassBalance {
  /** Mean reward of all answers. */
  readonly right: number;
  readonly best: { readonly prompt: string; readonly right: number; readonly questions: number };
  readonly worst: { readonly prompt: string; readonly right: number; readonly questions: number };
  /** Questions tried with several prompts. */
  readonly compared: number;
  /** Of these, those that every prompt got right, and those that none did: they tell prompts apart by nothing. */
  readonly alwaysRight: number;
  readonly neverRight: number;
}

/** Whether answers got better or worse along the log, in the order of its file. */
export interface Drift {
  /** Mean over prompts (by their answers) of the second half's success less the first half's. */
  readonly change: number;
  readonly standardError: number;
}

/** A prompt that was best nowhere. */
export interface NeverBest {
  readonly prompt: string;
  /** Questions on which it was tried beside others. */
  readonly questions: number;
  /** Upper limit, at 95 %, of the share of questions on which it alone is best. */
  readonly atMost: number;
}

/** What further answers would decide most. */
export interface WhatToLogNext {
  /** The two best prompts on the questions that both were tried on; null where no two share any. */
  readonly closest: {
    readonly best: string;
    readonly second: string;
    readonly difference: number;
    readonly standardError: number;
    readonly questions: number;
    /** Further questions, answered with both, after which a difference of this size would be significant; 0 where it is. */
    readonly questionsNeeded: number | null;
  } | null;
  /** Prompts with less than half as many questions as the most tried one. */
  readonly rarelyTried: readonly { readonly prompt: string; readonly questions: number }[];
  /** Answers that would complete the grid. */
  readonly missingAnswers: number;
}

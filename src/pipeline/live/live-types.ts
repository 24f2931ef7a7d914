import type { MatcherOptions } from "../../data/index.ts";
import type { CallOptions, CallSettings, CallsAhead } from "../../llm/index.ts";
import type { Interval } from "../../types/index.ts";

/** Options of `evaluateLive`. */
export interface LiveOptions extends CallOptions, MatcherOptions {
  /** Questions with golden answers, none of which the chooser has learned from. */
  readonly queriesFile: string;
  /** How questions are put to the LLM: as the log was asked. */
  readonly settings: CallSettings;
  /**
   * Also ask other questions of the log's groups: by form, those that differ from logged ones in numbers only. They then
   * count one by one, and what is found holds for questions of these groups. @default false
   */
  readonly includeKnown?: boolean;
  /** Stop when the gain is surely below this, a fraction of all questions. @default 0.02 */
  readonly margin?: number;
  /** Only the first so many questions of the file. @default all */
  readonly limit?: number;
  /** Of the order in which questions are asked. @default 7 */
  readonly seed?: number;
  /** CSV file, one row a question. @default results/live.csv in the run directory */
  readonly out?: string;
}

/**
 * What is known when it ends: the gain is surely above 0; surely below 0; surely below the margin; neither; or there
 * was nothing to compare, since the chooser recommends the fixed prompt for every question.
 */
export type LiveVerdict = "better" | "worse" | "not-better" | "undecided" | "same";

/** Why it ended: it was decided, all questions were asked, or the next call might have passed the limit of costs. */
export type LiveEnd = "decided" | "all-asked" | "max-cost";

/** How many of the file's questions were used, and why the others were not. */
export interface LiveQuestions {
  readonly given: number;
  /** Left out: the text stands in the training log. */
  readonly inLog: number;
  /** Of a question group that stands in the training log, as the chooser groups them; left out unless `includeKnown`. */
  readonly knownGroup: number;
  /** Left out: another question of the same group is there already. */
  readonly sameGroup: number;
  readonly heldOut: number;
  /** Held-out questions for which another prompt than the fixed one is chosen; only these cost calls. */
  readonly differing: number;
  /** Held-out questions that count, the others where both prompts are the same included. */
  readonly counted: number;
  /** Of these, answered under both prompts. */
  readonly compared: number;
  /** Reached, but a call was given up or held. */
  readonly unanswered: number;
}

/** What is about to be done, at most. */
export interface PlannedLive extends CallsAhead {
  readonly llm: string;
  /** The LLM whose answers the chooser has learned from. */
  readonly trainedOn: string;
  readonly questions: Omit<LiveQuestions, "counted" | "compared" | "unanswered">;
}

/** Result of `evaluateLive`. Gains are fractions of all held-out questions, those without a difference included. */
export interface LiveResult {
  readonly llm: string;
  /** The LLM whose answers the chooser has learned from. */
  readonly trainedOn: string;
  readonly fixedPromptId: string;
  readonly questions: LiveQuestions;
  readonly verdict: LiveVerdict;
  readonly ended: LiveEnd;
  readonly margin: number;
  /** Success of the chosen prompt minus that of the fixed one, over `questions.counted`; null where none counts. */
  readonly gain: number | null;
  /** At 95 %, however often one looks and whenever one stops. */
  readonly gainInterval: Interval;
  /** What the reward model expected of the same questions; null where none counts. */
  readonly estimatedGain: number | null;
  /** Whether the interval holds the estimate. */
  readonly agrees: boolean;
  /** Where both prompts were asked, `questions.compared`; null where there are none. */
  readonly compared: {
    readonly chosen: number;
    readonly fixed: number;
    readonly estimatedChosen: number;
    readonly estimatedFixed: number;
  } | null;
  readonly calls: number;
  /** Over all sessions of the folder, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
  readonly possibleCost?: number;
  /** The CSV. */
  readonly file: string;
  /** Folder of the calls and their answers, itself a run. */
  readonly answers: string;
}

import type { MatcherOptions } from "../../data/index.ts";
import type { Agreement } from "../../evaluate/index.ts";
import type { CallOptions, CallsSummary, JudgeMode, Sampling } from "../../llm/index.ts";

/** Which answers are judged, and by what. */
export interface JudgingOptions extends MatcherOptions {
  /** The run whose answers are judged. */
  readonly run: string;
  /** @default "rubric" */
  readonly mode?: JudgeMode;
  /** What a good answer is. @default that it is correct */
  readonly criteria?: readonly string[];
  /** The judge's. @default temperature 0, at most 400 tokens */
  readonly sampling?: Sampling;
  /** Whose answers; needed where the run holds those of several LLMs. */
  readonly of?: string;
  /** Only the first so many questions. */
  readonly limit?: number;
  /** Judgements of answers with known labels that are made, and compared, before any others. @default 200 */
  readonly checkOn?: number;
}

/** How answers are judged. */
export interface JudgeOptions extends CallOptions, JudgingOptions {
  /** The run directory to make, or to go on with. */
  readonly out: string;
  /** The judge is trusted where kappa's interval at 95 % lies above. @default 0.4 */
  readonly minKappa?: number;
  /** Go on with a judge that is not trusted. @default false */
  readonly trustAnyway?: boolean;
  /** Told before the judge is trusted or not. */
  readonly onCheck?: (check: JudgeCheck) => void;
}

/** How far a judge agrees with what is known. */
export interface JudgeCheck {
  /**
   * Right or wrong of single answers; in pairs, which of two is right where one is: a tie agrees with neither. Null where
   * there is nothing to compare with.
   */
  readonly agreement: Agreement | null;
  /** Judgements of the check that the judge replied to. */
  readonly replies: number;
  /** Those whose reply could not be read; they count neither way. */
  readonly unreadable: number;
  readonly minKappa: number;
  readonly isTrusted: boolean;
}

/** How much the judge minds which answer it is shown first. */
export interface PositionBias {
  /** Pairs judged in both orders. */
  readonly pairs: number;
  /** Share of them on which the two orders disagree. */
  readonly inconsistent: number;
  /** Share of wins of the answer shown first, ties by half; one half where the order does not matter. */
  readonly firstWins: number;
}

/** What was judged. */
export interface JudgeSummary extends CallsSummary {
  /** The run directory with the labels. */
  readonly run: string;
  /** Whose answers were judged. */
  readonly answersOf: string;
  readonly mode: JudgeMode;
  readonly check: JudgeCheck;
  /** Judgements whose reply could not be read, of all sessions. */
  readonly unreadable: number;
  /** Ends of some of them, of this session. */
  readonly unreadableExamples: readonly string[];
  /** Answers with a label now. */
  readonly labels: number;
  /** Answers without: unreadable, failed or not asked about. */
  readonly withoutLabel: number;
  /** Mean label. */
  readonly success: number;
  /** With the mode `pairwise`. */
  readonly positionBias?: PositionBias;
}

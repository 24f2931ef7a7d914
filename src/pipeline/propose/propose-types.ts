import type { MatcherOptions } from "../../data/index.ts";
import type { CallOptions, CallSettings, PlanEstimate } from "../../llm/index.ts";
import type { Interval } from "../../types/index.ts";

/** Options of `proposeRun`. */
export interface ProposeOptions extends CallOptions, MatcherOptions {
  /** How candidates are put to the LLM in the live test: as the log was asked. */
  readonly settings: CallSettings;
  /** Prompts asked of the LLM; 0 asks for none. @default 12 */
  readonly candidates?: number;
  /** Further candidates, written by hand. */
  readonly promptsFile?: string;
  /** How many of the candidates, by their estimate, are tested and written. @default 3 */
  readonly top?: number;
  /** Most calls of the live test, the fixed prompt's included; 0 tests nothing. @default 100 */
  readonly testCalls?: number;
  /** Test on the first so many questions of the log only. @default all */
  readonly limit?: number;
  /** Of the examples that are shown and the questions that are tested. @default 7 */
  readonly seed?: number;
  /** Prompts file to write. @default results/proposed-prompts.yaml in the run directory */
  readonly out?: string;
}

/** The questions a candidate was written for. */
export interface ProposalScope {
  /** "all", or "kind-1" … in order of size. */
  readonly id: string;
  /** Words that set the kind apart; empty for all questions. */
  readonly keywords: readonly string[];
  readonly questions: number;
}

/** What the live test found of a candidate: paired with the fixed prompt on questions of its scope. */
export interface CandidateTest {
  /** Questions answered under both prompts. */
  readonly questions: number;
  readonly success: number;
  readonly fixedSuccess: number;
  readonly difference: number;
  /** Of the difference, at 95 %; each candidate's by itself. */
  readonly ci95: Interval;
}

/** A candidate that is new, usable and scored. */
export interface ScoredCandidate {
  readonly id: string;
  readonly template: string;
  readonly source: "llm" | "file";
  readonly scope: ProposalScope;
  /** Estimated success on the questions of its scope, from its text alone. */
  readonly estimatedSuccess: number;
  /** The same minus the fixed prompt's estimate on these questions. */
  readonly estimatedGain: number;
  /** The prompt of the log that is worded most like it, and the cosine of their character n-grams. */
  readonly nearestPromptId: string;
  readonly similarity: number;
  /** Null where it was not tested. */
  readonly test: CandidateTest | null;
  /** Whether it was written to the file: among the most promising, and not found worse. */
  readonly isWritten: boolean;
}

/** A candidate that was not taken, and why. */
export interface RejectedCandidate {
  readonly template: string;
  readonly reason: string;
}

/** What is about to be done. */
export interface PlannedProposal {
  readonly llm: string;
  /** The LLM whose answers the chooser has learned from. */
  readonly trainedOn: string;
  readonly scopes: readonly ProposalScope[];
  /** Calls that ask for prompts. */
  readonly proposalCalls: number;
  /** Of those, answered by earlier sessions. */
  readonly proposalCallsAnswered: number;
  /** Most calls of the live test. */
  readonly testCalls: number;
  readonly estimate: PlanEstimate;
}

/** Result of `proposeRun`. */
export interface ProposeResult {
  readonly llm: string;
  readonly fixedPromptId: string;
  /** Best estimate first. */
  readonly candidates: readonly ScoredCandidate[];
  readonly rejected: readonly RejectedCandidate[];
  /** Replies that held no prompt in the form that was asked for. */
  readonly unreadableReplies: number;
  /** The prompts file; null where no candidate was worth writing. */
  readonly file: string | null;
  /** Folder of the calls and their answers, itself a run. */
  readonly answers: string;
  /** Whether `maxCost` ended the work early. */
  readonly ended: "complete" | "max-cost";
  /** Over all sessions of that folder, in US dollars; undefined where the price is not known. */
  readonly cost?: number;
  readonly possibleCost?: number;
}

import type { Interval } from "./interval.ts";
import type { CandidateKind } from "./records.ts";

/** What is wanted of success and cost, said in one of three ways. Costs are per question, in the log's own unit. */
export type Knob =
  /** A right answer is worth so much. */
  | { readonly kind: "worth"; readonly value: number }
  /** On average a question may cost so much. */
  | { readonly kind: "budget"; readonly value: number }
  /** At least this share of the most successful candidate's success, as cheaply as possible. */
  | { readonly kind: "keep"; readonly value: number };

/** A candidate by itself, put to every question. */
export interface CandidateResult {
  readonly id: string;
  readonly promptId: string;
  readonly llm: string;
  /** Mean, in the log's unit; null where the log does not say. */
  readonly cost: number | null;
  /** Mean; null where the log does not say. */
  readonly latencyMs: number | null;
  /** null where it cannot be estimated. */
  readonly success: number | null;
  readonly successCi95: Interval | null;
}

/** Choosing for each question what is worth most, at one worth of a right answer. */
export interface FrontierPoint {
  /** What a right answer is worth, in the unit of costs. */
  readonly worth: number;
  readonly cost: number;
  readonly costCi95: Interval;
  readonly success: number;
  readonly successCi95: Interval;
  /** Success that mixing single candidates at random has at this cost. */
  readonly mixedSuccess: number;
  /** Share of the questions that each candidate gets, in the order of `candidates`. */
  readonly shares: readonly number[];
}

/** What a knob does on questions that had no part in setting it. */
export interface KnobResult {
  readonly kind: Knob["kind"];
  readonly value: number;
  readonly cost: number;
  readonly costCi95: Interval;
  readonly success: number;
  readonly successCi95: Interval;
  /** Of success alone, over the best single candidate under the same knob, or mixing them where the knob is a budget. */
  readonly uplift: number;
  readonly upliftCi95: Interval;
  /** In the unit of costs and at the knob's worth: Δ success · worth − Δ cost; null where the knob names no worth. */
  readonly netGain: number | null;
  readonly netGainCi95: Interval | null;
  /** Folds in which the choice by question passed. */
  readonly openFolds: number;
}

/** What choosing by question saves where success is to stay that of the most successful candidate. */
export interface SavingResult {
  /** How much success may be lost at most, as a fraction of the questions. */
  readonly atMargin: number;
  /** Saved per question, in the unit of costs. */
  readonly cost: number;
  readonly costCi95: Interval;
  /** As a share of what that candidate costs. */
  readonly share: number;
  /** Success minus that of the candidate. */
  readonly success: number;
  readonly successCi95: Interval;
  /** Whether the success is, at 95 %, no more than the margin below. */
  readonly isNonInferior: boolean;
  /** Folds in which something cheaper was found. */
  readonly openFolds: number;
}

/** How well what a call will cost, or how long it will take, is known before it is made. */
export interface CostPrediction {
  /** `given`: one number a candidate. `logged`: predicted from the logged ones by the question's length. */
  readonly source: "given" | "logged";
  /** Share of the variance within candidates that is predicted, out of fold, in [0, 1]; null where given. */
  readonly explained: number | null;
}

/** What choosing one of the two alone gains, the other as in the best single candidate. */
export interface PartialChoice {
  /** What is chosen. */
  readonly choose: "prompt" | "llm";
  /** Over the best single candidate; null where it cannot be estimated. */
  readonly uplift: number | null;
  readonly upliftCi95: Interval | null;
}

/** Success and cost of candidates, alone and chosen by question. */
export interface TradeResult {
  /** By what the candidates differ. */
  readonly choose: CandidateKind;
  readonly candidates: readonly CandidateResult[];
  /** Where candidates are pairs: choosing prompts alone, and LLMs alone; empty elsewhere. */
  readonly partialChoices: readonly PartialChoice[];
  /** Of costs, as the user names it: dollars, seconds, tokens. */
  readonly costUnit: string;
  /** null where the log has no costs and none are given. */
  readonly costPrediction: CostPrediction | null;
  /** By rising worth; null without costs. */
  readonly frontier: readonly FrontierPoint[] | null;
  /**
   * Area between the frontier's success and the cheapest candidate's, over that below the dearest's, as cost goes from the
   * one's to the other's; .5 is mixing the two at random. null without costs, or where the dearest is no better.
   */
  readonly frontierArea: number | null;
  /** null where none was set. */
  readonly knob: KnobResult | null;
  /** null without costs. */
  readonly saving: SavingResult | null;
}

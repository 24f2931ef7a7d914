import { type LoggedAnswer, logFromAnswers } from "../data/index.ts";
import type { EvaluationResult } from "../types/index.ts";
import { policyChooser } from "./chooser.ts";
import { evaluateProtocol } from "./evaluate-run.ts";
import { headlineProtocol } from "./headline-protocol.ts";
import type { Chooser, EvaluateOptions, ModelOptions } from "./pipeline-types.ts";
import { resolveSettings } from "./policy.ts";
import { type LearnableLog, learnableLog } from "./prepared-log.ts";
import { encodeChooser } from "./save-chooser.ts";
import { fitOnEverything } from "./train-run.ts";

/** A log that a program has in memory. */
export type AnswersInMemory = Iterable<LoggedAnswer> | AsyncIterable<LoggedAnswer>;

/** A chooser that was just trained. */
export interface TrainedChooser extends Chooser {
  /** Whether it chooses by question, or the fixed prompt was as good, and why. */
  readonly gate: { readonly open: boolean; readonly reason: string };
  /** It in one piece, for `loadChooser`. */
  save(): Uint8Array;
}

/**
 * Trains a chooser on answers in memory; nothing is written anywhere.
 * @param answers an array, or anything that yields answers one by one
 * @throws DataError naming the answer that is malformed
 * @throws UsageError where there are too few different questions, or an option is out of range
 * @example
 * const chooser = await trainChooser([
 *   { query: "What is 2 + 2?", prompt: "Answer briefly.", reward: true },
 *   // …
 * ]);
 * chooser.recommend("What is 3 + 4?").prompt;
 */
export async function trainChooser(
  answers: AnswersInMemory,
  options: ModelOptions = {},
): Promise<TrainedChooser> {
  const log = await prepareAnswers(answers, options);
  const { policy } = await fitOnEverything(log, resolveSettings(options, log), options);
  return {
    ...policyChooser(policy),
    gate: { open: policy.gate.open, reason: policy.gate.reason },
    save: () => encodeChooser(policy, {}),
  };
}

/**
 * Estimates what each way of choosing would achieve on questions not learned from, from answers in memory.
 * @throws DataError, UsageError as {@link trainChooser}
 */
export async function evaluateChooser(
  answers: AnswersInMemory,
  options: EvaluateOptions = {},
): Promise<EvaluationResult> {
  const log = await prepareAnswers(answers, options);
  const protocol = options.protocol ?? headlineProtocol(log);
  const settings = resolveSettings(options, log);
  return (await evaluateProtocol(log, protocol, settings, null, options)).result;
}

async function prepareAnswers(answers: AnswersInMemory, options: ModelOptions): Promise<LearnableLog> {
  const { llm, choose } = options;
  return learnableLog(await logFromAnswers(answers, { llm, choose }), null, options);
}

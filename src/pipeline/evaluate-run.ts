import { makeFolder, writeFileAtomic } from "../data/index.ts";
import { embedderParts } from "../embed/index.ts";
import { AbortedError } from "../errors.ts";
import {
  attainableOracle,
  fixedPromptCertainty,
  type ObservationOptions,
  rewardModelQuality,
} from "../evaluate/index.ts";
import { evaluatedChoicesCsv, evaluationCsv, type TrainedGate } from "../report/index.ts";
import { evaluateStrategies, type StrategyInput } from "../select/index.ts";
import type {
  ChooserGate,
  EvaluationResult,
  FoldsGate,
  Protocol,
  RewardMatrix,
  WorkOptions,
} from "../types/index.ts";
import { contentHash } from "../util/index.ts";
import { checkQuestions } from "./check-questions.ts";
import { describeEstimator } from "./describe-estimator.ts";
import { evaluatedChoices } from "./evaluated-choices.ts";
import { evaluatedTrade } from "./evaluated-trade.ts";
import { type DetailedEvaluation, evaluationDetails } from "./evaluation-details.ts";
import {
  averageRepeats,
  type EvaluationFold,
  labeledQueries,
  type ProtocolFolds,
  questionFold,
} from "./evaluation-fold.ts";
import { evaluationInput, joinSignal, neighborFold } from "./evaluation-input.ts";
import { detailedEvaluationSchema } from "./evaluation-schemas.ts";
import { type FoldCheckpoint, foldCheckpoint } from "./fold-checkpoint.ts";
import { type FoldOutcome, foldOutcome, foldShape } from "./fold-outcome.ts";
import { headlineProtocol } from "./headline-protocol.ts";
import type { KindChoices } from "./kind-choices.ts";
import { peakMemoryMb } from "./peak-memory.ts";
import type { EvaluateOptions } from "./pipeline-types.ts";
import {
  embedTrainingQuestions,
  observationOptions,
  type PolicySettings,
  resolveSettings,
} from "./policy.ts";
import { type LearnableLog, type PreparedLog, prepareLog } from "./prepared-log.ts";
import { protocolFolds } from "./protocol-folds.ts";
import { policyKey } from "./result-key.ts";
import { compareSelfCritic } from "./self-critic.ts";
import { readStoredResult, writeStoredResult } from "./stored-result.ts";
import { readTrainedGate } from "./trained-gate.ts";

/**
 * Estimates what each strategy would achieve on questions it has not seen; trains what it needs and writes only
 * `results/`. A stored result for the same log and settings is returned as it stands.
 */
export async function evaluateRun(
  directory: string,
  options: EvaluateOptions = {},
): Promise<EvaluationResult> {
  const prepared = await prepareLog(directory, options);
  return (await evaluateWithDetails(prepared, options.protocol ?? headlineProtocol(prepared), options))
    .result;
}

/** An evaluation, and what is shown beside it. */
export interface ShownEvaluation {
  readonly result: EvaluationResult;
  /** Empty under other protocols than the one that is shown first. */
  readonly kinds: KindChoices;
  /** Of the chooser trained from this very log and settings; null where there is none. */
  readonly trainedGate: TrainedGate | null;
}

/** As `evaluateRun`, with the kinds of question and what the stored chooser's gate says. */
export async function evaluateForShow(
  directory: string,
  options: EvaluateOptions = {},
): Promise<ShownEvaluation> {
  const prepared = await prepareLog(directory, options);
  const protocol = options.protocol ?? headlineProtocol(prepared);
  const { result, details } = await evaluateWithDetails(prepared, protocol, options);
  const gate = await readTrainedGate(prepared, resolveSettings(options, prepared));
  return {
    result,
    kinds: { kinds: details.kinds, otherQuestions: details.otherQuestions },
    trainedGate: gate === null ? null : { open: gate.open, reason: gate.reason },
  };
}

/** As `evaluateRun`, on a log already read. */
export async function evaluateWithDetails(
  prepared: PreparedLog,
  protocol: Protocol,
  options: EvaluateOptions,
): Promise<DetailedEvaluation> {
  const settings = resolveSettings(options, prepared);
  const file = evaluationFile(prepared, protocol, settings);
  const key = await policyKey(prepared, settings, { protocol });
  if (options.force !== true) {
    const stored = await readStoredResult(file, key, detailedEvaluationSchema, options.onWarning);
    if (stored !== null) return stored;
  }
  const checkpoint = foldCheckpoint(prepared.run, key, options.onWarning);
  const { choices, ...evaluation } = await evaluateProtocol(
    prepared,
    protocol,
    settings,
    checkpoint,
    options,
  );
  await makeFolder(prepared.run.file("results"));
  await writeFileAtomic(
    prepared.run.file(`results/choices-${settingsName(prepared, protocol, settings)}.csv`),
    choices,
  );
  await checkpoint.clear();
  await writeStoredResult(file, key, evaluation);
  await writeFileAtomic(file.replace(/\.json$/u, ".csv"), evaluationCsv(evaluation.result));
  return evaluation;
}

/** Where the result of one protocol and settings is kept. */
function evaluationFile(prepared: PreparedLog, protocol: Protocol, settings: PolicySettings): string {
  return prepared.run.file(`results/evaluation-${settingsName(prepared, protocol, settings)}.json`);
}

/** What tells the results of one log apart, as a part of a file's name. */
function settingsName(prepared: PreparedLog, protocol: Protocol, settings: PolicySettings): string {
  const { rewardModel, embedder, gate, seed } = settings;
  const readable = [protocol, rewardModel, gate, `seed-${seed}`].join("-");
  const distinguishing = contentHash(
    settings.propensity,
    settings.choose,
    JSON.stringify([settings.costs, settings.costUnit, settings.knob]),
    embedder,
    settings.promptEmbedder,
    prepared.log.llm,
    prepared.groupedBy,
  ).slice(0, 8);
  return `${readable}-${distinguishing}`;
}

/** What the task of a log in memory is called. */
const IN_MEMORY = "log";

/** @param checkpoint where the folds of an interrupted run are kept; null for none */
export async function evaluateProtocol(
  prepared: LearnableLog,
  protocol: Protocol,
  settings: PolicySettings,
  checkpoint: FoldCheckpoint | null,
  options: WorkOptions,
): Promise<DetailedEvaluation & { readonly choices: string }> {
  const started = performance.now();
  const { folds, leak } = protocolFolds(prepared, protocol, settings.seed);
  checkQuestions(prepared, folds);
  const subset = [...prepared.trainingPrompts.keys()];
  const outcomes: FoldOutcome[] = [];
  for (const [index, fold] of folds.entries()) {
    if (options.signal?.aborted === true)
      throw new AbortedError(
        `Canceled after ${index} of ${folds.length} folds; the same command goes on from there.`,
      );
    options.onProgress?.("folds", index, folds.length);
    const neighbors =
      folds.length > 1 ? folds[neighborFold(index, folds.length)]!.test.queryIndex : undefined;
    const question = { fold, subset, neighbors };
    let outcome = (await checkpoint?.load(index, foldShape(prepared, question))) ?? null;
    if (outcome === null) {
      const questions = await embedTrainingQuestions(prepared, fold.trainQueries, settings, options);
      // The folds are the progress; a bar of each fit would only flicker over it.
      const quiet = options.signal === undefined ? {} : { signal: options.signal };
      outcome = await foldOutcome(prepared, question, questions, settings, quiet);
      if (folds.length > 1) await checkpoint?.save(index, outcome);
    }
    outcomes.push(outcome);
  }
  options.onProgress?.("folds", folds.length, folds.length);
  const observation = await testObservation(prepared, folds, settings, options);
  const input = evaluationInput(prepared, folds, outcomes, subset, protocol, settings.seed, observation);
  const result: EvaluationResult = {
    task: prepared.run?.manifest.task ?? IN_MEMORY,
    protocol,
    groupedBy: prepared.groupedBy,
    llm: prepared.log.llm,
    rewardModel: settings.rewardModel,
    embedder: settings.embedder,
    gateStrength: settings.gate,
    seed: settings.seed,
    questions: input.rewards.queries,
    trainingPrompts: Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!.id),
    leak,
    ...summarize(prepared, { folds, leak }, outcomes, input, settings.seed),
    selfCritic: await compareSelfCritic(prepared, input, joinSignal(prepared, folds, subset, "critic")),
    features: embedderParts(settings.embedder),
    estimator: describeEstimator(input),
    ...evaluatedTrade(prepared, folds, outcomes, input, settings),
    unlike: { share: computeShare(outcomes, (code) => code !== 0) },
    newKinds: null,
    warnings: prepared.warnings,
    seconds: (performance.now() - started) / 1000,
    peakMemoryMb: peakMemoryMb(),
  };
  const queryIndex = Int32Array.from(folds.flatMap(({ test }) => [...test.queryIndex]));
  const details = await evaluationDetails(prepared, settings, input, queryIndex, result.fixed.promptId);
  return { result, details, choices: evaluatedChoicesCsv(evaluatedChoices(prepared, folds, input)) };
}

function summarize(
  prepared: LearnableLog,
  { folds }: ProtocolFolds,
  outcomes: readonly FoldOutcome[],
  input: StrategyInput,
  seed: number,
): Pick<EvaluationResult, "fixed" | "strategies" | "attainable" | "gate" | "rewardModelQuality"> {
  const strategies = evaluateStrategies(input);
  const certainty = certaintyOfFixedPrompt(prepared, seed);
  // A unit of the paper's is a row, of ours a question.
  const judged = input.protocol === "paper" ? input.rewards : averageRepeats(input.rewards);
  const columnName = (column: number): string => prepared.log.prompts[prepared.trainingPrompts[column]!]!.id;
  const fixedColumn = folds.length === 1 ? outcomes[0]!.fixedColumn : certainty.column;
  return {
    fixed: {
      promptId: columnName(fixedColumn),
      success: strategies.find(({ name }) => name === "fixed")?.success ?? null,
      probabilityBest: certainty.perPrompt[fixedColumn]!.probabilityBest,
      expectedRegret: certainty.perPrompt[fixedColumn]!.expectedRegret,
    },
    strategies,
    attainable: attainableOracle(prepared.log, prepared.trainingPrompts),
    gate: summarizeGate(outcomes),
    rewardModelQuality: {
      seen: rewardModelQuality(input.scores, judged, input.trainingColumns),
      heldOut: rewardModelQuality(input.scores, judged, input.heldOutColumns),
    },
  };
}

/** How sure the whole log makes us which training prompt is best. */
function certaintyOfFixedPrompt(
  prepared: LearnableLog,
  seed: number,
): ReturnType<typeof fixedPromptCertainty> {
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const rewards: RewardMatrix = questionFold(prepared, queries, new Int32Array(0)).trainRewards;
  return fixedPromptCertainty(
    rewards,
    new Float64Array(rewards.queries).fill(1),
    queries.map((query) => prepared.groups[query]!),
    { seed },
  );
}

/** How the test units were observed, beside what the log says itself. */
async function testObservation(
  prepared: LearnableLog,
  folds: readonly EvaluationFold[],
  settings: PolicySettings,
  options: WorkOptions,
): Promise<ObservationOptions> {
  if (settings.propensity === "rates") return {};
  const units = Int32Array.from(folds.flatMap(({ test }) => [...test.queryIndex]));
  // What the question says of the prompts it got, not of its answers: all units may be learned from.
  const { features } = await embedTrainingQuestions(prepared, units, settings, options);
  return observationOptions(
    features,
    units.map((query) => prepared.groups[query]!),
    settings,
  );
}

/** Share of the test units whose fallback code passes. */
function computeShare(outcomes: readonly FoldOutcome[], test: (code: number) => boolean): number {
  const codes = outcomes.flatMap(({ fallback }) => [...fallback]);
  return codes.filter(test).length / codes.length;
}

function summarizeGate(outcomes: readonly FoldOutcome[]): ChooserGate | FoldsGate {
  const only = outcomes[0]!.gate;
  if (outcomes.length === 1)
    return { open: only.open, upliftOutOfFold: only.upliftOutOfFold, z: only.z, reason: only.reason };
  const mean = (read: (outcome: FoldOutcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + read(outcome), 0) / outcomes.length;
  const openFolds = outcomes.filter(({ gate }) => gate.open).length;
  return {
    openFolds,
    folds: outcomes.length,
    upliftOutOfFold: mean(({ gate }) => gate.upliftOutOfFold),
    z: mean(({ gate }) => gate.z),
    reason: `The gate opened in ${openFolds} of ${outcomes.length} folds.`,
  };
}

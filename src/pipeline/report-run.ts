import { checkOutputFile, writeFileAtomic } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { fixedPromptCertainty, meanIntervals } from "../evaluate/index.ts";
import {
  type LearningCurvePoint,
  type ReportData,
  type ReportPrompt,
  renderReport,
} from "../report/index.ts";
import { PART_CODES, type Protocol } from "../types/index.ts";
import { evaluateWithDetails } from "./evaluate-run.ts";
import type { DetailedEvaluation } from "./evaluation-details.ts";
import { labeledQueries, questionFold } from "./evaluation-fold.ts";
import { learningCurveSchema } from "./evaluation-schemas.ts";
import { headlineProtocol } from "./headline-protocol.ts";
import { describeLabels } from "./judge/describe-labels.ts";
import { type LearningCurveMeasurement, measureLearningCurve } from "./learning-curve.ts";
import { evaluateOtherGroupings } from "./other-groupings.ts";
import type { EvaluateOptions } from "./pipeline-types.ts";
import { type PolicySettings, resolveSettings } from "./policy.ts";
import { type PreparedLog, prepareLog } from "./prepared-log.ts";
import { policyKey } from "./result-key.ts";
import { readStoredResult, writeStoredResult } from "./stored-result.ts";
import { readTrainedGate } from "./trained-gate.ts";

/** Half width of a normal 95 % interval, in standard errors. */
const NORMAL_95 = 1.96;

/**
 * Writes the one-file HTML report, evaluating first what has not been evaluated yet: nested for the headline,
 * grouped beside it, and the paper's protocol where the log marks train and test rows.
 * @param options.out replaced if it is there @default report.html in the run directory
 * @throws UsageError where that is a record of the run or a folder
 */
export async function reportRun(
  directory: string,
  options: EvaluateOptions & { readonly out?: string } = {},
): Promise<{ readonly file: string; readonly headline: DetailedEvaluation["result"] }> {
  const prepared = await prepareLog(directory, options);
  const settings = resolveSettings(options, prepared);
  const file = options.out ?? prepared.run.file("report.html");
  await checkOutputFile(file, prepared.run);
  const evaluations: DetailedEvaluation[] = [];
  for (const protocol of reportedProtocols(prepared))
    evaluations.push(await evaluateWithDetails(prepared, protocol, options));
  const [evaluated] = evaluations;
  if (evaluated === undefined) throw new UsageError("the log has too few questions for any evaluation");
  const headline = await withOtherGroupings(prepared, evaluated, options);
  evaluations[0] = headline;
  const curve = await storedLearningCurve(prepared, settings, options);
  const data = await reportData(directory, prepared, settings, evaluations, curve, headline);
  await writeFileAtomic(file, await renderReport(data));
  return { file, headline: headline.result };
}

/** The headline with what becomes of its gain on new kinds of questions; as it is where it is not nested. */
async function withOtherGroupings(
  prepared: PreparedLog,
  headline: DetailedEvaluation,
  options: EvaluateOptions,
): Promise<DetailedEvaluation> {
  if (headline.result.protocol !== "nested") return headline;
  const { newKinds, warnings } = await evaluateOtherGroupings(prepared, headline.result, options);
  for (const warning of warnings) options.onWarning?.(warning);
  const { result } = headline;
  return { ...headline, result: { ...result, newKinds, warnings: [...result.warnings, ...warnings] } };
}

function reportedProtocols(prepared: PreparedLog): Set<Protocol> {
  const parts = new Set(prepared.log.part);
  const isPublished = parts.has(PART_CODES.train) && parts.has(PART_CODES.test);
  return new Set([headlineProtocol(prepared), "grouped", ...(isPublished ? (["paper"] as const) : [])]);
}

async function storedLearningCurve(
  prepared: PreparedLog,
  settings: PolicySettings,
  options: EvaluateOptions,
): Promise<LearningCurveMeasurement[]> {
  const file = prepared.run.file(`results/learning-curve-${settings.rewardModel}-seed-${settings.seed}.json`);
  const key = await policyKey(prepared, settings, { stage: "learning curve" });
  const stored =
    options.force === true ? null : await readStoredResult(file, key, learningCurveSchema, options.onWarning);
  if (stored !== null) return stored;
  const measured = await measureLearningCurve(prepared, settings, options);
  await writeStoredResult(file, key, measured);
  return measured;
}

async function reportData(
  directory: string,
  prepared: PreparedLog,
  settings: PolicySettings,
  evaluations: readonly DetailedEvaluation[],
  curve: readonly LearningCurveMeasurement[],
  headline: DetailedEvaluation,
): Promise<ReportData> {
  const { run, log } = prepared;
  const queries = labeledQueries(prepared, Int32Array.from(log.queries.keys()));
  const { trainRewards } = questionFold(prepared, queries, new Int32Array(0));
  // One random log has no interval.
  const measured = curve.filter(({ uplifts }) => uplifts.length > 1);
  const tried = trainRewards.trials.reduce((count, trials) => count + (trials > 0 ? 1 : 0), 0);
  return {
    task: run.manifest.task,
    generatedAt: new Date().toISOString(),
    packageVersion: run.manifest.packageVersion,
    simulated: run.manifest.simulated ?? false,
    runFolder: directory,
    log: {
      source: describeLabels(run.manifest) ?? run.manifest.source.kind,
      llm: log.llm,
      rows: run.manifest.counts.queries,
      uniqueQuestions: queries.length,
      interactions: log.length,
      filled: tried / trainRewards.trials.length,
    },
    prompts: reportPrompts(prepared, settings.seed),
    evaluations: evaluations.map(({ result }) => result),
    trainedGate: await readTrainedGate(prepared, settings),
    kinds: headline.details.kinds,
    otherQuestions: headline.details.otherQuestions,
    calibration: headline.details.calibration,
    learningCurve: measured.map(curvePoint),
    leftOutLogs: {
      leftOut: curve.reduce((sum, { leftOut }) => sum + leftOut, 0),
      drawn: curve.reduce((sum, { leftOut, uplifts }) => sum + leftOut + uplifts.length, 0),
    },
    mistakes: headline.details.mistakes,
  };
}

function reportPrompts(prepared: PreparedLog, seed: number): ReportPrompt[] {
  const { log } = prepared;
  const everyQuery = Int32Array.from(log.queries.keys());
  const { rewards } = questionFold(prepared, everyQuery, everyQuery).test;
  const training = questionFold(prepared, everyQuery, new Int32Array(0));
  const certainty = fixedPromptCertainty(
    training.trainRewards,
    new Float64Array(training.trainRewards.queries).fill(1),
    training.trainQueries.map((query) => prepared.groups[query]!),
    { seed },
  );
  const columns = [...prepared.trainingPrompts, ...prepared.heldOutPrompts];
  const estimates = meanIntervals(
    columns.map((_, column) => ({
      values: Float64Array.from({ length: rewards.queries }, (_, query) => {
        const pair = query * rewards.prompts + column;
        return rewards.successes[pair]! / rewards.trials[pair]!;
      }),
      bounds: [0, 1] as const,
    })),
    new Float64Array(rewards.queries).fill(1),
    prepared.groups,
    { seed },
  );
  return columns.map((prompt, column) => {
    const estimate = estimates[column];
    const { id, template, split } = log.prompts[prompt]!;
    return {
      id,
      template,
      split,
      success: estimate?.mean ?? null,
      ci95: estimate?.interval ?? null,
      questions: estimate?.units ?? 0,
      probabilityBest: certainty.perPrompt[column]?.probabilityBest ?? null,
    };
  });
}

/** Standard error of the mean over the random logs of one size; they share questions, so it is a little small. */
function computeStandardError(uplifts: readonly number[]): number {
  const mean = computeMean(uplifts);
  const variance = uplifts.reduce((sum, uplift) => sum + (uplift - mean) ** 2, 0) / (uplifts.length - 1);
  return Math.sqrt(variance / uplifts.length);
}

function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function curvePoint({ questions, uplifts, open }: LearningCurveMeasurement): LearningCurvePoint {
  const mean = computeMean(uplifts);
  const margin = NORMAL_95 * computeStandardError(uplifts);
  return {
    questions,
    uplift: mean,
    ci95: [mean - margin, mean + margin],
    openShare: open.filter(Boolean).length / open.length,
  };
}

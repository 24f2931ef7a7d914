import { join } from "node:path";
import {
  ANSWER_MATCHERS,
  COLLECT_FOLDER,
  describeGrowingRun,
  describeSource,
  extendGrowingRun,
  type ImportSummary,
  PACKAGE_VERSION,
  prepareGrowingRun,
  RUN_FILES,
  type RunDescription,
  type SourceFile,
} from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { AnswerLog } from "./answer-log.ts";
import { CallPlan } from "./call-plan.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { CollectSession } from "./collect-session.ts";
import type { CollectOptions, CollectSummary } from "./collect-types.ts";
import { estimateCalls } from "./estimate-calls.ts";
import { gradeAnswer } from "./grade-answer.ts";
import type { AnsweredRecord } from "./journal-records.ts";
import { CALL_STATE, type JournalState, readJournal } from "./journal-state.ts";
import { RecordedInteractions } from "./recorded-interactions.ts";
import { takeRunLock } from "./run-lock.ts";

/** Missing lines are made again so many at a time. */
const REPAIR_BATCH = 500;

/**
 * Asks a model every question with every prompt and keeps the graded answers as a run directory. Killed at any moment,
 * the next call goes on: no answered call is repeated, and what may have been lost is listed.
 * @throws UsageError for impossible options, before anything is sent
 * @throws ConfigError where the run was begun with other settings, questions or prompts
 * @throws ExistsError where another process collects into the run, or it is no run of this kind
 * @throws IoError where the log cannot be written; nothing is sent after that
 * @throws LlmError where calls keep failing, or cost more than they can
 * @throws AbortedError when the signal fires; calls under way are waited for
 */
export async function collect(options: CollectOptions): Promise<CollectSummary> {
  checkOptions(options);
  const { model, settings, matcher = "numeric", price } = options;
  const plan = new CallPlan(options.queries, options.prompts, options.repeats ?? 1, settings);
  // Renders every call, so that nothing is sent where one is impossible.
  estimateCalls(plan, price);
  const sources: SourceFile[] = [];
  for (const file of options.sourceFiles ?? []) sources.push(await describeSource(file));

  const directory = await prepareGrowingRun(options.run);
  const release = await takeRunLock(join(directory, COLLECT_FOLDER, "lock"));
  try {
    const record = settingsRecord(model, settings, matcher);
    const queries = await extendGrowingRun(directory, record, options.queries, options.prompts);
    const describe = (counts: ImportSummary): Promise<void> => {
      const description: RunDescription = {
        task: "collected",
        source: { kind: "collect", files: sources, options: record },
        counts,
        models: [model.name],
      };
      return describeGrowingRun(directory, description);
    };
    const interactionsFile = join(directory, RUN_FILES.interactions);
    const journalFile = join(directory, COLLECT_FOLDER, "journal.jsonl");
    const log = await AnswerLog.open(journalFile, interactionsFile, options.onWarning, options.openLogFile);
    try {
      const recorded = await RecordedInteractions.read(interactionsFile, plan);
      const goldenAnswers = new Map(queries.map((query) => [query.id, query]));
      const match = ANSWER_MATCHERS[matcher];
      let missing: AnsweredRecord[] = [];
      const repair = async (): Promise<void> => {
        const interactions = missing.flatMap((answered) => {
          const query = goldenAnswers.get(answered.query);
          if (query === undefined) return [];
          const { prompt: promptId, repetition, answer, latencyMs, cost } = answered;
          const ungraded = { promptId, repetition, model: model.name, answer, latencyMs };
          return [gradeAnswer(query, cost === undefined ? ungraded : { ...ungraded, cost }, match)];
        });
        missing = [];
        await log.append([], interactions);
        for (const { queryId, promptId, repetition } of interactions)
          recorded.add(queryId, promptId, repetition);
      };
      const state = await readJournal(journalFile, plan, price, async (answered) => {
        if (recorded.has(answered.query, answered.prompt, answered.repetition)) return;
        missing.push(answered);
        if (missing.length >= REPAIR_BATCH) await repair();
      });
      if (missing.length > 0) await repair();
      checkEarlierCosts(options, state);
      tellOfEarlier(options, state);
      await describe(recorded.summary(options, state));
      await log.append([
        {
          type: "session",
          startedAt: new Date().toISOString(),
          packageVersion: PACKAGE_VERSION,
          provider: model.provider,
          ...(model.baseUrl !== undefined && { baseUrl: model.baseUrl }),
        },
      ]);
      const session = new CollectSession(plan, state, log, match, options);
      try {
        await session.run();
      } finally {
        if (log.failure === undefined) {
          await recorded.readAgain(interactionsFile);
          await describe(recorded.summary(options, state));
        }
      }
      return summarise(directory, plan, state, session, recorded.count, options);
    } finally {
      await log.close();
    }
  } finally {
    await release();
  }
}

function summarise(
  directory: string,
  plan: CallPlan,
  state: JournalState,
  session: CollectSession,
  interactions: number,
  options: CollectOptions,
): CollectSummary {
  const counts = new Uint32Array(4);
  for (const callState of state.states) counts[callState]!++;
  const open = counts[CALL_STATE.unknown]!;
  const held = options.holdUnknown === true ? open : 0;
  const { price } = options;
  return {
    run: directory,
    model: options.model.name,
    ended: session.stop.outcome,
    calls: {
      planned: plan.length,
      answeredBefore: session.answeredBefore,
      answered: session.answered,
      failed: counts[CALL_STATE.failed]!,
      held,
      remaining: counts[CALL_STATE.pending]! + open - held,
      attempts: session.attempts,
    },
    unknown: state.unknown,
    interactions,
    ...(session.success !== undefined && { success: session.success }),
    tokens: { input: session.inputTokens, output: session.outputTokens },
    ...(price !== undefined && { cost: session.spent, possibleCost: session.possiblySpent }),
    ...(session.revisedEstimate !== undefined && { revisedEstimate: session.revisedEstimate }),
  };
}

function checkOptions(options: CollectOptions): void {
  const { settings, maxCost, price } = options;
  const whole: readonly (readonly [string, number | undefined, number])[] = [
    ["repeats", options.repeats, 1],
    ["concurrency", options.concurrency, 1],
    ["retries", options.retries, 0],
    ["failuresToStop", options.failuresToStop, 1],
    ["maxTokens", settings.sampling.maxTokens, 1],
  ];
  for (const [name, value, least] of whole)
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
      throw new UsageError(`${name} is ${value}, expected a whole number ≥ ${least}.`);
  if (maxCost === undefined) return;
  if (!(maxCost >= 0 && Number.isFinite(maxCost)))
    throw new UsageError(`maxCost is ${maxCost}, expected US dollars ≥ 0.`);
  if (settings.sampling.maxTokens === undefined && settings.totalTokens === undefined)
    throw new UsageError(
      "Costs can be held (--max-cost) only where answers have a limit. Add --max-tokens, or --preset reference.",
    );
  if (price === undefined)
    throw new UsageError(
      `Costs can be held (--max-cost) only where the price is known, and that of "${options.model.name}" is not. Add --price-input and --price-output, in US dollars for a million tokens, or a table by --prices.`,
    );
}

function checkEarlierCosts({ maxCost }: CollectOptions, state: JournalState): void {
  if (maxCost !== undefined && state.hasUnboundedCost)
    throw new UsageError(
      "An earlier session sent calls whose cost nothing bounds, so --max-cost cannot be held for this run. Leave it out, or choose another folder.",
    );
}

function tellOfEarlier(options: CollectOptions, state: JournalState): void {
  const { onWarning, model } = options;
  const { baseUrl } = model;
  if (baseUrl !== undefined && state.baseUrls.size > 0 && !state.baseUrls.has(baseUrl))
    onWarning?.(
      `This run was collected at ${[...state.baseUrls].join(", ")}, and goes on at ${baseUrl}. Make sure the model there is the same.`,
    );
  if (state.unknown.length === 0) return;
  const cost = state.unknown.reduce((sum, { mostCost }) => sum + (mostCost ?? 0), 0);
  const names = state.unknown.map(
    ({ queryId, promptId, repetition }) => `  ${queryId} / ${promptId} / repetition ${repetition}`,
  );
  const what = options.holdUnknown === true ? "They are held" : "They are sent again";
  const price = cost > 0 ? ` and may be billed twice, at most $${cost.toFixed(6)} in all` : "";
  onWarning?.(
    `${state.unknown.length} calls were sent by a session that ended before their answers were kept${price}. ${what}${options.holdUnknown === true ? "" : " (--hold-unknown leaves them alone)"}:\n${names.join("\n")}`,
  );
}

import { join } from "node:path";
import {
  COLLECT_FOLDER,
  describeGrowingRun,
  describeSource,
  extendGrowingRun,
  interactionSchema,
  prepareGrowingRun,
  RUN_FILES,
  type SourceFile,
} from "../../data/index.ts";
import { checkCallOptions, checkWhole } from "../calls/check-call-options.ts";
import { estimateCalls } from "../calls/estimate-calls.ts";
import { makeCalls } from "../calls/make-calls.ts";
import { takeRunLock } from "../calls/run-lock.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { checkedGrader } from "./checked-grader.ts";
import { CollectPlan } from "./collect-plan.ts";
import type { CollectOptions, CollectSummary } from "./collect-types.ts";
import { AnswerGrading } from "./grade-answer.ts";
import { SelectedCalls } from "./selected-calls.ts";

/**
 * Asks a model every question with every prompt and keeps the graded answers as a run directory. Killed at any moment,
 * the next call goes on: no answered call is repeated, and what may have been lost is listed.
 * @throws UsageError for impossible options, before anything is sent
 * @throws DataError where a question cannot be graded, before anything is sent; or where answers could not, at the end
 * @throws ConfigError where the run was begun with other settings, questions or prompts
 * @throws ExistsError where another process collects into the run, or it is no run of this kind
 * @throws IoError where the log cannot be written; nothing is sent after that
 * @throws LlmError where calls keep failing, or cost more than they can
 * @throws AbortedError when the signal fires; calls under way are waited for
 */
export async function collect(options: CollectOptions): Promise<CollectSummary> {
  const { model, settings, prompts } = options;
  const { maxTokens } = settings.sampling;
  checkWhole("repeats", options.repeats, 1);
  checkWhole("maxTokens", maxTokens, 1);
  checkCallOptions(options, maxTokens !== undefined || settings.totalTokens !== undefined);
  const everything = new CollectPlan(options.queries, prompts, options.repeats ?? 1, settings);
  const plan = options.pairs === undefined ? everything : new SelectedCalls(everything, options.pairs);
  // Renders every call, so that nothing is sent where one is impossible.
  estimateCalls(plan, options.price);
  const grader = await checkedGrader(options);
  const grading = new AnswerGrading(grader, options.onWarning);
  const sources: SourceFile[] = [];
  for (const file of options.sourceFiles ?? []) sources.push(await describeSource(file));

  const directory = await prepareGrowingRun(options.run);
  const release = await takeRunLock(join(directory, COLLECT_FOLDER, "lock"));
  try {
    const record = settingsRecord(model, settings, grader?.record ?? "none");
    const queries = await extendGrowingRun(directory, record, options.queries, prompts);
    const queriesById = new Map(queries.map((query) => [query.id, query]));
    let interactions = 0;
    let answers = 0;
    let rewards = 0;
    const summary = await makeCalls(
      {
        plan,
        stage: "collect",
        maxTokens: maxTokens ?? settings.totalTokens,
        journalFile: join(directory, COLLECT_FOLDER, "journal.jsonl"),
        linesFile: join(directory, RUN_FILES.interactions),
        lineSchema: interactionSchema,
        toLine: ({ query: queryId, prompt: promptId, repetition, answer, latencyMs, cost }) => {
          const query = queriesById.get(queryId);
          if (query === undefined) return undefined;
          const ungraded = { promptId, repetition, model: model.name, answer, latencyMs };
          const withCost = cost === undefined ? ungraded : { ...ungraded, cost };
          return grading.grade(query, withCost);
        },
        onLine: ({ reward }) => {
          answers++;
          rewards += reward;
        },
        onCounts: async (recorded, skipped) => {
          interactions = recorded.count;
          await describeGrowingRun(directory, {
            task: "collected",
            source: { kind: "collect", files: sources, options: record },
            counts: {
              queries: recorded.questionRows,
              uniqueQueries: recorded.uniqueQuestions,
              prompts: prompts.length,
              interactions,
              skipped,
            },
            models: [model.name],
          });
        },
      },
      options,
    );
    grading.throwFailure(options.run);
    return {
      run: directory,
      ...summary,
      interactions,
      ...(grader === null && { unlabelled: summary.calls.answeredBefore + summary.calls.answered }),
      ...(answers > 0 && { success: rewards / answers }),
    };
  } finally {
    await release();
  }
}

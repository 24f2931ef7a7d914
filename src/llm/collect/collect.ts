import { join } from "node:path";
import {
  COLLECT_FOLDER,
  extendAppendableRun,
  fingerprintFile,
  interactionSchema,
  prepareAppendableRun,
  RUN_FILES,
  type SourceFile,
  saveSchema,
  writeManifest,
} from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import type { Interaction } from "../../types/index.ts";
import type { CallPlan } from "../calls/call-plan.ts";
import type { CallJob } from "../calls/calls-types.ts";
import { checkCallOptions, checkWhole } from "../calls/check-call-options.ts";
import { estimateCalls } from "../calls/estimate-calls.ts";
import { toCallName } from "../calls/journal-records.ts";
import { makeCalls } from "../calls/make-calls.ts";
import { takeRunLock } from "../calls/run-lock.ts";
import { AllocatedCalls } from "./allocated-calls.ts";
import { allocationRecord, allocationSettings } from "./allocation-options.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { checkedGrader } from "./checked-grader.ts";
import { CollectPlan } from "./collect-plan.ts";
import type { CollectOptions, CollectSummary } from "./collect-types.ts";
import { countLimits } from "./count-limits.ts";
import { ROUNDS_FILE } from "./decided-rounds.ts";
import { AnswerGrading } from "./grade-answer.ts";
import { readInteractions } from "./read-interactions.ts";
import { SelectedCalls } from "./selected-calls.ts";

/**
 * Asks an LLM every question with every prompt and keeps the graded answers as a run directory. Killed at any moment,
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
  const { llm, settings, prompts } = options;
  const { maxTokens } = settings.sampling;
  checkWhole("repeats", options.repeats, 1);
  checkWhole("maxTokens", maxTokens, 1);
  checkCallOptions(options, maxTokens !== undefined || settings.totalTokens !== undefined);
  const everything = new CollectPlan(options.queries, prompts, options.repeats ?? 1, settings);
  const plan = options.pairs === undefined ? everything : new SelectedCalls(everything, options.pairs);
  // Renders every call, so that nothing is sent where one is impossible.
  estimateCalls(plan, options.price);
  const allocation = allocationSettings(options);
  const grader = await checkedGrader(options);
  if (allocation !== undefined && grader === null)
    throw new UsageError(
      `The strategy ${allocation.strategy} follows the labels of answers, and the matcher none gives none. Choose another matcher, or the strategy uniform.`,
    );
  const grading = new AnswerGrading(grader, options.onWarning);
  const sources: SourceFile[] = [];
  for (const file of options.sourceFiles ?? []) sources.push(await fingerprintFile(file));

  const directory = await prepareAppendableRun(options.run);
  const release = await takeRunLock(join(directory, COLLECT_FOLDER, "lock"));
  try {
    const record = {
      ...settingsRecord(llm, settings, grader?.record ?? "none"),
      ...(allocation !== undefined && allocationRecord(allocation, options)),
    };
    const queries = await extendAppendableRun(directory, record, options.queries, prompts);
    if (grader?.schemaText !== undefined) await saveSchema(directory, grader.schemaText);
    const queriesById = new Map(queries.map((query) => [query.id, query]));
    const interactionsFile = join(directory, RUN_FILES.interactions);
    const allocated =
      allocation === undefined
        ? undefined
        : await AllocatedCalls.open(everything, allocation, join(directory, ROUNDS_FILE));
    let interactions = 0;
    let answers = 0;
    let rewards = 0;
    const jobFor = (planned: CallPlan): CallJob<Interaction> => ({
      plan: planned,
      stage: "collect",
      maxTokens: maxTokens ?? settings.totalTokens,
      journalFile: join(directory, COLLECT_FOLDER, "journal.jsonl"),
      linesFile: interactionsFile,
      lineSchema: interactionSchema,
      toLine: (answered, said) => {
        const query = queriesById.get(answered.query);
        if (query === undefined) return undefined;
        // What was said is known no more, and a label must not depend on what was hidden.
        if (answered.hiddenKeys !== undefined && said === undefined) return undefined;
        const name = toCallName(answered);
        const { answer, latencyMs, cost } = answered;
        const propensity = allocated?.propensity(name);
        const ungraded = {
          promptId: name.promptId,
          repetition: name.repetition,
          llm: llm.name,
          answer,
          latencyMs,
          ...(cost !== undefined && { cost }),
          ...(propensity !== undefined && { propensity }),
        };
        return grading.grade(query, ungraded, said);
      },
      onLine: ({ reward }) => {
        answers++;
        rewards += reward;
      },
      onCounts: async (recorded, skipped) => {
        interactions = recorded.count;
        await writeManifest(directory, {
          task: "collected",
          source: { kind: "collect", files: sources, options: record },
          counts: {
            queries: recorded.questionRows,
            uniqueQueries: recorded.uniqueQuestions,
            prompts: prompts.length,
            interactions,
            skipped,
          },
          llms: [llm.name],
        });
      },
    });
    const summary =
      allocated === undefined
        ? await makeCalls(jobFor(plan), options)
        : await allocated.make(jobFor, () => readInteractions(interactionsFile), options);
    grading.throwFailure(options.run);
    return {
      run: directory,
      ...summary,
      interactions,
      ...(await countLimits(join(directory, COLLECT_FOLDER, "journal.jsonl"))),
      ...(grader === null && { unlabeled: summary.calls.answeredBefore + summary.calls.answered }),
      ...(answers > 0 && { success: rewards / answers }),
    };
  } finally {
    await release();
  }
}

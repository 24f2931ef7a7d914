import { join } from "node:path";
import {
  assertSettingsUnchanged,
  type CriticVerdict,
  criticFolder,
  criticVerdictSchema,
  makeFolder,
  openRunDirectory,
  type RunSettings,
  readCriticVerdicts,
  saveSettings,
  VERDICTS_FILE,
} from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import { toKey } from "../calls/call-plan.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import { checkCallOptions, checkWhole } from "../calls/check-call-options.ts";
import { estimateCalls } from "../calls/estimate-calls.ts";
import { makeCalls } from "../calls/make-calls.ts";
import { type CallsAhead, remainingCalls } from "../calls/remaining-calls.ts";
import { takeRunLock } from "../calls/run-lock.ts";
import type { ChatModel, Sampling } from "../chat-model.ts";
import { type AnswerToJudge, readAnswersToJudge } from "../judge/answers-to-judge.ts";
import { JudgementPlan } from "../judge/judgement-plan.ts";
import { CRITIC_WORDING, criticMessages } from "./critic-messages.ts";
import { readSelfVerdict } from "./self-verdict.ts";

/** Which answers an LLM is asked about. */
export interface CriticPlanOptions {
  /** The run with the LLM's labeled answers. */
  readonly run: string;
  /** Only the first so many questions. */
  readonly limit?: number;
  /** @default temperature 0, at most 300 tokens */
  readonly sampling?: Sampling;
}

/** How an LLM is asked about its own answers. */
export interface CriticOptions extends CallOptions, CriticPlanOptions {}

/** What an LLM said of its own answers; counts are over all sessions. */
export interface CriticSummary extends CallsSummary {
  readonly run: string;
  /** Replies that say right or wrong. */
  readonly verdicts: number;
  /** Of these, how many say right. */
  readonly saidRight: number;
  /** How many agree with the label. */
  readonly agreeing: number;
  /** Answers said to be right that are. */
  readonly rightlySaidRight: number;
  /** Replies with a probability. */
  readonly confidences: number;
  /** Replies that say neither. */
  readonly unreadable: number;
}

const DEFAULT_SAMPLING: Sampling = { temperature: 0, maxTokens: 300 };

/**
 * The calls an LLM's critic takes, one for each of its labeled answers.
 * @throws UsageError where the run holds no answers of that LLM, DataError where none has text and label
 */
export async function planCritic(
  options: CriticPlanOptions & Pick<CriticOptions, "llm" | "price" | "retryFailed" | "skipUncertain">,
): Promise<CallsAhead> {
  const { llm } = options;
  const { plan, sampling } = await prepareCritic(llm.name, options);
  const run = await openRunDirectory(options.run);
  const folder = run.file(criticFolder(llm.name));
  await assertSettingsUnchanged(folder, run.path, criticSettings(llm, sampling));
  return remainingCalls(plan, join(folder, "journal.jsonl"), { ...options, maxTokens: sampling.maxTokens });
}

function criticSettings(llm: ChatModel, sampling: Sampling): RunSettings {
  return {
    llm: llm.name,
    provider: llm.provider,
    ...(llm.revision !== undefined && { revision: llm.revision }),
    wording: CRITIC_WORDING,
    temperature: sampling.temperature ?? null,
    topP: sampling.topP ?? null,
    maxTokens: sampling.maxTokens ?? null,
  };
}

/**
 * Asks an LLM of each of its answers in a run whether it is right, and how sure it is. The verdicts stand in the run's
 * folder `critic`, beside the log, which stays as it is; whoever reads the log finds them as its critic and confidence.
 * Killed at any moment, the next call goes on, as a collection does.
 * @throws UsageError for impossible options, before anything is sent; also where the run has no answers of this LLM
 * @throws DataError where none of its answers has text and label
 * @throws ConfigError where it was asked in another way before
 * @throws LlmError, IoError, ExistsError, AbortedError as `collect`
 */
export async function askCritic(options: CriticOptions): Promise<CriticSummary> {
  const { llm } = options;
  const { plan, sampling, answers } = await prepareCritic(llm.name, options);
  checkWhole("maxTokens", sampling.maxTokens, 1);
  checkCallOptions(options, sampling.maxTokens !== undefined);
  estimateCalls(plan, options.price, sampling.maxTokens);
  const run = await openRunDirectory(options.run);
  const folder = run.file(criticFolder(llm.name));
  await makeFolder(folder);
  const release = await takeRunLock(join(folder, "lock"));
  try {
    await saveSettings(folder, run.path, criticSettings(llm, sampling));
    const summary = await makeCalls<CriticVerdict>(
      {
        plan,
        stage: "critic",
        maxTokens: sampling.maxTokens,
        journalFile: join(folder, "journal.jsonl"),
        linesFile: join(folder, VERDICTS_FILE),
        lineSchema: criticVerdictSchema,
        toLine: ({ query: queryId, prompt: promptId, repetition, answer, latencyMs, ...billed }) => {
          const { inputTokens, outputTokens, cost } = billed;
          return {
            queryId,
            promptId,
            repetition,
            ...readSelfVerdict(answer),
            ...(inputTokens !== undefined && { inputTokens }),
            ...(outputTokens !== undefined && { outputTokens }),
            ...(cost !== undefined && { cost }),
            latencyMs,
          };
        },
      },
      options,
    );
    return {
      run: options.run,
      ...summary,
      ...(await countVerdicts(answers, readCriticVerdicts(run, llm.name))),
    };
  } finally {
    await release();
  }
}

async function prepareCritic(
  llm: string,
  { run: path, limit, sampling: given }: CriticPlanOptions,
): Promise<{
  readonly plan: JudgementPlan;
  readonly sampling: Sampling;
  readonly answers: readonly AnswerToJudge[];
}> {
  const sampling = { ...DEFAULT_SAMPLING, ...given };
  const run = await openRunDirectory(path);
  const read = await readAnswersToJudge(run, { llm, ...(limit !== undefined && { limit }) });
  const answers = read.answers.filter(({ label }) => label !== undefined);
  if (answers.length === 0)
    throw new DataError(
      "The run's answers have no labels yet, so its critic could not be compared with anything. Label them first, by a matcher or a judge.",
      { path: run.path },
    );
  const judgements = answers.map(({ entry, query }) => ({
    name: { queryId: entry.queryId, promptId: entry.promptId, repetition: entry.repetition },
    messages: () => criticMessages(query.text, entry.answer),
  }));
  return { plan: new JudgementPlan(judgements, sampling), sampling, answers };
}

async function countVerdicts(
  answers: readonly AnswerToJudge[],
  verdicts: AsyncIterable<CriticVerdict>,
): Promise<
  Pick<
    CriticSummary,
    "verdicts" | "saidRight" | "agreeing" | "rightlySaidRight" | "confidences" | "unreadable"
  >
> {
  const labels = new Map(answers.map(({ entry, label }) => [toKey(entry), label!]));
  const counts = {
    verdicts: 0,
    saidRight: 0,
    agreeing: 0,
    rightlySaidRight: 0,
    confidences: 0,
    unreadable: 0,
  };
  for await (const verdict of verdicts) {
    const label = labels.get(toKey(verdict));
    if (label === undefined) continue;
    const { critic, confidence } = verdict;
    if (confidence !== undefined) counts.confidences++;
    if (critic === undefined) {
      if (confidence === undefined) counts.unreadable++;
      continue;
    }
    const isRight = label >= 0.5;
    counts.verdicts++;
    if (critic === 1) counts.saidRight++;
    if ((critic === 1) === isRight) counts.agreeing++;
    if (critic === 1 && isRight) counts.rightlySaidRight++;
  }
  return counts;
}

import { UsageError } from "../../errors.ts";
import {
  type AnswerToJudge,
  type CallsSummary,
  type ChatModel,
  estimateCalls,
  JUDGE_WORDING,
  JudgeSession,
  type PairVerdict,
  readVerdict,
  toKey,
  winRates,
} from "../../llm/index.ts";
import type { Interaction, JsonValue } from "../../types/index.ts";
import { warnOnce } from "../../util/index.ts";
import { checkJudge } from "./check-judge.ts";
import { nothingLabeled, notTrusted } from "./judge-errors.ts";
import type { JudgeCheck, JudgeOptions, JudgeSummary, PositionBias } from "./judge-types.ts";
import { type Judging, prepareJudging } from "./prepare-judging.ts";

const MIN_KAPPA = 0.4;

/**
 * Lets an LLM grade the answers of a run, and makes a run with its labels. First it judges answers whose label is known;
 * a judge that does not agree with them is not asked about the others, and nothing is labeled. Killed at any moment, the
 * next call goes on, as a collection does.
 * @param prepared what `prepareJudging` made of the same options
 * @throws LlmError where the judge is not trusted, no answer gets a label, or calls keep failing
 * @throws UsageError for impossible options, before anything is sent
 * @throws ConfigError where the run was begun with another judge, rubric or source
 * @throws IoError, ExistsError, AbortedError as `collect`
 */
export async function judgeRun(options: JudgeOptions, prepared?: Judging): Promise<JudgeSummary> {
  const { out, price, llm, minKappa = MIN_KAPPA } = options;
  if (!(minKappa >= -1 && minKappa <= 1))
    throw new UsageError(`minKappa is ${minKappa}, expected a number from -1 to 1.`);
  const judging = prepared ?? (await prepareJudging(options));
  const { mode, criteria, sampling, read, check, whole } = judging;
  const { maxTokens } = sampling;
  // Renders every call, so that nothing is sent where one is impossible.
  estimateCalls(whole, price, maxTokens);
  const record = judgeSettings(judging, llm);
  // Both stages read the same journal, and would say the same of earlier sessions.
  const onWarning = warnOnce(options.onWarning);
  const asking = { ...options, ...(onWarning !== undefined && { onWarning }) };
  const session = await JudgeSession.open(out, record, read.queries, read.prompts, (reply) =>
    readVerdict(mode, reply, criteria.length),
  );
  try {
    const before = await session.ask(check, whole, maxTokens, asking);
    const found = checkJudge(judging, await session.verdicts(), minKappa);
    options.onCheck?.(found);
    const isMute = found.replies > 0 && found.unreadable === found.replies;
    // A judge of whom nothing can be read labels nothing, trusted or not: nothing more is paid for.
    if (isMute || (!found.isTrusted && options.trustAnyway !== true))
      throw notTrusted(found, judging, before, llm.name, session.unreadableExamples);
    const calls = joined(before, await session.ask(whole, whole, maxTokens, asking));
    const verdicts = await session.verdicts();
    const { labels, positionBias } = labelAnswers(judging, verdicts);
    const asked = Array.from({ length: whole.length }, (_, index) => verdicts.get(toKey(whole.call(index))));
    // In pairs, equal answers are ties without a verdict; alone they are no judgement.
    const hasVerdict = whole.length === 0 || asked.some((value) => typeof value === "number");
    if (labels.size === 0 || !hasVerdict) throw nothingLabeled(calls, llm.name, session.unreadableExamples);
    const interactions = [...labels].map(([{ entry }, reward]): Interaction => ({ ...entry, reward }));
    const success = [...labels.values()].reduce((sum, reward) => sum + reward, 0) / labels.size;
    await session.finish(interactions, {
      task: judging.source.manifest.task,
      source: {
        kind: "judge",
        files: judging.source.manifest.source.files,
        options: { ...record, agreement: agreementRecord(found), isTrusted: found.isTrusted },
      },
      counts: {
        queries: new Set(interactions.map(({ queryId, repetition }) => `${repetition}:${queryId}`)).size,
        uniqueQueries: new Set(interactions.map(({ queryId }) => queryId)).size,
        prompts: read.prompts.length,
        interactions: interactions.length,
        skipped: read.answers.length - interactions.length,
      },
      llms: [read.llm],
      ...(judging.source.manifest.simulated === true && { simulated: true }),
    });
    return {
      run: out,
      answersOf: read.llm,
      mode,
      ...calls,
      check: found,
      unreadable: asked.filter((value) => value === null).length,
      unreadableExamples: session.unreadableExamples,
      labels: labels.size,
      withoutLabel: read.answers.length - labels.size,
      success,
      ...(positionBias !== undefined && { positionBias }),
    };
  } finally {
    await session.close();
  }
}

/** Of the check and of all judgements, of which those of the check are the first. */
function joined(check: CallsSummary, whole: CallsSummary): CallsSummary {
  return {
    ...(check.lastFailure !== undefined && { lastFailure: check.lastFailure }),
    ...whole,
    calls: {
      ...whole.calls,
      answeredBefore: whole.calls.answeredBefore - check.calls.answered,
      answered: whole.calls.answered + check.calls.answered,
      attempts: whole.calls.attempts + check.calls.attempts,
    },
    unknown: check.unknown,
    tokens: {
      input: whole.tokens.input + check.tokens.input,
      output: whole.tokens.output + check.tokens.output,
    },
  };
}

/** Everything a verdict depends on besides question and answer. */
export function judgeSettings(
  { mode, criteria, sampling, source, read }: Judging,
  { name, provider, revision }: ChatModel,
): Record<string, JsonValue> {
  return {
    judge: name,
    provider,
    ...(revision !== undefined && { revision }),
    mode,
    criteria,
    wording: JUDGE_WORDING,
    temperature: sampling.temperature ?? null,
    maxTokens: sampling.maxTokens ?? null,
    answersOf: read.llm,
    // A run that grows keeps the time at which it was made; another run of the same name has another.
    sourceMadeAt: source.manifest.createdAt,
  };
}

function agreementRecord({ agreement }: JudgeCheck): JsonValue {
  if (agreement === null) return null;
  const { accuracy, accuracyCi95, kappa, kappaCi95, units } = agreement;
  return { accuracy, accuracyCi95, kappa, kappaCi95, units };
}

/** Labels of the answers, in the run's order, as far as the judge's replies could be read. */
function labelAnswers(
  { mode, read, pairs }: Judging,
  verdicts: ReadonlyMap<string, number | null>,
): { readonly labels: ReadonlyMap<AnswerToJudge, number>; readonly positionBias?: PositionBias } {
  if (mode !== "pairwise")
    return {
      labels: new Map(
        read.answers.flatMap((answer) => {
          const value = verdicts.get(toKey(answer.entry)) ?? null;
          return value === null ? [] : [[answer, value] as const];
        }),
      ),
    };
  const { rates, verdicts: found } = winRates(pairs, (key) => verdicts.get(key));
  const positionBias = measureBias(found.filter(({ pair }) => !pair.isSame));
  return { labels: rates, ...(positionBias !== undefined && { positionBias }) };
}

function measureBias(verdicts: readonly PairVerdict[]): PositionBias | undefined {
  if (verdicts.length === 0) return undefined;
  const wins = verdicts.reduce((sum, { winsWhenShownFirst }) => sum + winsWhenShownFirst, 0);
  return {
    pairs: verdicts.length,
    inconsistent: verdicts.filter(({ isConsistent }) => !isConsistent).length / verdicts.length,
    firstWins: wins / (2 * verdicts.length),
  };
}

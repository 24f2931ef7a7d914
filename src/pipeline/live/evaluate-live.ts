import { dirname, join } from "node:path";
import {
  COLLECT_FOLDER,
  checkOutputFile,
  createGrader,
  makeFolder,
  openRunDirectory,
  readQueriesFile,
  writeFileAtomic,
} from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import {
  type CallStatus,
  CollectPlan,
  type CollectSummary,
  checkCallOptions,
  collect,
  type QuestionPromptPair,
  remainingCalls,
  SelectedCalls,
} from "../../llm/index.ts";
import { type CsvCell, csvText } from "../../report/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import { seededRandom, shuffledIndices, warnOnce } from "../../util/index.ts";
import { answersFolder, pairKey, readRewards } from "../answers-folder.ts";
import { policyChooser } from "../chooser.ts";
import { readChooser } from "../chooser-files.ts";
import { readLogLike, requirePromptChooser } from "../chooser-manifest.ts";
import type { Recommendation } from "../pipeline-types.ts";
import { prepareLog } from "../prepared-log.ts";
import { heldOutQuestions } from "./held-out-questions.ts";
import type { LiveOptions, LiveQuestions, LiveResult, PlannedLive } from "./live-types.ts";
import { type Comparison, compareSequentially, type PairedRewards } from "./sequential-comparison.ts";

const DEFAULT_MARGIN = 0.02;
const DEFAULT_SEED = 7;
const DEFAULT_CONCURRENCY = 8;
/** So many questions, at least, between two looks; each look reads the journal again. */
const MIN_PER_ROUND = 8;

/** Work that is planned and not begun. */
export interface LiveWork {
  readonly planned: PlannedLive;
  start(): Promise<LiveResult>;
}

/** A held-out question with what the chooser says of it. */
interface ChosenQuestion {
  readonly query: Query;
  readonly choice: Recommendation;
}

/**
 * Puts the chosen and the fixed prompt to the LLM on held-out questions, in random order, until the gain is decided,
 * and holds what the reward model expected against it. Only questions for which another prompt than the fixed one is
 * chosen cost calls. Stopped or killed, the same call goes on and repeats no answered call.
 * @throws UsageError where nothing has been trained, or no question is held out
 * @throws whatever `collect` throws
 */
export async function evaluateLive(directory: string, options: LiveOptions): Promise<LiveResult> {
  return (await planLive(directory, options)).start();
}

/** As {@link evaluateLive}, up to the first call. */
export async function planLive(directory: string, options: LiveOptions): Promise<LiveWork> {
  const { settings, llm, seed = DEFAULT_SEED, margin = DEFAULT_MARGIN } = options;
  if (!(margin >= 0 && margin < 1)) throw new UsageError(`margin is ${margin}, expected a number in [0, 1).`);
  const limitOfTokens = settings.sampling.maxTokens ?? settings.totalTokens;
  checkCallOptions(options, limitOfTokens !== undefined);
  const run = await openRunDirectory(directory);
  const { manifest, policy } = await readChooser(run);
  requirePromptChooser(manifest, "A live test");
  const { log } = await prepareLog(directory, readLogLike(manifest));
  const given = (await readQueriesFile(options.queriesFile)).slice(0, options.limit);
  const { kept, ...leftOut } = heldOutQuestions(
    given,
    log.queries,
    options.includeKnown === true,
    policy.settings.groupBy,
  );
  if (kept.length === 0)
    throw new UsageError(
      `None of the ${given.length} questions of ${options.queriesFile} is held out: ${leftOut.inLog} stand in the training log, ${leftOut.knownGroup} count as the same question as a logged one. Give other questions${leftOut.knownGroup > 0 ? ", or --include-known for the latter" : ""}.`,
    );
  const choices = await policyChooser(policy).recommendMany(kept.map(({ text }) => text));
  const questions = [...shuffledIndices(kept.length, seededRandom(seed))].map(
    (index): ChosenQuestion => ({ query: kept[index]!, choice: choices[index]! }),
  );
  const differing = questions.filter(({ choice }) => differs(choice));
  const pairs = differing.flatMap((question) => findPairs(question));
  const grader = await createGrader(options);
  for (const { query } of differing) grader.check(query);
  const usedIds = new Set(pairs.map(({ promptId }) => promptId));
  const asked: AskedQuestions = {
    queries: differing.map(({ query }) => query),
    prompts: policy.prompts.filter(({ id }) => usedIds.has(id)),
  };
  const plan = new SelectedCalls(new CollectPlan(asked.queries, asked.prompts, 1, settings), pairs);
  const folder = answersFolder(run, "live", llm, settings, grader);
  const file = options.out ?? run.file("results/live.csv");
  await checkOutputFile(file, run, [options.queriesFile]);
  const planned: PlannedLive = {
    llm: llm.name,
    trainedOn: manifest.llm,
    questions: { given: given.length, ...leftOut, heldOut: kept.length, differing: differing.length },
    ...(await remainingCalls(plan, join(folder, COLLECT_FOLDER, "journal.jsonl"), {
      ...options,
      maxTokens: limitOfTokens,
    })),
  };
  const work: Work = {
    folder,
    file,
    fixedPromptId: policy.prompts[policy.fixedColumn]!.id,
    planned,
    questions,
    asked,
    options: { ...options, margin },
  };
  return { planned, start: () => askLive(work) };
}

interface AskedQuestions {
  readonly queries: readonly Query[];
  readonly prompts: readonly Prompt[];
}

interface Work {
  readonly folder: string;
  readonly file: string;
  readonly fixedPromptId: string;
  readonly planned: PlannedLive;
  readonly questions: readonly ChosenQuestion[];
  readonly asked: AskedQuestions;
  readonly options: LiveOptions & { readonly margin: number };
}

async function askLive(work: Work): Promise<LiveResult> {
  const { folder, questions, asked, options, planned } = work;
  // Every round would say again what is known of earlier sessions.
  const onWarning = warnOnce(options.onWarning);
  const past = { answered: 0, done: 0, errors: 0 };
  let last: CollectSummary | undefined;
  const comparison = await compareSequentially({
    differs: questions.map(({ choice }) => differs(choice)),
    perRound: Math.max(MIN_PER_ROUND, options.concurrency ?? DEFAULT_CONCURRENCY),
    margin: options.margin,
    ask: async (positions) => {
      let status: CallStatus = { done: 0, total: 0, errors: 0 };
      const summary = await collect({
        ...options,
        ...asked,
        run: folder,
        // This round's only: calls of earlier rounds that were given up would be sent again.
        pairs: positions.flatMap((position) => findPairs(questions[position]!)),
        ...(onWarning !== undefined && { onWarning }),
        onStatus: (current) => {
          status = current;
          options.onStatus?.({
            ...current,
            done: past.done + current.done,
            total: planned.calls,
            errors: past.errors + current.errors,
          });
        },
      });
      last = summary;
      past.answered += summary.calls.answeredBefore + summary.calls.answered;
      past.done += status.done;
      past.errors += status.errors;
      const rewards = await readRewards(folder);
      return {
        rewards: positions.map((position) => pairedRewards(questions[position]!, rewards)),
        isOutOfMoney: summary.ended === "max-cost",
      };
    },
  });
  await makeFolder(dirname(work.file));
  await writeFileAtomic(work.file, liveCsv(questions, comparison));
  return describeResult(work, comparison, past.answered, last);
}

/** @param answered calls of all rounds and sessions that have an answer */
function describeResult(
  work: Work,
  comparison: Comparison,
  answered: number,
  last: CollectSummary | undefined,
): LiveResult {
  const { questions, planned, options } = work;
  const { counted, rewards, unanswered, gain, interval, verdict, ended } = comparison;
  const compared = counted.filter((position) => rewards.has(position));
  const choice = (position: number): Recommendation => questions[position]!.choice;
  const meanOver = (positions: readonly number[], value: (position: number) => number): number =>
    positions.reduce((sum, position) => sum + value(position), 0) / positions.length;
  const estimatedGain =
    counted.length === 0
      ? null
      : meanOver(counted, (position) =>
          differs(choice(position)) ? choice(position).score - choice(position).fixedScore : 0,
        );
  const counts: LiveQuestions = {
    ...planned.questions,
    counted: counted.length,
    compared: compared.length,
    unanswered,
  };
  return {
    llm: planned.llm,
    trainedOn: planned.trainedOn,
    fixedPromptId: work.fixedPromptId,
    questions: counts,
    verdict,
    ended,
    margin: options.margin,
    gain,
    gainInterval: interval,
    estimatedGain,
    agrees: estimatedGain !== null && estimatedGain >= interval[0] && estimatedGain <= interval[1],
    compared:
      compared.length === 0
        ? null
        : {
            chosen: meanOver(compared, (position) => rewards.get(position)!.chosen),
            fixed: meanOver(compared, (position) => rewards.get(position)!.fixed),
            estimatedChosen: meanOver(compared, (position) => choice(position).score),
            estimatedFixed: meanOver(compared, (position) => choice(position).fixedScore),
          },
    calls: answered,
    ...(last?.cost !== undefined && { cost: last.cost }),
    ...(last?.possibleCost !== undefined && { possibleCost: last.possibleCost }),
    file: work.file,
    answers: work.folder,
  };
}

function differs({ promptId, fixedPromptId }: Recommendation): boolean {
  return promptId !== fixedPromptId;
}

function findPairs({ query, choice }: ChosenQuestion): QuestionPromptPair[] {
  return [choice.fixedPromptId, choice.promptId].map((promptId) => ({ queryId: query.id, promptId }));
}

function pairedRewards(
  { query, choice }: ChosenQuestion,
  rewards: ReadonlyMap<string, number>,
): PairedRewards | undefined {
  const chosen = rewards.get(pairKey(query.id, choice.promptId));
  const fixed = rewards.get(pairKey(query.id, choice.fixedPromptId));
  return chosen === undefined || fixed === undefined ? undefined : { chosen, fixed };
}

/** One row a held-out question, in the order of asking; rewards are empty where it was not asked under two prompts. */
function liveCsv(questions: readonly ChosenQuestion[], { rewards }: Comparison): string {
  const header = [
    "query_id",
    "chosen_prompt_id",
    "fixed_prompt_id",
    "estimated_chosen",
    "estimated_fixed",
    "reward_chosen",
    "reward_fixed",
  ];
  return csvText(
    header,
    questions.map(({ query, choice }, position): CsvCell[] => [
      query.id,
      choice.promptId,
      choice.fixedPromptId,
      choice.score,
      choice.fixedScore,
      rewards.get(position)?.chosen ?? null,
      rewards.get(position)?.fixed ?? null,
    ]),
  );
}

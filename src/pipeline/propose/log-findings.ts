import {
  interactionSchema,
  openRunDirectory,
  parseRecord,
  RUN_FILES,
  readJsonLines,
} from "../../data/index.ts";
import type { ProposalBrief, ShownFailure, TriedPrompt } from "../../llm/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../../util/index.ts";
import { pairKey } from "../answers-folder.ts";
import { readChooser } from "../chooser-files.ts";
import { readLogLike, requirePromptChooser } from "../chooser-manifest.ts";
import { type GroupedLog, groupLog } from "../group-log.ts";
import type { Policy } from "../policy.ts";
import { type PreparedLog, prepareLog } from "../prepared-log.ts";
import type { ProposalScope } from "./propose-types.ts";

/** Fewer prompts a request are not worth a request of its own. */
const MIN_PER_BRIEF = 3;
const EXAMPLES_OF_ALL = 6;
const FAILURES = 3;

/** Questions that candidates are written for, estimated on and tested on. */
export interface LoggedScope extends ProposalScope {
  /** Indices into the log's queries. */
  readonly queries: readonly number[];
}

/** What the log says to whoever is to write better prompts. */
export interface LogFindings {
  readonly prepared: PreparedLog;
  /** The LLM whose answers the chooser has learned from. */
  readonly trainedOn: string;
  readonly policy: Policy;
  /** All questions first, then the kinds that are asked about. */
  readonly scopes: readonly LoggedScope[];
  /** One a scope, as long as there are candidates to ask for. */
  readonly briefs: readonly ProposalBrief[];
  /** Indices into the log's queries: shown in a brief, so no longer fit for a test. */
  readonly shown: ReadonlySet<number>;
}

/**
 * Reads a run and its chooser, and describes for each kind of question what was tried and what failed: all questions
 * together, and then the kinds in which most answers are lost to their best prompt.
 * @throws UsageError where nothing has been trained
 */
export async function readFindings(
  directory: string,
  candidates: number,
  questionPosition: "before" | "after",
  seed: number,
): Promise<LogFindings> {
  const { manifest, policy } = await readChooser(await openRunDirectory(directory));
  requirePromptChooser(manifest, "Proposing prompts");
  const prepared = await prepareLog(directory, readLogLike(manifest));
  const grouped = await groupLog(prepared, policy.settings, policy.prompts[policy.fixedColumn]!.id);
  const random = seededRandom(seed);
  const scopes = chooseScopes(grouped, candidates);
  const shown = new Set<number>();
  const failures = scopes.map((scope) => pickFailures(prepared, grouped, scope, random));
  const answers = await readAnswers(prepared, failures.flat());
  const briefs = scopes.map((scope, index): ProposalBrief => {
    const examples = pickExamples(prepared, grouped, scope, random);
    for (const query of [...examples, ...failures[index]!.map((failure) => failure.query)]) shown.add(query);
    return {
      id: scope.id,
      keywords: scope.keywords,
      examples: examples.map((query) => prepared.texts[query]!),
      tried: triedPrompts(prepared, grouped, scope).map(({ template, success }) => ({ template, success })),
      failures: failures[index]!.map((failure) => describeFailure(prepared, failure, answers)),
      count: Math.floor(candidates / scopes.length) + (index < candidates % scopes.length ? 1 : 0),
      questionPosition,
    };
  });
  return {
    prepared,
    trainedOn: manifest.llm,
    policy,
    scopes,
    briefs: briefs.filter(({ count }) => count > 0),
    shown,
  };
}

/** All questions, and as many kinds as leave each some candidates, those first that lose most answers. */
function chooseScopes({ kinds, kindOfQuestion, queries }: GroupedLog, candidates: number): LoggedScope[] {
  const all: LoggedScope = { id: "all", keywords: [], questions: queries.length, queries: [...queries] };
  const lost = ({ questions, promptSuccess }: (typeof kinds)[number]): number =>
    questions * (1 - Math.max(0, ...promptSuccess.map((success) => success ?? 0)));
  const most = Math.max(0, Math.floor(candidates / MIN_PER_BRIEF) - 1);
  const chosen = kinds
    .map((kind, index) => ({ kind, index }))
    .sort((one, other) => lost(other.kind) - lost(one.kind) || one.index - other.index)
    .slice(0, most)
    .map(({ kind, index }): LoggedScope => {
      const members = [...queries].filter((_, row) => kindOfQuestion[row] === index);
      return {
        id: `kind-${index + 1}`,
        keywords: kind.keywords,
        questions: members.length,
        queries: members,
      };
    });
  return [all, ...chosen];
}

interface TriedColumn extends TriedPrompt {
  /** Column of the rewards. */
  readonly column: number;
}

/** Success of each training prompt on the scope's questions, best first; what was not tried there is left out. */
function triedPrompts(
  { log, trainingPrompts }: PreparedLog,
  { rewards, queries }: GroupedLog,
  scope: LoggedScope,
): TriedColumn[] {
  const members = new Set(scope.queries);
  return [...trainingPrompts]
    .map((prompt, column): TriedColumn => {
      let sum = 0;
      let questions = 0;
      for (const [row, query] of queries.entries()) {
        const trials = rewards.trials[row * rewards.prompts + column]!;
        if (trials === 0 || !members.has(query)) continue;
        sum += rewards.successes[row * rewards.prompts + column]! / trials;
        questions++;
      }
      return { column, template: log.prompts[prompt]!.template, success: sum / questions };
    })
    .filter(({ success }) => !Number.isNaN(success))
    .sort((one, other) => other.success - one.success || one.column - other.column);
}

/** A question that went wrong, and with which prompt. */
interface Failure {
  readonly query: number;
  readonly prompt: number;
}

/** Some questions that the scope's best prompt mostly got wrong, by chance. */
function pickFailures(
  prepared: PreparedLog,
  grouped: GroupedLog,
  scope: LoggedScope,
  random: SeededRandom,
): Failure[] {
  const [best] = triedPrompts(prepared, grouped, scope);
  if (best === undefined) return [];
  const { rewards, queries } = grouped;
  const members = new Set(scope.queries);
  const wrong = [...queries].filter((query, row) => {
    const pair = row * rewards.prompts + best.column;
    return (
      members.has(query) &&
      rewards.trials[pair]! > 0 &&
      rewards.successes[pair]! / rewards.trials[pair]! < 0.5
    );
  });
  const prompt = prepared.trainingPrompts[best.column]!;
  return sample(wrong, FAILURES, random).map((query) => ({ query, prompt }));
}

/** The kind's own examples; of all questions, some by chance. */
function pickExamples(
  { texts }: PreparedLog,
  { kinds }: GroupedLog,
  scope: LoggedScope,
  random: SeededRandom,
): number[] {
  if (scope.id === "all") return sample(scope.queries, EXAMPLES_OF_ALL, random);
  const examples = new Set(kinds[Number(scope.id.slice("kind-".length)) - 1]!.examples);
  return scope.queries.filter((query) => examples.has(texts[query]!));
}

function sample(items: readonly number[], count: number, random: SeededRandom): number[] {
  return [...shuffledIndices(items.length, random)].slice(0, count).map((index) => items[index]!);
}

/** First wrong answers of the failures, where the log has them; they stay on disk otherwise. */
async function readAnswers(
  { run, log }: PreparedLog,
  failures: readonly Failure[],
): Promise<ReadonlyMap<string, string>> {
  const findName = ({ query, prompt }: Failure): string =>
    pairKey(log.queries[query]!.id, log.prompts[prompt]!.id);
  const wanted = new Set(failures.map(findName));
  const answers = new Map<string, string>();
  const file = run.file(RUN_FILES.interactions);
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    const { queryId, promptId, reward, answer, llm } = parseRecord(interactionSchema, value, "interaction", {
      file,
      line,
    });
    const key = pairKey(queryId, promptId);
    if (answer === undefined || reward >= 0.5 || llm !== log.llm || !wanted.has(key)) continue;
    if (!answers.has(key)) answers.set(key, answer);
  }
  return answers;
}

function describeFailure(
  { log }: PreparedLog,
  { query, prompt }: Failure,
  answers: ReadonlyMap<string, string>,
): ShownFailure {
  const { id, text, answer: expected } = log.queries[query]!;
  const { id: promptId, template } = log.prompts[prompt]!;
  const answer = answers.get(pairKey(id, promptId));
  return {
    question: text,
    template,
    ...(expected !== undefined && { expected }),
    ...(answer !== undefined && { answer }),
  };
}

import {
  checkOutputFile,
  createGrader,
  openRunDirectory,
  readPromptsFile,
  writePromptsFile,
} from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import {
  CollectPlan,
  type CollectSummary,
  checkCallOptions,
  estimateCalls,
  type ProposedPrompts,
  planProposalCalls,
  SelectedCalls,
} from "../../llm/index.ts";
import type { Prompt } from "../../types/index.ts";
import { contentHash, warnOnce } from "../../util/index.ts";
import { answersFolder } from "../answers-folder.ts";
import { questionsAt, scoreQuestions } from "../policy.ts";
import { addEstimates } from "./add-estimates.ts";
import { askForPrompts } from "./ask-for-prompts.ts";
import { describeCandidate } from "./describe-candidate.ts";
import { type Candidate, type DistinctCandidate, distinctCandidates } from "./distinct-candidates.ts";
import { type LogFindings, readFindings } from "./log-findings.ts";
import type {
  CandidateTest,
  PlannedProposal,
  ProposeOptions,
  ProposeResult,
  ScoredCandidate,
} from "./propose-types.ts";
import { askTests, gradableQuestions, planTests, readTests } from "./test-candidates.ts";

const DEFAULT_CANDIDATES = 12;
const DEFAULT_TOP = 3;
const DEFAULT_TEST_CALLS = 100;
const DEFAULT_SEED = 7;

/** Work that is planned and not begun. */
export interface ProposalWork {
  readonly planned: PlannedProposal;
  start(): Promise<ProposeResult>;
}

/**
 * New prompts for a run: asked of an LLM that is told what the log shows, taken from a file, or both; freed of
 * duplicates; estimated from their text by the trained chooser, before a single answer is paid for; the most promising
 * put to a live test against the fixed prompt. Stopped or killed, the same call goes on and repeats no answered call.
 * @throws UsageError where nothing has been trained, no candidate is asked for, or nothing can be tested
 * @throws LlmError where calls keep failing, or no reply can be read; and whatever `collect` throws
 */
export async function proposeRun(directory: string, options: ProposeOptions): Promise<ProposeResult> {
  return (await planProposals(directory, options)).start();
}

/** As {@link proposeRun}, up to the first call. */
export async function planProposals(directory: string, options: ProposeOptions): Promise<ProposalWork> {
  const { candidates = DEFAULT_CANDIDATES, top = DEFAULT_TOP, testCalls = DEFAULT_TEST_CALLS } = options;
  checkWhole("candidates", candidates, 0);
  checkWhole("top", top, 1);
  checkWhole("testCalls", testCalls, 0);
  if (candidates === 0 && options.promptsFile === undefined)
    throw new UsageError("There are no candidates: ask the LLM for some (--candidates), or give --prompts.");
  const { sampling, totalTokens } = options.settings;
  // Asked here too, so that nothing is paid for a test that cannot begin.
  checkCallOptions(options, testCalls === 0 || (sampling.maxTokens ?? totalTokens) !== undefined);
  const run = await openRunDirectory(directory);
  const { settings, llm, seed = DEFAULT_SEED } = options;
  const grader = await createGrader(options);
  const findings = await readFindings(directory, candidates, settings.questionPosition, seed);
  const handWritten = await readHandWritten(options.promptsFile, findings);
  const gradable = gradableQuestions(findings, grader);
  if (testCalls > 0 && gradable.length === 0)
    throw new UsageError(
      `No answer to the questions of ${directory} can be graded, since none has a golden answer. Leave the test out with --test-calls 0.`,
    );
  // Each stage reads the same journal, and would say the same of earlier sessions.
  const onWarning = warnOnce(options.onWarning);
  const asked = { ...options, ...(onWarning !== undefined && { onWarning }), gradable, seed, top, testCalls };
  const folder = answersFolder(run, "proposals", llm, settings, grader);
  const file = options.out ?? run.file("results/proposed-prompts.yaml");
  await checkOutputFile(file, run, [options.promptsFile]);
  const planned: PlannedProposal = {
    llm: llm.name,
    trainedOn: findings.trainedOn,
    scopes: findings.scopes.map(({ id, keywords, questions }) => ({ id, keywords, questions })),
    ...(await planWork(folder, findings, asked)),
  };
  return {
    planned,
    start: () => propose({ folder, file, findings, handWritten, options: asked }),
  };
}

/** Options with what they mean for this log. */
type Settled = ProposeOptions & {
  readonly top: number;
  readonly testCalls: number;
  /** Indices into the log's queries: those whose answers can be graded. */
  readonly gradable: readonly number[];
};

interface Work {
  readonly folder: string;
  readonly file: string;
  readonly findings: LogFindings;
  readonly handWritten: readonly Candidate[];
  readonly options: Settled;
}

async function propose({ folder, file, findings, handWritten, options }: Work): Promise<ProposeResult> {
  const asked = await askForPrompts(folder, findings, options, handWritten.length > 0);
  const proposed = (asked?.proposals ?? []).map(({ briefId, template }): Candidate => {
    const id = `proposed-${contentHash(template).slice(0, 8)}`;
    return { prompt: { id, template, split: "training" }, source: "llm", scopeId: briefId };
  });
  const { kept, rejected } = await distinctCandidates(
    [...handWritten, ...proposed],
    findings.prepared.log.prompts,
    findings.prepared.texts,
    options.settings,
  );
  const ranked = await rankByEstimate(findings, kept, options);
  const promising = ranked.slice(0, options.top);
  const { tests, summary } = await testLive(folder, findings, promising, options);
  const candidates = ranked.map((candidate, rank): ScoredCandidate => {
    const test = tests[rank] ?? null;
    const isWritten = rank < promising.length && !(test !== null && test.ci95[1] < 0);
    return { ...toResult(candidate, findings), test, isWritten };
  });
  const written = candidates.filter(({ isWritten }) => isWritten);
  if (written.length > 0)
    await writePromptsFile(
      file,
      written.map((each) => ({ id: each.id, template: each.template, comment: describeCandidate(each) })),
    );
  return {
    llm: options.llm.name,
    fixedPromptId: findFixedPrompt(findings).id,
    candidates,
    rejected,
    unreadableReplies: asked?.unreadable.length ?? 0,
    file: written.length > 0 ? file : null,
    answers: folder,
    ...spent(asked, summary),
  };
}

interface RankedCandidate extends DistinctCandidate {
  readonly estimatedSuccess: number;
  readonly estimatedGain: number;
}

/** Mean estimate over the questions of each candidate's scope, the largest gain over the fixed prompt first. */
async function rankByEstimate(
  findings: LogFindings,
  kept: readonly DistinctCandidate[],
  { signal }: ProposeOptions,
): Promise<RankedCandidate[]> {
  if (kept.length === 0) return [];
  const { policy, prepared, scopes } = findings;
  const queries = scopes[0]!.queries;
  const rowOf = new Map(queries.map((query, row) => [query, row]));
  const columns = [findFixedPrompt(findings), ...kept.map(({ prompt }) => prompt)];
  const { scores } = await scoreQuestions(
    policy,
    questionsAt(prepared, Int32Array.from(queries)),
    columns,
    signal === undefined ? {} : { signal },
  );
  const computeMean = (members: readonly number[], column: number): number =>
    members.reduce((sum, query) => sum + scores[rowOf.get(query)! * columns.length + column]!, 0) /
    members.length;
  return kept
    .map((candidate, index): RankedCandidate => {
      const members = scopes.find(({ id }) => id === candidate.scopeId)!.queries;
      const estimatedSuccess = computeMean(members, index + 1);
      return { ...candidate, estimatedSuccess, estimatedGain: estimatedSuccess - computeMean(members, 0) };
    })
    .sort((one, other) => other.estimatedGain - one.estimatedGain);
}

async function testLive(
  folder: string,
  findings: LogFindings,
  promising: readonly RankedCandidate[],
  options: Settled,
): Promise<{ tests: (CandidateTest | null)[]; summary: CollectSummary | null }> {
  const planned = planTests(findings, options.gradable, promising, options);
  if (planned.pairs.length === 0) return { tests: [], summary: null };
  const summary = await askTests(folder, findings, planned, options);
  return { tests: await readTests(folder, findings, planned), summary };
}

function toResult(
  candidate: RankedCandidate,
  { scopes }: LogFindings,
): Omit<ScoredCandidate, "test" | "isWritten"> {
  const { prompt, source, scopeId, estimatedSuccess, estimatedGain, nearestPromptId, similarity } = candidate;
  const { id, keywords, questions } = scopes.find((scope) => scope.id === scopeId)!;
  return {
    id: prompt.id,
    template: prompt.template,
    source,
    scope: { id, keywords, questions },
    estimatedSuccess,
    estimatedGain,
    nearestPromptId,
    similarity,
  };
}

/** Both kinds of calls have one journal, so the later summary has the costs of both. */
function spent(
  asked: ProposedPrompts | null,
  tested: CollectSummary | null,
): Pick<ProposeResult, "ended" | "cost" | "possibleCost"> {
  const last = tested ?? asked?.summary;
  const isCut = asked?.summary.ended === "max-cost" || tested?.ended === "max-cost";
  return {
    ended: isCut ? "max-cost" : "complete",
    ...(last?.cost !== undefined && { cost: last.cost }),
    ...(last?.possibleCost !== undefined && { possibleCost: last.possibleCost }),
  };
}

async function readHandWritten(file: string | undefined, { prepared }: LogFindings): Promise<Candidate[]> {
  if (file === undefined) return [];
  const known = new Map(prepared.log.prompts.map(({ id, template }) => [id, template]));
  return (await readPromptsFile(file)).map((prompt): Candidate => {
    const template = known.get(prompt.id);
    if (template !== undefined && template !== prompt.template)
      throw new UsageError(
        `The prompt "${prompt.id}" of ${file} has the id of another prompt of the log. Give it an id of its own.`,
      );
    return { prompt: { ...prompt, split: "training" }, source: "file", scopeId: "all" };
  });
}

/** Asking for prompts is known; the test is taken to be of candidates as long as the fixed prompt, on all questions. */
async function planWork(
  folder: string,
  findings: LogFindings,
  options: Settled,
): Promise<Pick<PlannedProposal, "proposalCalls" | "proposalCallsAnswered" | "testCalls" | "estimate">> {
  const { price, settings, top } = options;
  const { calls, answered, estimate } = await planProposalCalls(folder, findings.briefs, {
    price,
    retryFailed: options.retryFailed ?? false,
    skipUncertain: options.skipUncertain ?? false,
  });
  const asking = { proposalCalls: calls, proposalCallsAnswered: answered };
  const { template } = findFixedPrompt(findings);
  const stands = Array.from({ length: top }, (_, index) => ({
    prompt: { id: `(candidate ${index + 1})`, template, split: "training" as const },
    scopeId: "all",
  }));
  const { pairs, prompts } = planTests(findings, options.gradable, stands, options);
  if (pairs.length === 0) return { ...asking, testCalls: 0, estimate };
  const tested = new Set(pairs.map(({ queryId }) => queryId));
  const queries = findings.prepared.log.queries.filter(({ id }) => tested.has(id));
  const plan = new SelectedCalls(new CollectPlan(queries, prompts, 1, settings), pairs);
  const testing = estimateCalls(plan, price, settings.sampling.maxTokens ?? settings.totalTokens);
  return { ...asking, testCalls: pairs.length, estimate: addEstimates(estimate, testing) };
}

function findFixedPrompt({ policy }: LogFindings): Prompt {
  return policy.prompts[policy.fixedColumn]!;
}

function checkWhole(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new UsageError(`${name} is ${value}, expected a whole number ≥ ${least}.`);
}

import type { Grader } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import { meanInterval } from "../../evaluate/index.ts";
import { type CollectSummary, collect, type QuestionPromptPair } from "../../llm/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import { seededRandom, shuffledIndices } from "../../util/index.ts";
import { pairKey, readRewards } from "../answers-folder.ts";
import { chooseTests, type TestedCandidate } from "./choose-tests.ts";
import type { DistinctCandidate } from "./distinct-candidates.ts";
import type { LogFindings } from "./log-findings.ts";
import type { CandidateTest, ProposeOptions } from "./propose-types.ts";

/** The live test of some candidates, ready to be made. */
export interface PlannedTests {
  readonly prompts: readonly Prompt[];
  readonly pairs: readonly QuestionPromptPair[];
  /** By candidate: ids of its questions. */
  readonly questions: readonly (readonly string[])[];
}

/**
 * Chooses by chance the questions that candidates are tested on: of their own scope, with a golden answer, and not
 * shown to whoever wrote them.
 * @param gradable indices into the log's queries
 */
export function planTests(
  { prepared, policy, scopes, shown }: LogFindings,
  gradable: readonly number[],
  candidates: readonly Pick<DistinctCandidate, "prompt" | "scopeId">[],
  { testCalls = 100, limit = Number.POSITIVE_INFINITY, seed = 7 }: ProposeOptions,
): PlannedTests {
  const { queries } = prepared.log;
  const fit = new Set(gradable.filter((query) => query < limit && !shown.has(query)));
  const order = [...shuffledIndices(queries.length, seededRandom(seed))].filter((query) => fit.has(query));
  const tested = candidates.map(({ prompt, scopeId }): TestedCandidate => {
    const members = new Set(scopes.find(({ id }) => id === scopeId)!.queries);
    return {
      promptId: prompt.id,
      questions: order.filter((query) => members.has(query)).map((query) => queries[query]!.id),
    };
  });
  const fixed = policy.prompts[policy.fixedColumn]!;
  return {
    prompts: [fixed, ...candidates.map(({ prompt }) => prompt)],
    ...chooseTests(tested, fixed.id, testCalls),
  };
}

/** Makes the calls of the tests; answers land in the folder, a growing run. */
export function askTests(
  folder: string,
  { prepared }: LogFindings,
  { prompts, pairs }: PlannedTests,
  options: ProposeOptions,
): Promise<CollectSummary> {
  const asked = new Set(pairs.map(({ queryId }) => queryId));
  return collect({
    ...options,
    run: folder,
    queries: prepared.log.queries.filter(({ id }) => asked.has(id)),
    prompts,
    pairs,
  });
}

/** What the answers say of each candidate; null for one without a single question answered under both prompts. */
export async function readTests(
  folder: string,
  { prepared, policy }: LogFindings,
  { prompts, questions }: PlannedTests,
): Promise<(CandidateTest | null)[]> {
  const rewards = await readRewards(folder);
  const fixedId = policy.prompts[policy.fixedColumn]!.id;
  const groupOf = new Map(prepared.log.queries.map(({ id }, query) => [id, prepared.groups[query]!]));
  return questions.map((ids, index) => {
    const promptId = prompts[index + 1]!.id;
    const answered = ids.filter(
      (id) => rewards.has(pairKey(id, promptId)) && rewards.has(pairKey(id, fixedId)),
    );
    if (answered.length === 0) return null;
    const own = answered.map((id) => rewards.get(pairKey(id, promptId))!);
    const fixed = answered.map((id) => rewards.get(pairKey(id, fixedId))!);
    const estimate = meanInterval(
      { values: Float64Array.from(own, (reward, row) => reward - fixed[row]!), bounds: [-1, 1] },
      new Float64Array(answered.length).fill(1),
      Int32Array.from(answered, (id) => groupOf.get(id)!),
      { seed: policy.settings.seed },
    )!;
    return {
      questions: answered.length,
      success: computeMean(own),
      fixedSuccess: computeMean(fixed),
      difference: estimate.mean,
      ci95: estimate.interval,
    };
  });
}

/** Indices of the log's queries whose answers can be graded. */
export function gradableQuestions({ prepared }: LogFindings, grader: Grader): number[] {
  const isGradable = (query: Query): boolean => {
    try {
      grader.check(query);
      return true;
    } catch (error) {
      if (error instanceof DataError) return false;
      throw error;
    }
  };
  return [...prepared.log.queries.keys()].filter((index) => isGradable(prepared.log.queries[index]!));
}

function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

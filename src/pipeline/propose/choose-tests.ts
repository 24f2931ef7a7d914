import type { QuestionPromptPair } from "../../llm/index.ts";

/** A candidate to be tested, and the questions that are fit for it. */
export interface TestedCandidate {
  readonly promptId: string;
  /** Ids of questions, in the order in which they are taken. */
  readonly questions: readonly string[];
}

/** Which pairs are asked, and which questions each candidate shares with the fixed prompt. */
export interface ChosenTests {
  /** In order of asking: the fixed prompt's call before the candidates' on the same question. */
  readonly pairs: readonly QuestionPromptPair[];
  /** By candidate, in the order given: ids of the questions it is tested on. */
  readonly questions: readonly (readonly string[])[];
}

/**
 * Gives every candidate its next question in turn until the calls are used up. Candidates that take the same question
 * share the fixed prompt's call.
 * @param calls most calls, ≥ 0
 */
export function chooseTests(
  candidates: readonly TestedCandidate[],
  fixedPromptId: string,
  calls: number,
): ChosenTests {
  const pairs: QuestionPromptPair[] = [];
  const questions = candidates.map((): string[] => []);
  const askedWithFixed = new Set<string>();
  const next = candidates.map(() => 0);
  for (let moved = true; moved; ) {
    moved = false;
    for (const [index, candidate] of candidates.entries()) {
      const queryId = candidate.questions[next[index]!];
      if (queryId === undefined) continue;
      const price = askedWithFixed.has(queryId) ? 1 : 2;
      if (pairs.length + price > calls) continue;
      if (price === 2) pairs.push({ queryId, promptId: fixedPromptId });
      askedWithFixed.add(queryId);
      pairs.push({ queryId, promptId: candidate.promptId });
      questions[index]!.push(queryId);
      next[index]!++;
      moved = true;
    }
  }
  return { pairs, questions };
}

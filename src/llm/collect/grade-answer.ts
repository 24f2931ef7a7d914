import type { AnswerMatcher } from "../../data/index.ts";
import type { Interaction, Query } from "../../types/index.ts";

/** An interaction without its question and reward. */
export type UngradedAnswer = Omit<Interaction, "queryId" | "reward"> & { readonly answer: string };

/** Compares an answer with the golden one: a line of `interactions.jsonl`. */
export function gradeAnswer(query: Query, ungraded: UngradedAnswer, matcher: AnswerMatcher): Interaction {
  return { queryId: query.id, ...ungraded, reward: matcher(ungraded.answer, query.answer ?? "") ? 1 : 0 };
}

import type { AnswerToJudge } from "./answers-to-judge.ts";
import { type JudgeInstructions, judgeMessages } from "./judge-messages.ts";
import type { Judgement } from "./judgement-plan.ts";

/** One judgement for each answer. */
export function singleJudgements(
  instructions: JudgeInstructions,
  answers: readonly AnswerToJudge[],
): Judgement[] {
  return answers.map(({ entry, query }) => ({
    name: { queryId: entry.queryId, promptId: entry.promptId, repetition: entry.repetition },
    messages: () => judgeMessages(instructions, query.text, [entry.answer]),
  }));
}

import type { ChatEndpointRequest, ScriptedAnswer } from "./scripted-chat-endpoint.ts";

/** What a judge was asked about: `How much is 3 + 4?` and one answer or two. */
export interface AskedJudgement {
  readonly sum: number;
  /** Numbers that the answers end in. */
  readonly answers: readonly number[];
}

/** What stands between the markers of a judge's or critic's message; undefined for any other message. */
export function askedJudgement({ messages }: ChatEndpointRequest): AskedJudgement | undefined {
  const text = messages.at(-1)!.content;
  const question = /<question-[^>]*>\n.*?(\d+) \+ (\d+)/s.exec(text);
  if (question === null) return undefined;
  const answers = [...text.matchAll(/<(answer-[^>]*)>\n(.*?)\n<\/\1>/gs)].map(([, , answer]) =>
    Number(/(\d+)\D*$/.exec(answer!)?.[1]),
  );
  return { sum: Number(question[1]) + Number(question[2]), answers };
}

/** A judge that is right with every judgement but those that `errs` picks. */
export function scriptedJudge(
  errs: (asked: AskedJudgement, request: ChatEndpointRequest) => boolean = () => false,
): (request: ChatEndpointRequest) => ScriptedAnswer {
  return (request) => {
    const asked = askedJudgement(request);
    if (asked === undefined) throw new Error("the judge was asked something else");
    const text = judgeScripted(asked, errs(asked, request), request.messages.at(-1)!.content);
    return { text: `Because it is so.\n${text}`, inputTokens: 100, outputTokens: 10 };
  };
}

function judgeScripted({ sum, answers }: AskedJudgement, isWrong: boolean, message: string): string {
  const right = answers.map((answer) => (answer === sum) !== isWrong);
  if (message.includes("WINNER:"))
    return `WINNER: ${right[0] === right[1] ? "tie" : right[0] === true ? "A" : "B"}`;
  return message.includes("SCORE:") ? `SCORE: ${right[0] ? 9 : 2}` : `VERDICT: ${right[0] ? "yes" : "no"}`;
}

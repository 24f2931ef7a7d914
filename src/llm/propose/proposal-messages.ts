import type { ChatMessage } from "../chat-model.ts";
import type { ProposalBrief, ShownFailure } from "./proposal-brief.ts";

/** Longest texts shown, in characters, so that a request stays some thousand tokens whatever the log holds. */
const LONGEST_QUESTION = 300;
const LONGEST_ANSWER = 200;
const LONGEST_TEMPLATE = 600;
const MAX_TRIED = 8;
const FORM = "<prompt>text of the prompt</prompt>";

/** The request: what was tried, on which questions, what went wrong, and the strict form of the reply. */
export function proposalMessages(brief: ProposalBrief): ChatMessage[] {
  const { keywords, examples, tried, failures, count, questionPosition } = brief;
  const where = questionPosition === "before" ? "after" : "before";
  const kind = keywords.length === 0 ? "" : ` They have in common: ${keywords.join(", ")}.`;
  const parts = [
    `A language model is asked questions. A prompt, a short instruction, is put ${where} each question and decides how well it answers. Your task is to write better prompts.`,
    `These are some of the questions.${kind}\n${examples.map((text) => `- ${shorten(text, LONGEST_QUESTION)}`).join("\n")}`,
    `These prompts were tried on such questions, with the share of right answers:\n${tried
      .slice(0, MAX_TRIED)
      .map(
        ({ template, success }) =>
          `- ${(100 * success).toFixed(0)} %: ${JSON.stringify(shorten(template, LONGEST_TEMPLATE))}`,
      )
      .join("\n")}`,
  ];
  if (failures.length > 0)
    parts.push(
      `These questions went wrong with the best of them:\n${failures.map(describeFailure).join("\n")}`,
    );
  parts.push(
    `Write ${count === 1 ? "one new prompt" : `${count} new prompts`} that may get more of such questions right. Each must be an instruction that fits any question of this kind, differ from those above and from each other, and hold no question and no answer. Write {{query}} where the question should stand, or nothing to have it stand ${questionPosition} the prompt.`,
    `Reply with nothing but the prompts, each in this form:\n${FORM}`,
  );
  return [{ role: "user", content: parts.join("\n\n") }];
}

/** What follows a reply that cannot be read: the reply, and what was wrong with it. */
export function correctionMessages(reply: string): ChatMessage[] {
  return [
    { role: "assistant", content: shorten(reply, LONGEST_TEMPLATE) },
    {
      role: "user",
      content: `No prompt can be found in this. Write the prompts again, each in this form and nothing else:\n${FORM}`,
    },
  ];
}

/** Most tokens of a reply: room for so many prompts and a few words around them. */
export function proposalTokens({ count }: ProposalBrief): number {
  return 200 + 200 * count;
}

function describeFailure({ question, template, expected, answer }: ShownFailure): string {
  const lines = [`- Question: ${shorten(question, LONGEST_QUESTION)}`];
  lines.push(`  Prompt: ${JSON.stringify(shorten(template, LONGEST_TEMPLATE))}`);
  if (expected !== undefined) lines.push(`  Right answer: ${shorten(expected, LONGEST_ANSWER)}`);
  if (answer !== undefined) lines.push(`  The model's answer: ${shorten(answer, LONGEST_ANSWER)}`);
  return lines.join("\n");
}

/** On one line; a long text keeps its beginning and its end, where answers stand. */
function shorten(text: string, longest: number): string {
  const line = Array.from(text.replaceAll(/\s+/g, " ").trim());
  if (line.length <= longest) return line.join("");
  const half = Math.floor((longest - 3) / 2);
  return `${line.slice(0, half).join("")} … ${line.slice(-half).join("")}`;
}

import { LlmError } from "../../errors.ts";
import type { CallsSummary } from "../../llm/index.ts";
import type { JudgeCheck } from "./judge-types.ts";
import type { Judging } from "./prepare-judging.ts";

const EXAMPLE_END = 100;
const UNREADABLE_ADVICE =
  "Most often replies are cut off (raise --max-tokens), or the judge is too weak for the form it is asked for (choose a stronger one, or another --mode); then name another --out too.";

/**
 * Why a judge is not gone on with after its check, and what helps.
 * @param calls of the check
 * @param examples ends of replies that could not be read
 */
export function notTrusted(
  check: JudgeCheck,
  judging: Judging,
  calls: CallsSummary,
  llm: string,
  examples: readonly string[],
): LlmError {
  const { agreement, minKappa, unreadable, replies } = check;
  if (agreement === null)
    return new LlmError(
      `Nothing says whether "${llm}" judges well: ${whyUnchecked(check, judging, calls, examples)}`,
      false,
      { unreadable, replies },
    );
  const { kappa, kappaCi95, accuracy, units } = agreement;
  const interval = kappaCi95 === null ? "" : ` [${kappaCi95[0].toFixed(2)}, ${kappaCi95[1].toFixed(2)}]`;
  const lost = unreadable === 0 ? "" : ` ${unreadable} of its ${replies} replies could not be read.`;
  return new LlmError(
    `"${llm}" agrees with ${(accuracy * 100).toFixed(1)} % of ${units} known labels, kappa ${kappa?.toFixed(2) ?? "undefined: all say the same"}${interval}; trusted is a judge whose interval begins at ${minKappa} or above.${lost} Nothing was labeled. Choose a stronger judge or another rubric, ask for less (--min-kappa), or label all the same (--trust-anyway).`,
    false,
    { kappa, accuracy, units, unreadable, replies, minKappa },
  );
}

/** Of a judge whose verdicts cannot be compared with any known label. */
function whyUnchecked(
  { unreadable, replies }: JudgeCheck,
  { check, mode }: Judging,
  { ended, calls }: CallsSummary,
  examples: readonly string[],
): string {
  if (check.length === 0)
    return mode === "pairwise"
      ? "there are no two answers to one question of which one is known to be right and one to be wrong. Nothing was labeled. Give more questions golden answers and name a --matcher, or label all the same (--trust-anyway)."
      : "no answer has a known label. Nothing was labeled. Give some questions golden answers and name a --matcher, or label all the same (--trust-anyway).";
  if (unreadable > 0) {
    const how =
      unreadable === replies
        ? `not one of its ${replies} replies about answers with known labels could be read`
        : `${unreadable} of its ${replies} replies about answers with known labels could not be read, and the others are too few to compare`;
    return `${how}.${quoted(examples)} ${UNREADABLE_ADVICE} Nothing was labeled.`;
  }
  return `${whyMissing(ended, calls)}. Nothing was labeled.`;
}

/**
 * Why a judge that was gone on with labels nothing.
 * @param calls of all judgements
 * @param examples ends of replies that could not be read
 */
export function nothingLabeled(
  { ended, calls }: CallsSummary,
  llm: string,
  examples: readonly string[],
): LlmError {
  const replies = calls.answeredBefore + calls.answered;
  const why =
    replies === 0
      ? `${whyMissing(ended, calls)}.`
      : `of its ${replies} replies none could be used for a label.${quoted(examples)} ${ended === "max-cost" ? "--max-cost ended the work early: raise it. " : ""}${UNREADABLE_ADVICE}`;
  return new LlmError(
    `No answer got a label from "${llm}", so no run was made: ${why} What it said is kept.`,
    false,
    { replies, remaining: calls.remaining, failed: calls.failed },
  );
}

/** Why there are no replies. */
function whyMissing(ended: CallsSummary["ended"], calls: CallsSummary["calls"]): string {
  if (calls.planned === 0) return "no question has two answers to compare";
  if (ended === "max-cost")
    return `--max-cost ended the work with ${calls.remaining} of ${calls.planned} calls to be made. Raise it; the same command goes on`;
  const parts = [
    ...(calls.failed > 0 ? [`${calls.failed} calls were given up (--retry-failed sends them again)`] : []),
    ...(calls.held > 0 ? [`${calls.held} calls are held (leave out --skip-uncertain to send them)`] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : "too few of its replies can be used";
}

function quoted(examples: readonly string[]): string {
  return examples.length === 0
    ? ""
    : ` They end like this: ${examples.map((reply) => JSON.stringify(reply.slice(-EXAMPLE_END))).join(", ")}.`;
}

import type { LogExamination } from "../../pipeline/index.ts";

/** One page on a log. */
export function describeExamination(examination: LogExamination): string {
  const { questions, prompts, answers, llm, task, warnings } = examination;
  const rows: [string, string][] = [
    ["log", `${task}: ${answers} answers of ${llm} to ${questions} questions, under ${prompts} prompts`],
    ["right", balance(examination)],
    ["coverage", coverage(examination)],
    ["repeats", repeats(examination)],
    ["alike", alike(examination)],
    ["never best", neverBest(examination)],
    ...(examination.leak === null ? [] : [["split", leak(examination.leak)] as [string, string]]),
    ["over time", drift(examination)],
    ["log next", next(examination)],
  ];
  return [
    ...rows.map(([name, text]) => `${name.padEnd(11)} ${text}`),
    "",
    ...(warnings.length === 0
      ? ["Nothing stands out."]
      : ["What stands out:", ...warnings.map((warning) => `- ${warning}`)]),
  ].join("\n");
}

function balance({
  balance: { right, best, worst, compared, alwaysRight, neverRight },
}: LogExamination): string {
  const same =
    compared === 0
      ? ""
      : `; of ${compared} questions tried with several prompts, all were right on ${alwaysRight} and none on ${neverRight}`;
  return `${percent(right)} of the answers; best prompt "${best.prompt}" ${percent(best.right)}, worst "${worst.prompt}" ${percent(worst.right)}${same}`;
}

function coverage({ questions, prompts, coverage: found }: LogExamination): string {
  const { tried, questionsWithAllPrompts, questionsWithOnePrompt, leastShared } = found;
  if (prompts === 1) return "one prompt";
  const least =
    leastShared === null || leastShared.questions === questions
      ? ""
      : `; "${leastShared.prompts[0]}" and "${leastShared.prompts[1]}" share the fewest questions: ${leastShared.questions}`;
  return `${percent(tried)} of the pairs were tried: all prompts on ${questionsWithAllPrompts} of ${questions} questions, one alone on ${questionsWithOnePrompt}${least}`;
}

function repeats({ repeats: { pairs, disagreeing } }: LogExamination): string {
  return pairs === 0
    ? "none, so that luck of a single answer cannot be told from skill"
    : `${pairs} questions asked again under one prompt; labels differ in ${percent(disagreeing)} of them`;
}

function alike({ duplicates: { questions, questionsButForNumbers, prompts } }: LogExamination): string {
  const [first] = prompts;
  const alikePrompts =
    first === undefined
      ? "no two prompts"
      : `${prompts.length} pairs of prompts, first "${first.prompts[0]}" and "${first.prompts[1]}"`;
  return `${questions} questions are the same but for case and white space, ${questionsButForNumbers} but for numbers; ${alikePrompts}`;
}

function neverBest({ neverBest: found }: LogExamination): string {
  if (found.length === 0) return "no prompt";
  const shown = found
    .slice(0, 4)
    .map(
      ({ prompt, questions, atMost }) =>
        `"${prompt}" on ${questions} questions (at most ${percent(atMost)} of all)`,
    );
  return `${shown.join(", ")}${found.length > shown.length ? ` and ${found.length - shown.length} more` : ""}: choosing by question gains nothing by these`;
}

function leak({ testQuestions, leaked }: NonNullable<LogExamination["leak"]>): string {
  return `${leaked} of ${testQuestions} test questions stand in the training part too`;
}

function drift({ drift: found }: LogExamination): string {
  if (found === null) return "too few answers a prompt to compare the two halves of the file";
  const { change, standardError } = found;
  return `the second half of the file is ${signed(change)} ± ${(196 * standardError).toFixed(1)} points better than the first, prompt by prompt`;
}

function next({ next: { closest, rarelyTried, missingAnswers } }: LogExamination): string {
  const parts: string[] = [];
  if (closest !== null) {
    const { best, second, difference, standardError, questionsNeeded } = closest;
    const decided =
      questionsNeeded === 0
        ? "that is decided"
        : questionsNeeded === null
          ? "no number of questions would decide that"
          : `about ${questionsNeeded} more questions answered with both would decide it`;
    parts.push(
      `"${best}" is ${signed(difference)} ± ${(196 * standardError).toFixed(1)} points above "${second}": ${decided}`,
    );
  }
  if (rarelyTried.length > 0)
    parts.push(
      `seldom tried: ${rarelyTried
        .slice(0, 4)
        .map(({ prompt, questions }) => `"${prompt}" (${questions} questions)`)
        .join(", ")}`,
    );
  parts.push(
    missingAnswers === 0 ? "no pair is missing" : `${missingAnswers} answers would complete the grid`,
  );
  return parts.join("; ");
}

function signed(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${Math.abs(100 * difference).toFixed(1)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import type { LogExamination } from "./doctor-types.ts";

const FEW_QUESTIONS = 50;
const RARE = 0.03;
const NOISY = 0.1;
const SIGNIFICANT = 3;

/** What stands out of an examination, the gravest first. */
export function collectWarnings(examination: Omit<LogExamination, "warnings">): string[] {
  const { questions, prompts, coverage, repeats, duplicates, leak, balance, drift } = examination;
  const warnings: string[] = [];
  if (prompts < 2) warnings.push("There is one prompt, so there is nothing to choose between.");
  if (questions < FEW_QUESTIONS)
    warnings.push(`There are ${questions} questions; below ${FEW_QUESTIONS} hardly anything can be told.`);
  if (coverage.leastShared?.questions === 0 && coverage.questionsWithOnePrompt < questions)
    warnings.push(
      `"${coverage.leastShared.prompts.join('" and "')}" share no question, so they are compared by way of others only.`,
    );
  if (prompts > 1 && coverage.questionsWithOnePrompt === questions)
    warnings.push(
      "Every question was asked with one prompt; that tells prompts apart only where the prompt was drawn at random.",
    );
  if (leak !== null && leak.leaked > 0)
    warnings.push(
      `${leak.leaked} of the ${leak.testQuestions} test questions stand in the training part too; figures of the given split are too good.`,
    );
  if (balance.right < RARE || balance.right > 1 - RARE)
    warnings.push(
      `${percent(balance.right)} of the answers are right, so few tell prompts apart. Are labels the right way round, and the questions hard enough?`,
    );
  if (repeats.pairs > 0 && repeats.disagreeing > NOISY)
    warnings.push(
      `${percent(repeats.disagreeing)} of the repeated questions got different labels under one prompt: repeats are worth their cost, or the grader is noisy.`,
    );
  if (drift !== null && Math.abs(drift.change) > SIGNIFICANT * drift.standardError && drift.change !== 0)
    warnings.push(
      `Success of the same prompts ${drift.change > 0 ? "rises" : "falls"} by ${points(Math.abs(drift.change))} from the first half of the file to the second: did the LLM, the questions or the grading change?`,
    );
  for (const {
    prompts: [one, other],
    similarity,
  } of duplicates.prompts.slice(0, 3))
    warnings.push(`The prompts "${one}" and "${other}" are the same to ${percent(similarity)}.`);
  return warnings;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(difference: number): string {
  return `${(100 * difference).toFixed(1)} points`;
}

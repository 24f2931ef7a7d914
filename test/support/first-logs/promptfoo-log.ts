import { BRIEF, hexHash, type PlantedAnswer, plantAnswers, STEPS, uuid } from "./planted-answers.ts";

/** `promptfoo eval -o results.json`: two prompts, one provider, one failed call; without the indentation. */
export function promptfooLog(questions: number = 36, seed: number = 1): string {
  const prompts = [STEPS, BRIEF];
  const answers = plantAnswers({ questions, seed, prompts });
  const passed = answers.filter(({ isRight }) => isRight).length;
  return JSON.stringify({
    evalId: "eval-Jx4-2026-01-05T10:00:00",
    results: {
      version: 3,
      timestamp: "2026-01-05T10:00:00.000Z",
      prompts: prompts.map(({ template }) => ({
        raw: `${template}\n{{question}}`,
        label: `${template}\n{{question}}`,
        id: hexHash(template),
        provider: "openai:gpt-4o-mini",
        metrics: { score: passed / 2, testPassCount: passed / 2, testErrorCount: 0 },
      })),
      results: answers.map(resultRow),
      stats: { successes: passed, failures: answers.length - passed, errors: 1 },
    },
    config: { description: "everyday questions", providers: ["openai:gpt-4o-mini"] },
    shareableUrl: null,
    metadata: { promptfooVersion: "0.123.0", nodeVersion: "v24.1.0" },
  });
}

function resultRow(planted: PlantedAnswer): object {
  const { row, question, golden, prompt, promptIndex, answer, isRight } = planted;
  // The provider did not answer one question: no wrong answer.
  const isError = row === 17 && promptIndex === 0;
  const label = `${prompt.template}\n{{question}}`;
  const score = !isError && isRight ? 1 : 0;
  return {
    cost: isError ? 0 : 0.00002,
    ...(isError
      ? { error: "API error: 429 Too Many Requests" }
      : {
          gradingResult: {
            ...{ pass: isRight, score },
            reason: isRight ? "All assertions passed" : `Expected output to contain "${golden}"`,
            componentResults: [{ pass: isRight, score, assertion: { type: "icontains", value: golden } }],
          },
        }),
    id: uuid(`${row} ${promptIndex}`),
    latencyMs: 400 + 7 * row + promptIndex,
    namedScores: {},
    prompt: { raw: `${prompt.template}\n${question}`, label },
    promptId: hexHash(prompt.template),
    promptIdx: promptIndex,
    provider: { id: "openai:gpt-4o-mini", label: "" },
    response: isError ? {} : { output: answer },
    score,
    success: score === 1,
    testCase: { vars: { question }, assert: [{ type: "icontains", value: golden }] },
    testIdx: row,
    vars: { question },
    failureReason: isError ? 2 : 1 - score,
  };
}

/** The same file where the disk was full: it ends in the middle of a result. */
export function brokenPromptfooLog(): string {
  const whole = promptfooLog(20, 9);
  return whole.slice(0, Math.floor(whole.length * 0.6));
}

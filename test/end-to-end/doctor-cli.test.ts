import { expect, test } from "vitest";
import type { LogExamination } from "../../src/pipeline/index.ts";
import { callCli } from "../support/captured-cli.ts";
import { caseFile, rows } from "../support/imported-case.ts";

async function examine(lines: readonly object[], flags: readonly string[] = []): Promise<LogExamination> {
  const { exitCode, stdout, stderr } = await callCli([
    "doctor",
    await caseFile("log.jsonl", lines),
    ...flags,
    "--json",
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const WORDS = [
  "alder",
  "bakery",
  "canal",
  "depot",
  "embassy",
  "ferry",
  "garage",
  "harbour",
  "island",
  "jetty",
];
/** A hundred questions that are nowhere alike. */
const question = (row: number): string =>
  `What stands between ${WORDS[row % 10]} and ${WORDS[Math.floor(row / 10)]}?`;

/** Prompt "good" is right on even questions, "odd" on odd ones, "weak" nowhere that another is not; in 100 questions. */
const LOG = rows(100, (row) => [
  { question: question(row), prompt: "good", reward: row % 2 === 0 || row % 5 === 0 ? 1 : 0 },
  { question: question(row), prompt: "odd", reward: row % 2 },
  ...(row < 40
    ? [{ question: question(row), prompt: "weak", reward: row % 2 === 0 && row % 4 === 0 ? 1 : 0 }]
    : []),
]);

test("coverage, balance, prompts that are best nowhere, and what to log next, as planted", async () => {
  const found = await examine(LOG);
  expect(found).toMatchObject({ questions: 100, prompts: 3, answers: 240, leak: null, warnings: [] });
  expect(found.coverage).toEqual({
    tried: 240 / 300,
    questionsWithOnePrompt: 0,
    questionsWithAllPrompts: 40,
    leastShared: { prompts: ["good", "weak"], questions: 40 },
  });
  expect(found.balance).toMatchObject({
    right: 120 / 240,
    best: { prompt: "good", right: 0.6 },
    worst: { prompt: "weak", right: 0.25 },
    compared: 100,
    alwaysRight: 6,
    neverRight: 0,
  });
  expect(found.neverBest).toEqual([{ prompt: "weak", questions: 40, atMost: 3 / 40 }]);
  expect(found.next.rarelyTried).toEqual([{ prompt: "weak", questions: 40 }]);
  expect(found.next.missingAnswers).toBe(60);
  // Differences of good and odd: +1 on 50 questions, 0 on 10, -1 on 40; mean .1, variance .8990.
  expect(found.next.closest).toMatchObject({ best: "good", second: "odd", questions: 100 });
  expect(found.next.closest!.difference).toBeCloseTo(0.1);
  expect(found.next.closest!.questionsNeeded).toBe(Math.ceil(1.96 ** 2 * (89 / 99) * 100) - 100);
});

test("noise of labels, near-duplicates, a leak, drift", async () => {
  const lines = rows(60, (row) => [
    {
      question: question(row),
      prompt: "p",
      template: "Think step by step.",
      reward: row < 30 ? 1 : 0,
      split: row < 40 ? "train" : "test",
    },
    {
      question: question(row),
      prompt: "q",
      template: "Think step by step!",
      reward: row < 30 ? 1 : 0,
      split: row < 40 ? "train" : "test",
    },
    ...(row % 6 === 0
      ? [
          {
            question: question(row),
            prompt: "p",
            template: "Think step by step.",
            reward: 1,
            split: row < 40 ? "train" : "test",
          },
        ]
      : []),
  ]);
  const found = await examine([
    ...lines,
    {
      question: question(3).toUpperCase(),
      prompt: "p",
      template: "Think step by step.",
      reward: 1,
      split: "test",
    },
  ]);
  expect(found.repeats).toEqual({ pairs: 10, disagreeing: 0.5 });
  expect(found.leak).toEqual({ testQuestions: 21, leaked: 1 });
  expect(found.duplicates.questions).toBe(2);
  expect(found.duplicates.prompts).toMatchObject([{ prompts: ["p", "q"] }]);
  expect(found.drift!.change).toBeLessThan(-0.8);
  expect(found.warnings.join("\n")).toMatch(
    /1 of the 21 test questions[\s\S]*50\.0 %.*different labels[\s\S]*falls by[\s\S]*"p" and "q" are the same to 94\.7 %/,
  );
});

test("traffic with one prompt a question, one prompt alone, and labels that are all right", async () => {
  const traffic = await examine(
    rows(80, (row) => [{ question: question(row), prompt: row % 2 === 0 ? "a" : "b", reward: 1 }]),
  );
  expect(traffic.coverage).toMatchObject({ questionsWithOnePrompt: 80, leastShared: { questions: 0 } });
  expect(traffic.next.closest).toBeNull();
  expect(traffic.warnings.join("\n")).toMatch(
    /asked with one prompt[\s\S]*100\.0 % of the answers are right/,
  );
  const alone = await examine(rows(20, (row) => [{ question: question(row), prompt: "a", reward: row % 2 }]));
  expect(alone.warnings.join("\n")).toMatch(/one prompt, so there is nothing to choose[\s\S]*20 questions/);
});

test("on a terminal it is one page: what was taken for what, then the findings", async () => {
  const { exitCode, stdout } = await callCli(["doctor", await caseFile("log.jsonl", LOG)]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^Read as a table[\s\S]*never best +"weak" on 40 questions[\s\S]*Nothing stands out\.\n$/,
  );
  expect(stdout.split("\n").length).toBeLessThan(25);
});

import { describe, expect, test } from "vitest";
import { type LoggedAnswer, logFromAnswers } from "../data/index.ts";
import { DataError, UsageError } from "../errors.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { loadChooser } from "./load-chooser.ts";
import { evaluateChooser, trainChooser } from "./train-chooser.ts";

/** Sums are right under "steps", names under "brief". */
function plantedAnswers(questions: number): LoggedAnswer[] {
  const random = seededRandom(6);
  return Array.from({ length: questions }, (_, index) => {
    const isSum = index % 2 === 0;
    const query = isSum ? `What is ${index} + ${index * 7}?` : `Who built the tower of town ${index}?`;
    return ["steps", "brief"].map(
      (prompt): LoggedAnswer => ({
        query,
        prompt: `Answer: ${prompt}.`,
        promptId: prompt,
        llm: "small",
        reward: random.next() < ((prompt === "steps") === isSum ? 0.95 : 0.3),
        cost: prompt === "steps" ? 2 : 1,
      }),
    );
  }).flat();
}

const ANSWERS = plantedAnswers(160);

describe("a log in memory", () => {
  test("trains a chooser and is evaluated, with no folder anywhere", async () => {
    const chooser = await trainChooser(ANSWERS);
    expect(chooser.gate.open).toBe(true);
    expect(chooser.recommend("What is 11 + 13?")).toMatchObject({ promptId: "steps", llm: "small" });
    expect(chooser.recommend("Who built the tower of town 9?").promptId).toBe("brief");
    const result = await evaluateChooser(ANSWERS);
    expect(result).toMatchObject({ task: "log", protocol: "nested", llm: "small", questions: 160 });
    const safe = result.strategies.find(({ name }) => name === "safe")!;
    expect(safe.uplift).toBeGreaterThan(0.2);
    expect(result.frontier).not.toBeNull();
  });

  test("a chooser saved to bytes recommends the same", async () => {
    const chooser = await trainChooser(ANSWERS);
    const again = await loadChooser(chooser.save());
    const question = "What is 12 + 30?";
    const { ms: _, ...expected } = chooser.recommend(question);
    const { ms: __, ...found } = again.recommend(question);
    expect({ ...found }).toEqual({ ...expected });
    expect(again.recommend(question, { worth: 0 }).promptId).toBe("brief");
  });

  test("the order of the answers does not matter, and they may come one by one", async () => {
    const order = shuffledIndices(ANSWERS.length, seededRandom(3));
    async function* oneByOne(): AsyncGenerator<LoggedAnswer> {
      for (const index of order) yield ANSWERS[index]!;
    }
    expect(await logFromAnswers(oneByOne())).toEqual(await logFromAnswers(ANSWERS));
  });

  test("equal questions are one, equal answers are repeats, features tell questions apart", async () => {
    const log = await logFromAnswers([
      { query: "a", prompt: "p", reward: 1 },
      { query: "a", prompt: "p", reward: false },
      { query: "a", prompt: "p", reward: 0.5, features: { language: "en" } },
    ]);
    expect(log.queries).toHaveLength(2);
    expect([...log.repetition].sort()).toEqual([0, 0, 1]);
    expect(log.prompts).toEqual([
      { id: "p", promptId: "p", llm: "unknown", template: "p", split: "training" },
    ]);
  });

  test.each<readonly [string, unknown, RegExp]>([
    ["no text", { query: 3, prompt: "p", reward: 1 }, /answer 2: "query" must be a text, found number/],
    ["no reward", { query: "q", prompt: "p" }, /answer 2: "reward" must be true, false .* found undefined/],
    ["a reward of 5", { query: "q", prompt: "p", reward: 5 }, /found 5/],
    [
      "a propensity of 0",
      { query: "q", prompt: "p", reward: 1, propensity: 0 },
      /"propensity" must lie above 0/,
    ],
    [
      "a cost below 0",
      { query: "q", prompt: "p", reward: 1, cost: -1 },
      /"cost" must be a number of at least 0/,
    ],
    ["another wording", { query: "q", prompt: "other", promptId: "p", reward: 1 }, /"p" has another wording/],
    ["nothing", null, /answer 2: is no object/],
  ])("refuses %s, naming the answer", async (_, answer, message) => {
    const answers = [{ query: "q", prompt: "p", reward: 1 }, answer as LoggedAnswer];
    await expect(trainChooser(answers)).rejects.toThrow(DataError);
    await expect(trainChooser(answers)).rejects.toThrow(message);
  });

  test("refuses too few questions, as a run would", async () => {
    await expect(trainChooser(ANSWERS.slice(0, 4))).rejects.toThrow(UsageError);
    await expect(trainChooser([])).rejects.toThrow(/no interaction/);
  });
});

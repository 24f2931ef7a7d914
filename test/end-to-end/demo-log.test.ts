import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QUESTION_KINDS } from "../../demo/question-kinds.ts";
import { DEMO_LOG, logLines, promptLines, simulateLog } from "../../demo/simulate-log.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

describe("the demo's log", () => {
  const log = simulateLog(DEMO_LOG);

  test("is what the simulator makes, byte for byte", async () => {
    await expect(logLines(log)).toMatchFileSnapshot(join(PROJECT_ROOT, "demo/simulated-log.jsonl"));
    await expect(promptLines(log)).toMatchFileSnapshot(join(PROJECT_ROOT, "demo/simulated-prompts.jsonl"));
  });

  test("is small enough to ship", () => {
    expect(Buffer.byteLength(logLines(log))).toBeLessThan(300_000);
  });

  test("holds distinct questions of every kind, each asked as often", () => {
    const asked = new Map<string, number>();
    for (const { question } of log.rows) asked.set(question, (asked.get(question) ?? 0) + 1);
    expect(asked.size).toBe(DEMO_LOG.questions);
    expect(new Set(asked.values())).toEqual(new Set([DEMO_LOG.repeats]));
    expect(new Set(log.rows.map(({ kind }) => kind)).size).toBe(QUESTION_KINDS.length);
  });

  test("changes with its seed", () => {
    expect(logLines(simulateLog({ ...DEMO_LOG, seed: 1 }))).not.toBe(logLines(log));
  });

  test("has answers that are right: sums and stories add up", () => {
    const sums = log.rows.filter(({ kind }) => kind === "addition");
    for (const { question, answer } of sums) {
      const numbers = question.match(/\d+/gu)!.map(Number);
      expect(numbers[0]! + numbers[1]!).toBe(Number(answer));
    }
    for (const { kind, answer } of log.rows)
      if (kind === "story") expect(Number(answer)).toBeGreaterThanOrEqual(0);
  });
});

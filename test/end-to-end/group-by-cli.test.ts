import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { EvaluationResult } from "../../src/types/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { sharedCase } from "../support/shared-case.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const TOPICS = ["river", "bridge", "castle", "garden", "harbour", "market"];

let folder: string;
let log: string;
let run: string;

/** 60 sums, all of one form, and 60 questions of words; six tenants ask both. */
beforeAll(async () => {
  folder = await temporaryFolder();
  log = join(folder, "log.csv");
  run = join(folder, "run");
  const lines = Array.from({ length: 60 }, (_, index) => {
    const topic = TOPICS[index % 6]!;
    return [
      `What is ${index} + ${index + 3}?,${topic},steps,1`,
      `What is ${index} + ${index + 3}?,${topic},brief,${index % 3 === 0 ? 1 : 0}`,
      `Who built the ${topic} of ${TOPICS[Math.floor(index / 6) % 6]} ${"abcdefghij"[Math.floor(index / 6)]}?,${topic},steps,${index % 2}`,
      `Who built the ${topic} of ${TOPICS[Math.floor(index / 6) % 6]} ${"abcdefghij"[Math.floor(index / 6)]}?,${topic},brief,1`,
    ].join("\n");
  });
  await writeFile(log, `question,topic,prompt,reward\n${lines.join("\n")}\n`);
  const { exitCode, stderr } = await callCli([
    ...["import", "table", log, "--out", run, "--feature-columns", "topic"],
  ]);
  expect(exitCode, stderr).toBe(0);
});

const evaluate = (...flags: readonly string[]): Promise<EvaluationResult> =>
  callCliForJson<EvaluationResult>(["evaluate", run, "--protocol", "nested", ...flags]);

describe("--group-by", () => {
  test("is the text where nothing is said, and results of each are kept beside each other", async () => {
    const byText = await evaluate();
    expect(byText).toMatchObject({ groupedBy: "text", questions: 120, warnings: [] });
    const byTopic = await evaluate("--group-by", "topic");
    expect(byTopic).toMatchObject({ groupedBy: "topic", questions: 120, warnings: [] });
    // Stored, the time it took included.
    expect(await evaluate()).toEqual(byText);
    expect(await evaluate("--group-by", "topic")).toEqual(byTopic);
  });

  test("by form, what swallows a task is told once on standard error, and stands in the result", async () => {
    const warned =
      /^warning: grouped by form, 1 form holds.*"what is # \+ #\?" \(60 questions, such as "What is/gm;
    for (const _computedThenStored of [1, 2]) {
      const { stdout, stderr } = await callCli(["evaluate", run, "--group-by", "form", "--json"]);
      expect(stderr.match(warned)).toHaveLength(1);
      const { groupedBy, warnings } = JSON.parse(stdout) as EvaluationResult;
      expect(groupedBy).toBe("form");
      expect(warnings).toEqual([expect.stringMatching(/60 questions/)]);
    }
  });

  test("a column that no question has is an error that names those there are", async () => {
    for (const command of ["evaluate", "train", "report"]) {
      const { exitCode, stderr } = await callCli([command, run, "--group-by", "topics"]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/"topics".*There are: text, form, topic\b/s);
    }
  });

  test("stands in the settings file, in every stage of a run, and in the chooser", async () => {
    const config = join(folder, "run.yaml");
    const out = join(folder, "configured");
    await writeFile(
      config,
      `out: ${out}\ngroupBy: form\nprotocol: grouped\ntable:\n  file: ${log}\n  featureColumns: [topic]\n`,
    );
    const { exitCode, stdout, stderr } = await callCli(["run", config, "--json"]);
    expect(exitCode, stderr).toBe(0);
    expect((JSON.parse(stdout) as EvaluationResult).groupedBy).toBe("form");
    expect(stderr.match(/^warning: grouped by form/gm)).toHaveLength(1);
    const other = await callCli(["train", out]);
    expect([other.exitCode, other.stderr]).toEqual([
      2,
      expect.stringMatching(/trained with other settings.*grouped by form/s),
    ]);
  });
});

test("case 16: a gain that depends on whether a question is a sum is found", {
  timeout: 240_000,
}, async (context) => {
  const file = sharedCase(context, "16-questions-of-numbers", "two-kinds.csv");
  const out = join(await temporaryFolder(), "run");
  const result = await callCliForJson<EvaluationResult>(["run", "--table", file, "--out", out]);
  expect(result.gate).toMatchObject({ openFolds: 5, folds: 5 });
  // `python` is right on all sums and every second other question, `direct` on no sum and all others.
  const readResult = (strategy: string) => result.strategies.find(({ name }) => name === strategy)!;
  expect(readResult("fixed").success).toBe(0.75);
  const { uplift, upliftCi95 } = readResult("safe");
  expect(uplift).toBeGreaterThan(0.23);
  expect(uplift).toBeLessThanOrEqual(0.25);
  expect(upliftCi95![0]).toBeGreaterThan(0.17);
});

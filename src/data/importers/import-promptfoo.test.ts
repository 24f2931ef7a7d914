import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../../test/support/project-root.ts";
import type { Interaction, RewardLog } from "../../types/index.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { readRewardLog } from "../run/read-reward-log.ts";
import { openRunDirectory } from "../run/run-directory.ts";
import { importTable } from "./import-table.ts";

/** What promptfoo itself wrote; the folder says how. */
const FIXTURES = join(PROJECT_ROOT, "test/fixtures/promptfoo");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-promptfoo-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function readRewards(log: RewardLog): Record<string, number> {
  return Object.fromEntries(
    Array.from(log.reward, (reward, index) => [
      `${log.queries[log.queryIndex[index]!]!.text} | ${log.prompts[log.promptIndex[index]!]!.id}`,
      reward,
    ]),
  );
}

describe.each(["results.csv", "results.jsonl"])("promptfoo's %s needs no flags", (name) => {
  test("prompts by their labels, an LLM a provider, failed calls left out and counted", async () => {
    const out = join(folder, "run");
    expect(await importTable({ file: join(FIXTURES, name), out })).toMatchObject({
      queries: 2,
      uniqueQueries: 2,
      prompts: 2,
      interactions: 8,
      skipped: 4,
    });
    const run = await openRunDirectory(out);
    expect(run.manifest.llms).toEqual(["adder", "adder-too"]);
    for (const llm of run.manifest.llms)
      expect(readRewards(await readRewardLog(run, { llm }))).toEqual({
        "What is 1 plus 2? | {{question}} The answer is:": 1,
        "What is 1 plus 2? | steps": 1,
        "What is 4 plus 5? | {{question}} The answer is:": 0,
        "What is 4 plus 5? | steps": 1,
      });
    const answers: (string | undefined)[] = [];
    for await (const { value } of readJsonLines(run.file("interactions.jsonl")))
      answers.push((value as Interaction).answer);
    expect(answers).toHaveLength(8);
    expect(answers).toContain('Let me see,\nthat is "9", I think');
  });
});

test("one prompt alone has no repeated columns and is read the same", async () => {
  const file = join(folder, "one.csv");
  const lines = ["What is 1?,1,PASS,1.00,,", "What is 2?,3,FAIL,0.50,wrong,"];
  await writeFile(file, `question,[gpt] Say it.,Status,Score,Grader Reason,Comment\n${lines.join("\n")}\n`);
  const summary = await importTable({ file, out: join(folder, "run") });
  expect(summary).toMatchObject({ uniqueQueries: 2, prompts: 1, interactions: 2 });
  const log = await readRewardLog(await openRunDirectory(join(folder, "run")));
  expect(log.llm).toBe("gpt");
  expect(readRewards(log)).toEqual({ "What is 1? | Say it.": 1, "What is 2? | Say it.": 0 });
});

describe("older CSV, with verdicts before the answers", () => {
  async function importLines(...lines: string[]): Promise<string> {
    const file = join(folder, "older.csv");
    await writeFile(file, `${lines.join("\n")}\n`);
    return file;
  }

  test("failed calls are no wrong answers", async () => {
    const file = await importLines(
      "question,[gpt] Think. {{question}},[gpt] {{question}}",
      'a?,[PASS] The answer is 109,"[FAIL] (0.00)\n\nno"',
      "b?,[ERROR] timeout,[PASS]",
    );
    const summary = await importTable({ file, out: join(folder, "run") });
    expect(summary).toMatchObject({ uniqueQueries: 2, interactions: 3, skipped: 1 });
    const log = await readRewardLog(await openRunDirectory(join(folder, "run")));
    expect(log.llm).toBe("gpt");
    expect(readRewards(log)).toEqual({
      "a? | Think. {{question}}": 1,
      "a? | {{question}}": 0,
      "b? | {{question}}": 1,
    });
  });

  test("two LLMs are two, not twice as many prompts", async () => {
    const file = await importLines(
      "question,[openai:a] Think. {{question}},[openai:b] Think. {{question}}",
      "a?,[PASS] 1,[FAIL] 2",
      "b?,[PASS] 3,[PASS] 4",
    );
    await importTable({ file, out: join(folder, "run") });
    const run = await openRunDirectory(join(folder, "run"));
    expect(run.manifest.llms).toEqual(["openai:a", "openai:b"]);
    const log = await readRewardLog(run, { llm: "openai:b" });
    expect(readRewards(log)).toEqual({ "a? | Think. {{question}}": 0, "b? | Think. {{question}}": 1 });
  });
});

test("columns called Status and Score mean nothing in another table", async () => {
  const file = join(folder, "long.csv");
  await writeFile(file, "question,prompt,Status,Score\nWhat is 1?,p,done,0.5\nWhat is 2?,p,done,1\n");
  expect(await importTable({ file, out: join(folder, "run") })).toMatchObject({ interactions: 2 });
  await writeFile(file, "question,prompt,Status,Score,Status\nWhat is 1?,p,done,0.5,\n");
  await expect(importTable({ file, out: join(folder, "again") })).rejects.toThrow(/"Status" stands twice/);
});

test("the variables that prompts show are the question, whatever they are called", async () => {
  const file = join(folder, "results.jsonl");
  const lines = await readFile(join(FIXTURES, "results.jsonl"), "utf8");
  await writeFile(file, lines.replaceAll('"question":', '"ask":'));
  const summary = await importTable({ file, out: join(folder, "run") });
  expect(summary).toMatchObject({ interactions: 8, uniqueQueries: 2, mapping: { inputs: ["vars.ask"] } });
});

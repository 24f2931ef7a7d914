import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataError } from "../../errors.ts";
import type { Interaction, RewardLog } from "../../types/index.ts";
import { readRewardLog } from "../run/read-reward-log.ts";
import { openRunDirectory } from "../run/run-directory.ts";
import { type ImportJsonlOptions, importJsonl } from "./import-jsonl.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-jsonl-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

async function importLines(
  lines: readonly unknown[],
  options: Partial<ImportJsonlOptions> = {},
): Promise<{ log: RewardLog; interactions: Interaction[] }> {
  const out = join(folder, "run");
  await importJsonl({ file: await file("log.jsonl", lines), out, force: true, ...options });
  const run = await openRunDirectory(out);
  const interactions = (await readFile(run.file("interactions.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Interaction);
  return { log: await readRewardLog(run), interactions };
}

const queries = [
  { id: "q1", text: "a?", answer: "1", group: "g" },
  { id: "q2", text: "b?" },
];
const prompts = [
  { id: "p1", template: "Think." },
  { id: "p2", template: "Guess.", split: "held-out" },
];

test("records beside files of queries and prompts go through unchanged", async () => {
  const records: Interaction[] = [
    {
      queryId: "q2",
      promptId: "p2",
      llm: "m",
      repetition: 4,
      reward: 0.25,
      answer: "x",
      cost: 0.1,
      latencyMs: 12,
      split: "test",
      propensity: 0.5,
      confidence: -3,
      critic: 0,
    },
    { queryId: "q1", promptId: "p1", llm: "m", repetition: 0, reward: 1 },
  ];
  const { log, interactions } = await importLines(records, {
    queriesFile: await file("queries.jsonl", queries),
    promptsFile: await file("prompts.jsonl", prompts),
  });
  expect(interactions).toEqual(records);
  expect(log.queries).toEqual(queries);
  expect(log.prompts).toMatchObject([{ ...prompts[0], split: "training" }, prompts[1]]);
});

test("a run directory's own files can be imported again, and give the same log", async () => {
  const first = await importLines(
    [
      { queryId: "q1", promptId: "p1", llm: "m", repetition: 0, reward: 1 },
      { queryId: "q1", promptId: "p1", llm: "m", repetition: 1, reward: 0 },
    ],
    { queriesFile: await file("queries.jsonl", queries), promptsFile: await file("prompts.jsonl", prompts) },
  );
  const run = join(folder, "run");
  await importJsonl({
    file: join(run, "interactions.jsonl"),
    queriesFile: join(run, "queries.jsonl"),
    promptsFile: join(run, "prompts.jsonl"),
    out: join(folder, "again"),
  });
  expect(await readRewardLog(await openRunDirectory(join(folder, "again")))).toEqual(first.log);
});

test("lines that bring question and prompt along: as text or as objects; repeats are counted", async () => {
  const { log, interactions } = await importLines(
    [
      { query: "a?", prompt: "Think.", reward: true },
      { query: { text: "b?", answer: "2" }, prompt: { template: "Guess.", split: "held-out" }, reward: 0 },
      { query: { text: "a?" }, prompt: "Think.", reward: 0.5, repetition: null },
      { query: "c?", prompt: "Think.", reward: null },
      { query: "c?", prompt: "Think." },
    ],
    { llm: "m" },
  );
  expect(log.queries).toEqual([
    { id: "q-1e7ce9e7ed3d103c3", text: "b?", answer: "2" },
    { id: "q-1ecf19b38b572ccfa", text: "a?" },
  ]);
  expect(log.prompts).toMatchObject([
    { id: expect.stringMatching(/^guess-[0-9a-f]{8}$/), template: "Guess.", split: "held-out" },
    { id: expect.stringMatching(/^think-[0-9a-f]{8}$/), template: "Think.", split: "training" },
  ]);
  const repetitions = interactions.map(({ queryId, repetition }) => `${queryId}/${repetition}`);
  expect(repetitions.sort()).toEqual([
    "q-1e7ce9e7ed3d103c3/0",
    "q-1ecf19b38b572ccfa/0",
    "q-1ecf19b38b572ccfa/1",
  ]);
  expect((await openRunDirectory(join(folder, "run"))).manifest.counts.skipped).toBe(2);
});

const record = { queryId: "q1", promptId: "p1", reward: 1 };
test.each<readonly [string, unknown[], RegExp]>([
  ["an unknown question", [{ ...record, queryId: "q9" }], /log\.jsonl:1: The question "q9" is unknown/],
  [
    "a reward above 1",
    [record, { ...record, reward: 7 }],
    /log\.jsonl:2: .*"reward" is 7: must be in \[0, 1\]/,
  ],
  ["a reward in words", [{ ...record, reward: "yes" }], /log\.jsonl:1: .*"reward" is "yes"/],
  [
    "a repetition twice",
    [
      { ...record, repetition: 2 },
      { ...record, repetition: 2 },
    ],
    /log\.jsonl:2: .*repetition 2 .*stands already/,
  ],
  ["no question", [{ promptId: "p1", reward: 1 }], /log\.jsonl:1: The row has no question/],
  ["no prompt", [{ queryId: "q1", reward: 1 }], /log\.jsonl:1: The row has no prompt/],
  [
    "one id with two texts",
    [
      { ...record, query: { text: "a?" } },
      { ...record, query: { text: "z?" } },
    ],
    /log\.jsonl:2: The question "q1" has another text/,
  ],
  [
    "one id with two templates",
    [{ ...record, prompt: "Other." }],
    /log\.jsonl:1: The prompt "p1" has another template/,
  ],
  [
    "some ids and some not",
    [record, { query: "z?", promptId: "p1", reward: 1 }],
    /log\.jsonl:2: The question has no id, earlier ones had one/,
  ],
  ["a list", [[1]], /log\.jsonl:1: The interaction is \[1\]/],
  ["an empty id", [{ ...record, queryId: "" }], /log\.jsonl:1: .*"queryId" is ""/],
  ["an endless id", [{ ...record, queryId: "x".repeat(600), query: "z?" }], /"id" is "xxx/],
])("%s is refused with its line", async (_name, lines, message) => {
  const options = {
    queriesFile: await file("queries.jsonl", queries),
    promptsFile: await file("prompts.jsonl", prompts),
  };
  await expect(importLines(lines, options)).rejects.toThrow(DataError);
  await expect(importLines(lines, options)).rejects.toThrow(message);
});

test("ids that are names of Object's prototype, or paths, are ids like any other", async () => {
  const ids = ["__proto__", "constructor", "../../etc/passwd", "a/b", "toString", "\u202e"];
  const { log } = await importLines(
    ids.flatMap((id) => [{ query: { id, text: `${id}?` }, prompt: { id, template: id }, reward: 1 }]),
  );
  expect(new Set(log.queries.map(({ id }) => id))).toEqual(new Set(ids));
  expect(new Set(log.prompts.map(({ id }) => id))).toEqual(new Set(ids));
  expect(({} as Record<string, unknown>).text).toBeUndefined();
});

test("queries of one id are refused in the file of queries", async () => {
  const queriesFile = await file("queries.jsonl", [...queries, queries[0]]);
  await expect(importLines([record], { queriesFile })).rejects.toThrow(
    /queries\.jsonl:3: The id "q1" stands already/,
  );
});

test("prompts with the question inside are refused, with what to do", async () => {
  const lines = Array.from({ length: 20 }, (_, row) => ({
    query: `Is ${row} odd?`,
    prompt: `Think. Is ${row} odd?`,
    reward: row % 2,
  }));
  await expect(importLines(lines)).rejects.toThrow(DataError);
  await expect(importLines(lines)).rejects.toThrow(
    /20 prompts were found, each tried on one question only.*Give each interaction the prompt's id/,
  );
});

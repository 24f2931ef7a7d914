import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ImportSummary,
  importPromptOirl,
  numericMatch,
  openRunDirectory,
  readJsonLines,
  readNpy,
  readRewardLog,
  referenceMatch,
} from "../../src/data/index.ts";
import type { DataPart, Interaction, RewardLog } from "../../src/types/index.ts";
import { PART_CODES } from "../../src/types/index.ts";
import { realRows } from "../support/real-questions.ts";
import { releasedTest } from "../support/released-rewards.ts";
import { requireSharedData, SHARED_DATA } from "../support/shared-data.ts";

const ALIASES = ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"];
const HELD_OUT = Array.from({ length: 10 }, (_, index) => `gpt4_${index}`);

/** Success rates as published with the logs: test and training questions of the six, test questions of the ten. */
const PUBLISHED = {
  gsm8k: {
    rows: { train: 7473, test: 1000 },
    unique: 8473,
    test: [0.248, 0.24, 0.246, 0.071, 0.069, 0.237],
    train: [0.247, 0.255, 0.246, 0.064, 0.062, 0.204],
    heldOut: [0.221, 0.234, 0.22, 0.197, 0.191, 0.241, 0.135, 0.224, 0.238, 0.045],
    oracleOf6: 0.501,
    oracleOf16: 0.648,
  },
  mawps: {
    rows: { train: 6000, test: 1685 },
    unique: 1744,
    test: [0.646, 0.602, 0.553, 0.196, 0.115, 0.467],
    train: [0.644, 0.617, 0.541, 0.197, 0.132, 0.459],
    heldOut: [0.534, 0.504, 0.51, 0.375, 0.37, 0.563, 0.294, 0.537, 0.587, 0.128],
    oracleOf6: 0.855,
    oracleOf16: 0.926,
  },
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-released-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Imported {
  readonly summary: ImportSummary;
  readonly log: RewardLog;
  readonly path: string;
}
const imports = new Map<string, Promise<Imported>>();

/** Imports a task once for all tests. */
function imported(task: "gsm8k" | "mawps"): Promise<Imported> {
  let found = imports.get(task);
  if (found === undefined) {
    found = (async () => {
      const path = join(folder, task);
      const warnings: string[] = [];
      const summary = await importPromptOirl({
        directory: join(SHARED_DATA, "prompt-oirl"),
        task,
        texts: SHARED_DATA,
        out: path,
        onWarning: (message) => warnings.push(message),
      });
      expect(warnings).toEqual([]);
      return { summary, log: await readRewardLog(await openRunDirectory(path)), path };
    })();
    imports.set(task, found);
  }
  return found;
}

/** Indices of the interactions of one prompt on one part. */
function listEntries(log: RewardLog, promptId: string, part: DataPart): number[] {
  const prompt = log.prompts.findIndex(({ id }) => id === promptId);
  return Array.from({ length: log.length }, (_, index) => index).filter(
    (index) => log.promptIndex[index] === prompt && log.part[index] === PART_CODES[part],
  );
}

function meanReward(log: RewardLog, entries: readonly number[]): number {
  return entries.reduce((sum, entry) => sum + log.reward[entry]!, 0) / entries.length;
}

describe.each(["gsm8k", "mawps"] as const)("%s", (task) => {
  const published = PUBLISHED[task];

  test("counts are those of the release", async (context) => {
    requireSharedData(context);
    const { summary, log } = await imported(task);
    const { train, test: testRows } = published.rows;
    expect(summary).toEqual({
      queries: train + testRows,
      uniqueQueries: published.unique,
      prompts: 16,
      interactions: 6 * (train + testRows) + 10 * testRows,
      skipped: 0,
    });
    expect(log.llm).toBe("LLaMA-2-7B-chat");
    expect(log.prompts.map(({ id, split }) => `${id} ${split}`)).toEqual([
      ...ALIASES.map((alias) => `${alias} training`),
      ...HELD_OUT.map((alias) => `${alias} held-out`),
    ]);
  });

  test("every success rate is that of the release", async (context) => {
    requireSharedData(context);
    const { log } = await imported(task);
    const rate = (alias: string, part: DataPart, rows: number): number => {
      const entries = listEntries(log, alias, part);
      expect(entries).toHaveLength(rows);
      return meanReward(log, entries);
    };
    for (const [index, alias] of ALIASES.entries()) {
      expect(Math.abs(rate(alias, "train", published.rows.train) - published.train[index]!)).toBeLessThan(
        0.001,
      );
      expect(Math.abs(rate(alias, "test", published.rows.test) - published.test[index]!)).toBeLessThan(0.001);
    }
    for (const [index, alias] of HELD_OUT.entries()) {
      expect(Math.abs(rate(alias, "test", published.rows.test) - published.heldOut[index]!)).toBeLessThan(
        0.001,
      );
      expect(listEntries(log, alias, "train")).toEqual([]);
    }
  });

  test("rows, rewards and confidences stand in the order of the release, each at its own question", async (context) => {
    requireSharedData(context);
    const { log, path } = await imported(task);
    const lines: Interaction[] = [];
    for await (const { value } of readJsonLines(join(path, "interactions.jsonl")))
      lines.push(value as Interaction);
    const rewards = Float64Array.from(lines, ({ reward }) => reward);
    const confidences = Float64Array.from(lines, ({ confidence = Number.NaN }) => confidence);
    const textOf = new Map(log.queries.map(({ id, text }) => [id, text]));
    const texts = await realRows(task);
    const released = await releasedTest(task);
    // Row-major: the test rows end the file, 16 interactions each.
    const testStart = log.length - released.rows * 16;
    expect(rewards.subarray(testStart)).toEqual(released.rewards);
    expect(confidences.subarray(testStart)).toEqual(released.confidence);
    expect(confidences.subarray(0, testStart).every(Number.isNaN)).toBe(true);
    const seen = new Map<string, number>();
    for (const [row, text] of texts.entries()) {
      const isTest = row >= published.rows.train;
      const entry = isTest ? testStart + (row - published.rows.train) * 16 : row * 6;
      const repetition = seen.get(text) ?? 0;
      seen.set(text, repetition + 1);
      expect(textOf.get(lines[entry]!.queryId)).toBe(text);
      expect(lines[entry]!.repetition).toBe(repetition);
    }
    let right6 = 0;
    let right16 = 0;
    for (let row = 0; row < released.rows; row++) {
      const ofRow = rewards.subarray(testStart + row * 16, testStart + (row + 1) * 16);
      if (ofRow.subarray(0, 6).includes(1)) right6++;
      if (ofRow.includes(1)) right16++;
    }
    expect(Math.abs(right6 / released.rows - published.oracleOf6)).toBeLessThan(0.001);
    expect(Math.abs(right16 / released.rows - published.oracleOf16)).toBeLessThan(0.001);
  });

  test("the prompts are worded as prompts.json words them", async (context) => {
    requireSharedData(context);
    const { log } = await imported(task);
    const listed = JSON.parse(await readFile(join(SHARED_DATA, "prompt-oirl", "prompts.json"), "utf8")) as {
      text: string;
    }[];
    expect(log.prompts.map(({ template }) => template)).toEqual(listed.map(({ text }) => text));
  });

  test("the prompt embeddings come along unchanged", async (context) => {
    requireSharedData(context);
    const { path } = await imported(task);
    for (const name of ["prompt_embeddings.npy", "gpt4_prompt_embeddings.npy"]) {
      const copied = await readNpy(join(path, "embeddings", name));
      expect(copied).toEqual(await readNpy(join(SHARED_DATA, "prompt-oirl", "embeddings", name)));
      expect(copied.dtype).toBe("float64");
    }
  });
});

/**
 * Grades the released answers again. The golden answer is that of the row, not of the distinct question: two mawps
 * texts have two answers, so their labels are left out.
 */
async function regrade(
  task: "gsm8k" | "mawps",
  alias: string,
  matches: (answer: string, golden: string) => boolean,
): Promise<{ graded: number; agreement: number }> {
  const { log, path } = await imported(task);
  const golden = new Map(log.queries.map(({ id, answer }) => [id, answer!]));
  const ambiguous = new Set(
    log.queries
      .filter(({ text }) => /^(Mrs\. Hilt baked pies|A dust storm sweeps)/.test(text))
      .map(({ id }) => id),
  );
  let graded = 0;
  let agreed = 0;
  for await (const { value } of readJsonLines(join(path, "interactions.jsonl"))) {
    const { queryId, promptId, answer, reward } = value as Interaction;
    if (promptId !== alias || answer === undefined || ambiguous.has(queryId)) continue;
    graded++;
    if (matches(answer, golden.get(queryId)!) === (reward === 1)) agreed++;
  }
  return { graded, agreement: agreed / graded };
}

describe("grading the released answers again", () => {
  test.for([
    ["mawps", "CoT", 7600],
    ["mawps", "nan", 7600],
    ["gsm8k", "nan", 8473],
    ["gsm8k", "CoT", 1000],
    ["gsm8k", "ToT", 1000],
    ["gsm8k", "gpt4_9", 1000],
  ] as const)(
    "%s %s: the reference's rule gives the released labels",
    async ([task, alias, least], context) => {
      requireSharedData(context);
      const { graded, agreement } = await regrade(task, alias, referenceMatch);
      expect(graded).toBeGreaterThanOrEqual(least);
      expect(agreement).toBeGreaterThanOrEqual(0.9998);
    },
  );

  test.for([
    ["mawps", "CoT"],
    ["mawps", "nan"],
    ["gsm8k", "nan"],
    ["gsm8k", "gpt4_9"],
  ] as const)(
    "%s %s: the careful matcher changes .4 to 1.5 % of the labels",
    async ([task, alias], context) => {
      requireSharedData(context);
      const { agreement } = await regrade(task, alias, numericMatch);
      expect(1 - agreement).toBeGreaterThanOrEqual(0.0035);
      expect(1 - agreement).toBeLessThanOrEqual(0.0155);
    },
  );
});

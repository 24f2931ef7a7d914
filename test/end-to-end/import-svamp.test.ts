import { access, cp, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ImportPromptOirlOptions,
  type ImportSummary,
  importPromptOirl,
  openRunDirectory,
  promptOirlKey,
  readJsonLines,
  writeNpy,
} from "../../src/data/index.ts";
import { DataError } from "../../src/errors.ts";
import type { Interaction } from "../../src/types/index.ts";
import { requireSharedData, SHARED_DATA } from "../support/shared-data.ts";
import {
  answersText,
  correctnessText,
  type SyntheticRelease,
  writeSyntheticRelease,
} from "../support/synthetic-release.ts";

const TRAIN_ROWS = 15_000;
const TEST_ROWS = 4690;

let folder: string;
let release: SyntheticRelease;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-svamp-"));
  release = await writeSyntheticRelease(join(folder, "release"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function importSvamp(options: Partial<ImportPromptOirlOptions> = {}): Promise<ImportSummary> {
  return importPromptOirl({
    directory: release.directory,
    task: "svamp",
    texts: SHARED_DATA,
    out: join(folder, "run"),
    force: true,
    ...options,
  });
}

test("svamp: 15000 + 4690 rows, 3961 questions; labels, answers and confidences at their rows", async (context) => {
  requireSharedData(context);
  const summary = await importSvamp();
  expect(summary).toEqual({
    queries: 19_690,
    uniqueQueries: 3961,
    prompts: 16,
    interactions: 6 * (TRAIN_ROWS + TEST_ROWS) + 10 * TEST_ROWS,
    skipped: 0,
  });
  const run = await openRunDirectory(join(folder, "run"));
  const columns = new Map<string, number[]>();
  for await (const { value } of readJsonLines(run.file("interactions.jsonl"))) {
    const { promptId, reward } = value as Interaction;
    if (!columns.has(promptId)) columns.set(promptId, []);
    columns.get(promptId)!.push(reward);
  }
  expect(columns.size).toBe(16);
  for (const [alias, rewards] of columns) expect(Uint8Array.from(rewards)).toEqual(release.labels.get(alias));
  let row = 0;
  for await (const { value } of readJsonLines(run.file("interactions.jsonl"))) {
    const { promptId, answer, confidence } = value as Interaction;
    if (promptId !== "gpt4_3") {
      expect(answer).toBeUndefined();
      continue;
    }
    expect(answer).toBe(`It's row ${row}:\n"${row * 2}" — done`);
    expect(confidence).toBe(row / TEST_ROWS);
    row++;
  }
  expect(row).toBe(TEST_ROWS);
});

test("a change inside the folder of the logs makes it another log; other files in it do not", async (context) => {
  requireSharedData(context);
  const { directory } = release;
  const keyNow = () => promptOirlKey({ directory, task: "svamp", texts: SHARED_DATA });
  const key = await keyNow();
  await importSvamp();
  expect((await openRunDirectory(join(folder, "run"))).manifest.source.key).toBe(key);
  await writeFile(join(directory, "notes.txt"), "made by somebody else");
  expect(await keyNow()).toBe(key);
  const file = join(directory, "llama_exps/LMllama2/svamp_train_CoT.npy");
  const bytes = await readFile(file);
  const { atime, mtime } = await stat(file);
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = 1 - changed[changed.length - 1]!;
  await writeFile(file, changed);
  await utimes(file, atime, mtime);
  expect(await keyNow()).not.toBe(key);
  await writeFile(file, bytes);
});

describe("what does not fit together is refused, and an earlier run stays", () => {
  const arrays = "llama_exps/LMllama2";
  const logs = "llama_exps/llama2_chat_logs/svamp";
  const cases: readonly (readonly [string, (directory: string) => Promise<void>, RegExp])[] = [
    [
      "array and text file disagree on one row",
      async (directory) => {
        const values = release.labels.get("nan")!.slice();
        values[15_007]! ^= 1;
        await writeFile(join(directory, logs, "llama_svamp_corr_nan.txt"), correctnessText(values));
      },
      /llama_svamp_corr_nan\.txt: Row 15007 \(nan\) is (true|false), but .*svamp_test_nan\.npy says/,
    ],
    [
      "a truncated array",
      (directory) => truncate(join(directory, arrays, "svamp_train_CoT.npy"), 10_000),
      /svamp_train_CoT\.npy: Shape \(15000\) of bool takes 15000 bytes, but the file holds 9872/,
    ],
    [
      "an array of another length",
      (directory) =>
        writeNpy(join(directory, arrays, "svamp_train_CoT.npy"), new Uint8Array(14_999), [14_999]),
      /has shape \(14999\); expected \(15000,\)/,
    ],
    [
      "an array of two dimensions",
      (directory) =>
        writeNpy(join(directory, arrays, "svamp_train_CoT.npy"), new Uint8Array(15_000), [15_000, 1]),
      /has shape \(15000, 1\); expected \(15000,\)/,
    ],
    [
      "labels that are neither 0 nor 1",
      (directory) =>
        writeNpy(
          join(directory, arrays, "svamp_train_CoT.npy"),
          new Float64Array(15_000).fill(0.5),
          [15_000],
        ),
      /label of row 0 is 0\.5; expected False or True/,
    ],
    [
      "labels that are NaN",
      (directory) =>
        writeNpy(
          join(directory, arrays, "svamp_test_CoT.npy"),
          new Float64Array(4690).fill(Number.NaN),
          [4690],
        ),
      /label of row 0 is NaN/,
    ],
    [
      "a text file cut off in the middle of a line",
      async (directory) => {
        const file = join(directory, logs, "llama_svamp_corr_gpt4_0.txt");
        await truncate(file, (await readFile(file)).length - 5);
      },
      /llama_svamp_corr_gpt4_0\.txt:4690: Expected a line like "\(4689, True\)", found/,
    ],
    [
      "a text file with a row missing",
      (directory) =>
        writeFile(
          join(directory, logs, "llama_svamp_corr_gpt4_0.txt"),
          correctnessText(new Uint8Array(4689)),
        ),
      /has 4689 rows, expected 4690/,
    ],
    [
      "a text file with rows out of order",
      (directory) =>
        writeFile(join(directory, logs, "llama_svamp_corr_gpt4_0.txt"), "(0, True)\n(2, True)\n"),
      /gpt4_0\.txt:2: Expected row 1, found row 2/,
    ],
    [
      "answers cut off inside a record",
      async (directory) => {
        const file = join(directory, logs, "llama_svamp_answers_list_gpt4_3.txt");
        await truncate(file, (await readFile(file)).length - 40);
      },
      /answers_list_gpt4_3\.txt:\d+: The answer cannot be read: the string is cut off/,
    ],
    [
      "answers that are fewer than rows",
      (directory) =>
        writeFile(
          join(directory, logs, "llama_svamp_answers_list_gpt4_3.txt"),
          answersText(4000, (row) => `${row}`),
        ),
      /has 4000 answers, expected 4690/,
    ],
    [
      "code in place of an answer",
      (directory) =>
        writeFile(join(directory, logs, "llama_svamp_answers_list_gpt4_3.txt"), "(0, exec('1'))\n"),
      /gpt4_3\.txt:1: The answer cannot be read: expected a quote/,
    ],
    [
      "confidences that are not finite",
      (directory) =>
        writeNpy(
          join(directory, "critics", "Processed_llama_svamp_prompt_9_confidence.npy"),
          new Float64Array(4690).fill(Number.POSITIVE_INFINITY),
          [4690],
        ),
      /value of row 0 is Infinity/,
    ],
    [
      "prompt embeddings of another width",
      async (directory) => {
        await cp(join(directory, "critics"), join(directory, "embeddings"), { recursive: true });
        await writeNpy(
          join(directory, "embeddings", "prompt_embeddings.npy"),
          new Float64Array(6 * 768),
          [6, 768],
        );
      },
      /has shape \(6, 768\); expected \(6, 1536\)/,
    ],
    [
      "a prompts.json with an unknown alias",
      (directory) => writeFile(join(directory, "prompts.json"), '[{"alias": "CoT2", "text": "x"}]'),
      /The alias "CoT2" is unknown; expected nan, CoT/,
    ],
  ];

  test.for(cases)("%s", async ([, damage, message], context) => {
    requireSharedData(context);
    const run = join(folder, "run");
    await access(join(run, "run.json")).catch(() => importSvamp());
    const before = await readFile(join(run, "run.json"), "utf8");
    const directory = join(folder, "damaged");
    await cp(release.directory, directory, { recursive: true });
    try {
      await damage(directory);
      const failure = importSvamp({ directory });
      await expect(failure).rejects.toThrow(DataError);
      await expect(failure).rejects.toThrow(message);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    expect(await readFile(join(run, "run.json"), "utf8")).toBe(before);
  });

  test("a folder without the release, and one without the texts, say what was looked for", async (context) => {
    requireSharedData(context);
    await expect(importSvamp({ directory: folder })).rejects.toThrow(
      /no svamp labels of the training prompts\. Looked for llama_exps\/LMllama2\/svamp_\{train,test\}_<alias>\.npy/,
    );
    await expect(importSvamp({ texts: folder })).rejects.toThrow(
      /questions of svamp were not found\. Looked for fold0\/train\.csv.*SVAMP\/data\/cv_svamp_augmented.*arkilpatel\/SVAMP.*--texts/,
    );
  });
});

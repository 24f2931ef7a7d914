import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importKey } from "./import-key.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-key-"));
  file = join(folder, "log.csv");
  await writeFile(file, "question,prompt,reward\na?,p,1\n");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a file is known by its content and name: touched or moved it is the same log", async () => {
  const key = await importKey("table", { file });
  await utimes(file, new Date(2001, 1, 1), new Date(2001, 1, 1));
  expect(await importKey("table", { file })).toBe(key);
  await mkdir(join(folder, "elsewhere"));
  const moved = join(folder, "elsewhere", "log.csv");
  await rename(file, moved);
  expect(await importKey("table", { file: moved })).toBe(key);
  expect(await importKey("table", { file })).not.toBe(key);
});

test("other content of the same size and age is another log", async () => {
  const age = new Date(2001, 1, 1);
  await utimes(file, age, age);
  const key = await importKey("table", { file });
  await writeFile(file, "question,prompt,reward\na?,p,0\n");
  await utimes(file, age, age);
  expect(await importKey("table", { file })).not.toBe(key);
});

test("choosing an LLM does not make it another log; what the columns mean does", async () => {
  const key = await importKey("table", { file });
  expect(await importKey("table", { file, llm: "gpt", out: "run", force: true })).toBe(key);
  expect(await importKey("table", { file, columns: { query: "prompt" } })).not.toBe(key);
  expect(await importKey("jsonl", { file })).not.toBe(key);
  const prompts = await importKey("table", { file, promptsFile: file });
  expect(prompts).not.toBe(key);
  expect(await importKey("table", { file: join(folder, "missing.csv") })).not.toBe(key);
});

test("another pattern, or another function under the same name, makes it another log", async () => {
  const key = await importKey("table", { file, matcher: "regex", pattern: "a" });
  expect(await importKey("table", { file, matcher: "regex", pattern: "b" })).not.toBe(key);
  const matcher = join(folder, "matcher.mjs");
  await writeFile(matcher, "export default () => true;");
  const before = await importKey("table", { file, matcher });
  await writeFile(matcher, "export default () => false;");
  expect(await importKey("table", { file, matcher })).not.toBe(before);
});

test("a folder is known by the files that are read from it, wherever it lies and whatever its age", async () => {
  const hashes = ["0".repeat(64), "1".repeat(64)] as const;
  const toKey = (directory: string, sha256: string) =>
    importKey("prompt-oirl", { directory }, [{ name: "labels.npy", bytes: 9, sha256 }]);
  const directory = join(folder, "logs");
  await mkdir(directory);
  const key = await toKey(directory, hashes[0]);
  await writeFile(join(directory, "notes.txt"), "made by somebody else");
  await rename(directory, join(folder, "moved"));
  expect(await toKey(join(folder, "moved"), hashes[0])).toBe(key);
  expect(await toKey(join(folder, "moved"), hashes[1])).not.toBe(key);
});

test("a matcher's relative imports count", async () => {
  const matcher = join(folder, "matcher.mjs");
  await writeFile(
    matcher,
    "import { fold } from './fold.mjs'; export default (answer) => fold(answer) === '';",
  );
  await writeFile(join(folder, "fold.mjs"), "export const fold = (text) => text.trim();");
  const key = await importKey("table", { matcher });
  expect(await importKey("table", { matcher })).toBe(key);
  await writeFile(join(folder, "fold.mjs"), "export const fold = (text) => text;");
  expect(await importKey("table", { matcher })).not.toBe(key);
});

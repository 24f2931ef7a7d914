import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PROJECT_ROOT } from "../support/project-root.ts";

let folder: string;
const before = process.cwd();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-examples-"));
  // Examples write into the current folder; each test file has a process of its own.
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

/** What each example must print. */
const EXPECTED: Readonly<Record<string, readonly RegExp[]>> = {
  "01-recommend-a-prompt.ts": [/gains \d+\.\d points/u, /^use \S+ \(".+"\), estimated success 0\.\d\d: \w/u],
  "02-import-your-own-table.ts": [/^2 questions, 2 prompts, 4 answers$/u],
  "03-score-a-prompt-never-tried.ts": [
    /^q-0001: sentence 0\.\d\d, two-words 0\.\d\d \(from its text\)$/u,
    /^q-0002: sentence 0\.\d\d, two-words 0\.\d\d \(from its text\)$/u,
  ],
  "04-boosted-trees.ts": [
    /^60 trees, \d+ stored, loss 0\.[012]\d\d$/u,
    /^the feature that gains most is number [08]$/u,
    /^margins of the first question: -?\d\.\d\d, -?\d\.\d\d, -?\d\.\d\d$/u,
  ],
  "05-ai-sdk-middleware.ts": [
    /^the LLM was asked: \[\{"role":"user".*What is the capital of Fiji\?/u,
    /^prompt \S+ was chosen, estimated success 0\.\d\d: Suva$/u,
  ],
  "06-train-in-memory.ts": [
    /^Choosing gains [456]\d points/u,
    /^At equal success it saves -?\d+ % of the cost\.$/u,
    /^What is 20 \+ 22\? → Think step by step\. \(about 0\.002 dollars\)$/u,
    /^Which river .* → Answer in one word\. \(about 0\.0005 dollars\)$/u,
  ],
};

test("every example is run, in order", async () => {
  const names = (await readdir(join(PROJECT_ROOT, "examples"))).filter((name) => name.endsWith(".ts")).sort();
  expect(names).toEqual(Object.keys(EXPECTED));
  for (const name of names) {
    const lines: string[] = [];
    const print = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    await import(join(PROJECT_ROOT, "examples", name));
    print.mockRestore();
    expect(lines.length, name).toBe(EXPECTED[name]!.length);
    EXPECTED[name]!.forEach((pattern, index) => {
      expect(lines[index], name).toMatch(pattern);
    });
  }
}, 240_000);

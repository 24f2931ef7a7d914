import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Interaction } from "../../types/index.ts";
import { readById } from "../run/read-by-id.ts";
import { querySchema } from "../run/record-schemas.ts";
import { openRunDirectory } from "../run/run-directory.ts";
import type { RunManifest } from "../run/run-manifest.ts";
import { importTable } from "./import-table.ts";
import type { ImportTableOptions } from "./import-table-options.ts";

const CONTENT = "question,prompt,response,expected\na?,p,It is 10,^it\nb?,p,no idea,\nc?,p,it is,^it\n";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-grading-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Rewards by question's text, and what the run says of itself. */
async function graded(
  options: Partial<ImportTableOptions>,
): Promise<{ rewards: Record<string, number>; manifest: RunManifest }> {
  const file = join(folder, "log.csv");
  await writeFile(file, CONTENT);
  await importTable({ file, out: join(folder, "run"), force: true, ...options });
  const { manifest, file: fileOf } = await openRunDirectory(join(folder, "run"));
  const queries = await readById(fileOf("queries.jsonl"), querySchema, "question");
  const interactions = (await readFile(fileOf("interactions.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Interaction);
  return {
    rewards: Object.fromEntries(
      interactions.map(({ queryId, reward }) => [queries.get(queryId)!.text, reward]),
    ),
    manifest,
  };
}

test("by a pattern: each question's own, or one for all, which then needs no golden answers", async () => {
  const byAnswer = await graded({ matcher: "regex" });
  expect(byAnswer.rewards).toEqual({ "a?": 0, "c?": 1 });
  expect(byAnswer.manifest.counts.skipped).toBe(1);
  const byPattern = await graded({ matcher: "regex", pattern: "/^it/i" });
  expect(byPattern.rewards).toEqual({ "a?": 1, "b?": 0, "c?": 1 });
  expect(byPattern.manifest.source.options.matcher).toEqual({ name: "regex", pattern: "/^it/i" });
});

test("by a function, whose failure names the row", async () => {
  const matcher = join(folder, "by-length.mjs");
  await writeFile(matcher, "export default (answer) => answer.length / 10;");
  expect((await graded({ matcher })).rewards["c?"]).toBe(0.5);
  const fails = join(folder, "fails.mjs");
  await writeFile(fails, "export default () => { throw new Error('no idea'); };");
  await expect(graded({ matcher: fails })).rejects.toThrow(
    /log\.csv:2: The matcher fails\.mjs failed on an answer: no idea/,
  );
});

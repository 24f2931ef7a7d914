import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunDirectory, readRewardLog } from "../../src/data/index.ts";
import { callCli } from "../support/captured-cli.ts";
import { caseFile, rows } from "../support/imported-case.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const line = (row: number, prompt: string, correct: number, more: object = {}): object => ({
  topic: `What is no. ${row}?`,
  variant: prompt,
  correct,
  ...more,
});
const FLAGS = ["--query-column", "topic", "--set", "llm=gpt-4o"];

async function importRun(lines: readonly object[], flags: readonly string[] = FLAGS): Promise<string> {
  const run = join(await temporaryFolder(), "run");
  const { exitCode, stderr } = await callCli([
    "import",
    "table",
    await caseFile("log.jsonl", lines),
    "--out",
    run,
    ...flags,
    "--json",
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return run;
}

async function append(
  run: string,
  lines: readonly object[],
): Promise<{ exitCode: number; summary: object; message: string }> {
  const { exitCode, stdout, stderr } = await callCli([
    "append",
    run,
    await caseFile("log.jsonl", lines),
    "--json",
  ]);
  return { exitCode, summary: exitCode === 0 ? JSON.parse(stdout) : {}, message: stderr };
}

test("a log that grew: what is new is added, what is there counted, and the run is as if all had come at once", async () => {
  const before = rows(10, (row) => [line(row, "a", row % 2), line(row, "b", 1), line(row, "b", 1)]);
  const more = [...rows(5, (row) => [line(row + 10, "a", 0), line(row, "c", 1)]), line(3, "b", 1)];
  const run = await importRun(before);
  await writeFile(join(run, "report.html"), "of before");
  expect((await append(run, [...before, ...more])).summary).toMatchObject({
    added: 11,
    known: 30,
    interactions: 41,
    uniqueQueries: 15,
    prompts: 3,
  });
  const whole = await importRun([...more, ...before]);
  // The order of the files only says which row of an array of embeddings is whose.
  const read = async (path: string) => {
    const { inFiles: _inFiles, ...log } = await readRewardLog(await openRunDirectory(path));
    return log;
  };
  expect(await read(run)).toEqual(await read(whole));
  await expect(readFile(join(run, "report.html"))).rejects.toThrow();
  expect(await append(run, before)).toMatchObject({
    exitCode: 0,
    summary: { added: 0, known: 30, interactions: 41 },
  });
});

test("what contradicts is refused, and the run stays as it was", async () => {
  const flags = [
    ...FLAGS,
    "--query-id-column",
    "id",
    "--repetition-column",
    "n",
    "--template-column",
    "text",
  ];
  const full = (fields: object): object => ({
    ...line(1, "a", 1),
    id: "q1",
    n: 0,
    text: "Be brief.",
    ...fields,
  });
  const run = await importRun([full({}), full({ id: "q2", topic: "Other?" })], flags);
  const before = await readFile(join(run, "interactions.jsonl"), "utf8");
  for (const [contradiction, said] of [
    [full({ correct: 0 }), /"q1", prompt "a", repetition 0.*another outcome/],
    [full({ topic: "Another text?", n: 1 }), /"q1" has another text/],
    [full({ text: "Be long.", n: 1 }), /"a" has another template/],
  ] as const)
    expect(await append(run, [contradiction])).toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(said.source.replaceAll('"', '\\\\"')),
    });
  expect(await readFile(join(run, "interactions.jsonl"), "utf8")).toBe(before);
  expect((await append(run, [full({}), full({ n: 1, correct: 0 })])).summary).toMatchObject({
    added: 1,
    known: 1,
  });
});

test("a collected run is not appended to", async () => {
  const run = await importRun([line(1, "a", 1)]);
  const manifest = JSON.parse(await readFile(join(run, "run.json"), "utf8"));
  manifest.source.kind = "collect";
  await writeFile(join(run, "run.json"), JSON.stringify(manifest));
  expect(await append(run, [line(2, "a", 1)])).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/oirl collect/),
  });
});

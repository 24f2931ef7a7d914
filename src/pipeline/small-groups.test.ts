import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { importTable } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { exportNpy } from "./export-npy.ts";
import { reportRun } from "./report-run.ts";
import { sweepSubsets } from "./sweep-subsets.ts";
import { trainRun } from "./train-run.ts";

/** Imports a long table; rewards follow from the row's number. */
async function tableRun(header: string, rows: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, "log.csv");
  const lines = rows.flatMap((row, index) => [
    `${row},first,${index % 2}`,
    `${row},second,${index % 3 && 1}`,
  ]);
  await writeFile(file, `${header},prompt,reward\n${lines.join("\n")}\n`);
  await importTable({ file, out: join(folder, "run") });
  return join(folder, "run");
}

const letters = (index: number): string => "abcdefghijklmnop"[index]!.repeat(3);

test("where random logs hold too few different questions, the report leaves them out and says so", async () => {
  const rows = [
    // One question by form.
    ...Array.from({ length: 300 }, (_, index) => `What is ${index} plus 1?`),
    ...Array.from({ length: 8 }, (_, index) => `Who is ${letters(index)}?`),
  ];
  const { file } = await reportRun(await tableRun("question", rows), { groupBy: "form" });
  expect(await readFile(file, "utf8")).toMatch(/\d+ of the \d+ random logs that were drawn are left out/);
});

test("too few different questions to fit is an error that says how many there are", async () => {
  const rows = ["abc", "def", "ghi"].flatMap((name) => [`Who is ${name} 1?`, `Who is ${name} 2?`]);
  const evaluation = evaluateRun(await tableRun("question", rows), { groupBy: "form" });
  await expect(evaluation).rejects.toThrow(UsageError);
  await expect(evaluation).rejects.toThrow(
    /at least 3 different questions \(told apart by their form, numbers masked\).*the log has 3, of which 2 are left to learn from/,
  );
});

test("a log of two questions is told so, whatever is done with it", async () => {
  const run = await tableRun("question", ["Who is abc?", "Where is def?", "Where is def?"]);
  await expect(trainRun(run)).rejects.toThrow(
    /at least 3 different questions \(told apart by their text\).*the log has 2: log more/,
  );
  for (const protocol of ["grouped", "nested"] as const)
    for (const evaluate of [evaluateRun, sweepSubsets])
      await expect(evaluate(run, { protocol })).rejects.toThrow(/different questions.*the log has 2\b/);
  await expect(reportRun(run)).rejects.toThrow(/different questions.*the log has 2\b/);
});

test("questions that only another LLM was asked are neither split nor counted", async () => {
  const rows = Array.from({ length: 60 }, (_, index) =>
    index < 20
      ? `mine,Who is ${letters(index % 16)} of ${letters((index * 7) % 16)}?`
      : `other,Where is ${letters(index % 16)} of ${letters((index * 7 + Math.floor(index / 16)) % 16)}?`,
  );
  const run = await tableRun("model,question", rows);
  const { questions, leak, strategies } = await evaluateRun(run, { llm: "mine", protocol: "grouped" });
  const own = new Set(rows.filter((row) => row.startsWith("mine"))).size;
  const tested = Math.round(0.2 * own);
  expect(questions).toBe(tested);
  expect(leak).toEqual({ testQuestions: tested, alsoInTrain: 0 });
  expect(strategies.find(({ name }) => name === "argmax")!.questions).toBe(tested);
  const exported = await exportNpy(run, { llm: "mine" });
  expect(exported).toMatchObject({ trainQuestions: own - tested, testQuestions: tested });
});

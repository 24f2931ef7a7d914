import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sharedCase } from "../../test/support/shared-case.ts";
import { requireSharedData, SHARED_DATA } from "../../test/support/shared-data.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { importTable } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { type PrepareLogOptions, prepareLog } from "./prepared-log.ts";

/** Imports a table, and reads it as each of the options says. */
async function prepareTable(
  table: { readonly file: string } & Omit<Parameters<typeof importTable>[0], "out">,
  ...options: PrepareLogOptions[]
) {
  const out = join(await temporaryFolder(), "run");
  await importTable({ ...table, out });
  return Promise.all(options.map((each) => prepareLog(out, each)));
}

/** A log of two prompts, a row a question. */
async function writeTable(header: string, rows: readonly string[]): Promise<string> {
  const file = join(await temporaryFolder(), "log.csv");
  const lines = rows.flatMap((row, index) => [`${row},one,${index % 2}`, `${row},two,1`]);
  await writeFile(file, `${header},prompt,reward\n${lines.join("\n")}\n`);
  return file;
}

const countRows = (groups: Int32Array): number => new Set(groups).size;

describe("a log's questions", () => {
  test("are told apart by their text, and nothing is to be warned of", async () => {
    const file = await writeTable("question", ["1 1 4 6", "1 1 11 11", "1 1  4 6 ", "( [", "[ ("]);
    const warnings: string[] = [];
    const [prepared] = await prepareTable({ file }, { onWarning: (message) => warnings.push(message) });
    expect(prepared).toMatchObject({ groupedBy: "text", warnings: [] });
    expect(countRows(prepared!.groups)).toBe(4);
    expect(warnings).toEqual([]);
  });

  test("by form may be few; forms that are whole tasks are warned of, with an example", async () => {
    const puzzles = Array.from({ length: 30 }, (_, index) => `${index} 1 4 6`);
    const sums = Array.from({ length: 25 }, (_, index) => `What is ${index} + 1?`);
    const file = await writeTable("question", [...puzzles, ...sums, "Who is it?"]);
    const warnings: string[] = [];
    const [prepared] = await prepareTable(
      { file },
      { groupBy: "form", onWarning: (message) => warnings.push(message) },
    );
    expect(countRows(prepared!.groups)).toBe(3);
    expect(prepared!.warnings).toEqual([
      expect.stringMatching(
        /^grouped by form, 2 forms hold.*"# # # #" \(30 questions, such as "\d+ 1 4 6"\), "what is # \+ #\?" \(25 questions/,
      ),
    ]);
    expect(warnings).toEqual(prepared!.warnings);
  });

  test("by a column are one where its values are equal; an unknown one is refused with those that exist", async () => {
    const rows = ["Who is it?,anna", "Where is it?,anna", "When was it?,bert", "What is it?,"];
    const file = await writeTable("question,tenant", rows);
    const table = { file, featureColumns: ["tenant"] };
    const [byText, byTenant] = await prepareTable(table, {}, { groupBy: "tenant" });
    expect(countRows(byText!.groups)).toBe(4);
    expect(countRows(byTenant!.groups)).toBe(3);
    const unknown = prepareTable(table, { groupBy: "tenent" });
    await expect(unknown).rejects.toThrow(UsageError);
    await expect(unknown).rejects.toThrow(/"tenent".*There are: text, form, tenant$/);
  });
});

describe("cases", () => {
  test("14: two documents make two questions of one text", async (context) => {
    const file = sharedCase(context, "14-same-question-other-context", "rag.jsonl");
    const [prepared] = await prepareTable({ file, inputColumns: ["context"] }, {});
    expect(countRows(prepared!.groups)).toBe(24);
  });

  test("16: sums are different questions", async (context) => {
    const file = sharedCase(context, "16-questions-of-numbers", "log.csv");
    const [byText, byForm] = await prepareTable({ file }, {}, { groupBy: "form" });
    expect(countRows(byText!.groups)).toBe(200);
    expect(countRows(byForm!.groups)).toBe(1);
    expect(byForm!.warnings).toHaveLength(1);
  });

  test("23: the order of a log's rows changes no group", async (context) => {
    const [first, second] = await Promise.all(
      ["row-order-a.csv", "row-order-b.csv"].map(async (name) => {
        const [prepared] = await prepareTable({ file: sharedCase(context, "23-row-order", name) }, {});
        return prepared!;
      }),
    );
    expect(first!.texts).toEqual(second!.texts);
    expect(first!.groups).toEqual(second!.groups);
  });
});

test("metaprompt's puzzles are questions of their own, and its translations are one", {
  timeout: 240_000,
}, async (context) => {
  requireSharedData(context);
  const file = join(SHARED_DATA, "logs", "metaprompt.csv");
  const [prepared] = await prepareTable({ file }, {});
  const { groups, log } = prepared!;
  const puzzles = log.queries.flatMap(({ text }, index) =>
    /^\d+ \d+ \d+ \d+$/u.test(text) ? [groups[index]!] : [],
  );
  expect(puzzles.length).toBeGreaterThanOrEqual(90);
  expect(new Set(puzzles).size).toBe(puzzles.length);
  const recorded = new Map(log.queries.map(({ group }, index) => [group, groups[index]!]));
  log.queries.forEach(({ group }, index) => {
    if (group !== undefined) expect(groups[index]).toBe(recorded.get(group));
  });
  expect(countRows(groups)).toBeLessThan(log.queries.length / 2);
});

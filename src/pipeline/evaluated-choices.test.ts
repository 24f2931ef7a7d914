import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { evaluateWithDetails } from "./evaluate-run.ts";
import { prepareLog } from "./prepared-log.ts";

test("an evaluation writes what it chose for each question, and these choices have its gain", async () => {
  const run = await plantedRun({ questions: 240, repeats: 2, parts: true });
  const prepared = await prepareLog(run);
  const { result } = await evaluateWithDetails(prepared, "nested", { seed: 3 });
  const file = (await readdir(join(run, "results"))).find((name) => name.startsWith("choices-nested"))!;
  const rows: Record<string, string>[] = parse(await readFile(join(run, "results", file)), { columns: true });
  expect(rows.map((row) => row.query_id).sort()).toEqual(prepared.log.queries.map(({ id }) => id).sort());
  expect([...new Set(rows.map((row) => row.fold))]).toEqual(["0", "1", "2", "3", "4"]);

  const success = new Map<string, [sum: number, count: number]>();
  prepared.log.reward.forEach((reward, index) => {
    const query = prepared.log.queries[prepared.log.queryIndex[index]!]!.id;
    const pair = `${query} ${prepared.log.prompts[prepared.log.promptIndex[index]!]!.id}`;
    const [sum, count] = success.get(pair) ?? [0, 0];
    success.set(pair, [sum + reward, count + 1]);
  });
  for (const name of ["fixed", "argmax", "safe"] as const) {
    const rewards = rows.map((row) => {
      const [sum, count] = success.get(`${row.query_id} ${row[name]}`)!;
      return sum / count;
    });
    const expected = result.strategies.find((strategy) => strategy.name === name)!.success!;
    expect(rewards.reduce((sum, reward) => sum + reward, 0) / rows.length).toBeCloseTo(expected, 12);
  }
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { plantedRun } from "../support/planted-run.ts";

test("results of a simulated log are called simulated by every command that shows them", async () => {
  const run = await plantedRun({ questions: 60, repeats: 2 });
  const queries = join(run, "..", "queries.txt");
  await writeFile(queries, "What is number 3 of apples plus some coins?\n");
  for (const call of [
    ["evaluate", run],
    ["train", run],
    ["report", run],
    ["recommend", run, "What is number 3 of apples plus some coins?"],
    ["optimize", run, "--queries", queries],
    ["score", run, "--queries", queries],
  ]) {
    const { stdout, stderr } = await callCli(call);
    expect(`${stdout}${stderr}`, call[0]).toMatch(/simulated/iu);
    // The table of scores holds nothing but scores.
    if (call[0] !== "score") expect(stdout, call[0]).toMatch(/simulated/iu);
    else expect(stdout).toMatch(/^query_id,[^\n]*\n[^\n]*\n$/u);
    expect(await callCliForJson(call), call[0]).toMatchObject({ simulated: true });
  }
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EvaluationResult } from "../../src/types/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { requireSharedData, SHARED_DATA } from "../support/shared-data.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-real-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the released mawps log: counts as published, and the paper's split leaks every test question", async (context) => {
  requireSharedData(context);
  const run = join(folder, "mawps");
  const summary = await callCliForJson([
    ...["import", "prompt-oirl", join(SHARED_DATA, "prompt-oirl")],
    ...["--task", "mawps", "--texts", SHARED_DATA, "--out", run],
  ]);
  expect(summary).toMatchObject({ queries: 7685, uniqueQueries: 1744, prompts: 16 });
  const call = ["evaluate", run, "--protocol", "paper", "--reward-model", "prompt-mean"];
  const result = await callCliForJson<EvaluationResult>(call);
  expect(result.leak).toEqual({ testQuestions: 1685, alsoInTrain: 1685 });
  expect(result).not.toHaveProperty("simulated");
  expect((await callCli(call)).stdout).toContain("1,685 of 1,685");
});

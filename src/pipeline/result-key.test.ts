import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { startScriptedEndpoint } from "../../test/support/scripted-embedding-endpoint.ts";
import { writeNpy } from "../data/index.ts";
import { ExistsError } from "../errors.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { trainRun } from "./train-run.ts";

const QUESTIONS = 60;

afterEach(() => vi.unstubAllEnvs());

/** An array that tells sums (even rows) from products, or does not. */
async function writeEmbeddings(file: string, tells: boolean): Promise<void> {
  const values = Float32Array.from({ length: 2 * QUESTIONS }, (_, entry) => {
    const row = entry >> 1;
    return tells ? Number(row % 2 === entry % 2) : Number(entry % 2 === 0);
  });
  await writeNpy(file, values, [QUESTIONS, 2]);
}

test("a result is stale when another array stands in the file of its embedder, and a chooser too", async () => {
  const run = await plantedRun({ questions: QUESTIONS, repeats: 4 });
  const file = join(run, "..", "embeddings.npy");
  const embedder = `npy:${file}`;
  await writeEmbeddings(file, false);
  const blind = await evaluateRun(run, { protocol: "nested", embedder });
  await trainRun(run, { embedder });
  await writeEmbeddings(file, true);
  const seeing = await evaluateRun(run, { protocol: "nested", embedder });
  expect(seeing.strategies).not.toEqual(blind.strategies);
  await expect(trainRun(run, { embedder })).rejects.toThrow(ExistsError);
  await writeEmbeddings(file, false);
  expect((await trainRun(run, { embedder })).gate.open).toBe(false);
});

test("and when another array of prompts does", async () => {
  const run = await plantedRun({ questions: QUESTIONS });
  const file = join(run, "..", "prompts.npy");
  const promptEmbedder = `npy:${file}`;
  await writeNpy(file, Float32Array.of(1, 0, 0, 1, 1, 1, 1, 0), [4, 2]);
  const likeTheFirst = await evaluateRun(run, { promptEmbedder });
  await writeNpy(file, Float32Array.of(1, 0, 0, 1, 1, 1, 1, 1), [4, 2]);
  const likeTheThird = await evaluateRun(run, { promptEmbedder });
  expect(likeTheThird.rewardModelQuality.heldOut).not.toEqual(likeTheFirst.rewardModelQuality.heldOut);
  await writeFile(file, "");
  await expect(evaluateRun(run, { promptEmbedder })).rejects.toThrow(/NPY/);
});

test("and when the environment names another endpoint", async () => {
  const run = await plantedRun({ questions: 30 });
  const [first, second] = [await startScriptedEndpoint(), await startScriptedEndpoint()];
  try {
    vi.stubEnv("OPENAI_BASE_URL", first.baseUrl);
    await evaluateRun(run, { embedder: "openai:m" });
    const asked = first.requests.length;
    await evaluateRun(run, { embedder: "openai:m" });
    expect(first.requests).toHaveLength(asked);
    vi.stubEnv("OPENAI_BASE_URL", second.baseUrl);
    await evaluateRun(run, { embedder: "openai:m" });
    expect(first.requests).toHaveLength(asked);
    expect(second.requests.length).toBeGreaterThan(0);
  } finally {
    await first.close();
    await second.close();
  }
});

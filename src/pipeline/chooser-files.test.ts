import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { encodeStoredState, writeNpy } from "../data/index.ts";
import { ModelFileError, UsageError } from "../errors.ts";
import { loadChooser } from "./load-chooser.ts";
import { scoreRun } from "./score-run.ts";
import { trainRun } from "./train-run.ts";

/** Renames until the process is "killed": every one after that fails, as does all that would follow it. */
let renamesLeft = Number.POSITIVE_INFINITY;
vi.mock("node:fs/promises", async (importOriginal) => {
  const actual = await importOriginal<typeof import("node:fs/promises")>();
  return {
    ...actual,
    rename: async (from: string, to: string) => {
      if (renamesLeft <= 0) throw new Error("killed");
      renamesLeft--;
      await actual.rename(from, to);
    },
  };
});
afterEach(() => {
  renamesLeft = Number.POSITIVE_INFINITY;
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const QUESTION = "What is number 3 of apples plus some coins?";

test("what is no text is refused in words, one question or many", async () => {
  const run = await plantedRun({ questions: 60 });
  await trainRun(run);
  const chooser = await loadChooser(run);
  const missing = undefined as unknown as string;
  expect(() => chooser.recommend(missing)).toThrow(UsageError);
  expect(() => chooser.recommend(missing)).toThrow(/must be a text, found undefined/);
  await expect(chooser.recommendMany([QUESTION, null as unknown as string])).rejects.toThrow(/found null/);
  await expect(chooser.recommendMany(QUESTION as unknown as string[])).rejects.toThrow(/a list of questions/);
});

test("killed at any moment, a replacement leaves the old chooser or the new one, and no stray files", async () => {
  const run = await plantedRun({ questions: 60 });
  await trainRun(run);
  const before = await readdir(join(run, "models/chooser"));
  let kills = 0;
  for (let replaced = false; !replaced; kills++) {
    renamesLeft = kills;
    await trainRun(run, { seed: 99, rewardModel: "prompt-mean", force: true }).then(
      () => {
        replaced = true;
      },
      () => undefined,
    );
    renamesLeft = Number.POSITIVE_INFINITY;
    expect((await loadChooser(run)).recommend(QUESTION).promptId).toMatch(/sum|product|weak/);
  }
  expect(kills).toBeGreaterThan(3);
  expect(await readdir(join(run, "models/chooser"))).toHaveLength(before.length);
});

describe("a prompt embedder", () => {
  let run: string;
  let queriesFile: string;
  let promptsFile: string;
  beforeAll(async () => {
    run = await plantedRun({ questions: 60 });
    queriesFile = join(run, "..", "queries.txt");
    promptsFile = join(run, "..", "prompts.jsonl");
    await writeFile(queriesFile, `${QUESTION}\n`);
  });

  async function alterManifest(promptEmbedder: string, files: object): Promise<void> {
    const file = join(run, "models/chooser/manifest.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    manifest.settings.promptEmbedder = promptEmbedder;
    manifest.files = { ...manifest.files, ...files };
    await writeFile(file, JSON.stringify(manifest));
  }

  test("that a foreign run folder names gets neither the key nor a text", async () => {
    await trainRun(run, { force: true });
    const fetch = vi.fn(async () => Response.json({ data: [{ index: 0, embedding: [1, 0] }] }));
    vi.stubGlobal("fetch", fetch);
    vi.stubEnv("OPENAI_API_KEY", "sk-secret-0123456789");
    const baseUrl = "https://attacker.example/v1";
    const name = `openai:m@${baseUrl}`;
    await alterManifest(name, {});
    await expect(scoreRun(run, { queriesFile })).rejects.toThrow(ModelFileError);
    const state = { kind: "openai", header: { model: "m", name, baseUrl, columns: 2 }, arrays: {} };
    const promptEmbedder = "prompt-embedder-0123456789abcdef.bin";
    await writeFile(join(run, "models/chooser", promptEmbedder), encodeStoredState(state));
    await alterManifest(name, { promptEmbedder });
    await expect(scoreRun(run, { queriesFile })).rejects.toThrow(UsageError);
    await expect(scoreRun(run, { queriesFile })).rejects.toThrow(/OPENAI_BASE_URL/);
    await alterManifest(name, { promptEmbedder: "../../../prompt-embedder-0123456789abcdef.bin" });
    await expect(scoreRun(run, { queriesFile })).rejects.toThrow(ModelFileError);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("of the user's own array scores the log's prompts, and says what others would need", async () => {
    const file = join(run, "..", "prompts.npy");
    // Rows of the log's prompts: the held-out one stands nearest to the first.
    await writeNpy(file, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0.9, 0.1, 0), [4, 3]);
    await trainRun(run, { promptEmbedder: `npy:${file}`, force: true });
    // The chooser holds the array: it can be moved away.
    await writeFile(file, "");
    const known = await scoreRun(run, { queriesFile });
    expect([...known.promptIds].sort()).toEqual(["product", "sum", "weak"]);
    const [sum, weak] = ["sum", "weak"].map((id) => known.rewards[0]![known.promptIds.indexOf(id)]!);
    const templates = { mine: "Add up carefully, in steps:", known: "Sing a song about it." };
    const lines = Object.entries(templates).map(([id, template]) => JSON.stringify({ id, template }));
    await writeFile(promptsFile, `${lines.join("\n")}\n`);
    const { rewards, seen } = await scoreRun(run, { queriesFile, promptsFile });
    expect(seen).toEqual([false, true]);
    expect(rewards[0]![0]).toBeCloseTo(sum!, 2);
    expect(rewards[0]![1]).toBe(weak);
    await writeFile(promptsFile, `${JSON.stringify({ id: "new", template: "Never seen." })}\n`);
    await expect(scoreRun(run, { queriesFile, promptsFile })).rejects.toThrow(
      /"new" has no embedding.*held-out.*--prompt-embedder character-ngrams/,
    );
  });
});

test("a question that an array of embeddings does not hold gets the fixed prompt, and is told what to do", async () => {
  const run = await plantedRun({ questions: 30 });
  const file = join(run, "..", "embeddings.npy");
  await writeNpy(
    file,
    Float32Array.from({ length: 60 }, (_, entry) => entry % 7),
    [30, 2],
  );
  await trainRun(run, { embedder: `npy:${file}` });
  const { queryDependent, reason } = (await loadChooser(run)).recommend("How many?");
  expect(queryDependent).toBe(false);
  expect(reason).toMatch(/^npy:.* holds embeddings of the log's own questions and none of this one/);
});

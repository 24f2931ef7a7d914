import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { IoError } from "../errors.ts";
import type { DenseFeatures } from "../types/index.ts";
import { EmbeddingCache } from "./embedding-cache.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "oirl-cache-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function features(...rows: readonly number[][]): DenseFeatures {
  return {
    kind: "dense",
    rows: rows.length,
    columns: rows[0]!.length,
    values: Float32Array.from(rows.flat()),
  };
}

async function files(): Promise<string[]> {
  const paths = await readdir(directory, { recursive: true, withFileTypes: true });
  return paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("what is added is found again, by this and by a later process", async () => {
  const cache = await EmbeddingCache.open(directory, "model");
  expect(cache.get("a")).toBeUndefined();
  expect(cache.columns).toBeUndefined();
  await cache.add(["a", "b"], features([1, 2], [3, 4]));
  await cache.add(["c"], features([5, 6]));
  for (const opened of [cache, await EmbeddingCache.open(directory, "model", 2)]) {
    expect(opened.get("a")).toEqual(Float32Array.of(1, 2));
    expect(opened.get("b")).toEqual(Float32Array.of(3, 4));
    expect(opened.get("c")).toEqual(Float32Array.of(5, 6));
    expect(opened.get("d")).toBeUndefined();
    expect(opened.columns).toBe(2);
  }
});

test("another fingerprint or width sees nothing of it", async () => {
  await (await EmbeddingCache.open(directory, "model")).add(["a"], features([1, 2]));
  expect((await EmbeddingCache.open(directory, "other")).get("a")).toBeUndefined();
  expect((await EmbeddingCache.open(directory, "model", 3)).get("a")).toBeUndefined();
});

test("the texts are not stored", async () => {
  await (await EmbeddingCache.open(directory, "model")).add(["a very secret question"], features([1, 2]));
  for (const file of await files()) expect((await readFile(file)).includes("secret")).toBe(false);
});

describe("a damaged shard is as good as absent, and the others stand", () => {
  const damages: readonly [string, (file: string) => Promise<void>][] = [
    ["truncated", async (file) => truncate(file, (await readFile(file)).length - 3)],
    ["emptied", (file) => truncate(file, 0)],
    ["removed", (file) => rm(file)],
    ["text", (file) => writeFile(file, "no array at all")],
    [
      "with one bit turned",
      async (file) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 1]! ^= 1;
        await writeFile(file, bytes);
      },
    ],
    [
      "a folder",
      async (file) => {
        await rm(file);
        await mkdir(file);
      },
    ],
  ];
  for (const part of ["rows", "texts"])
    test.each(damages)(`${part} %s`, async (_, damage) => {
      const cache = await EmbeddingCache.open(directory, "model");
      await cache.add(["a"], features([1, 2]));
      const [damaged] = (await files()).filter((file) => file.endsWith(`.${part}.npy`));
      await cache.add(["b"], features([3, 4]));
      await damage(damaged!);
      const reopened = await EmbeddingCache.open(directory, "model");
      expect(reopened.get("a")).toBeUndefined();
      expect(reopened.get("b")).toEqual(Float32Array.of(3, 4));
      await reopened.add(["a"], features([1, 2]));
      expect(reopened.get("a")).toEqual(Float32Array.of(1, 2));
    });

  test("and once written again it is found again", async () => {
    const cache = await EmbeddingCache.open(directory, "model");
    await cache.add(["a"], features([1, 2]));
    for (const file of await files()) await truncate(file, 5);
    await (await EmbeddingCache.open(directory, "model")).add(["a"], features([1, 2]));
    expect((await EmbeddingCache.open(directory, "model")).get("a")).toEqual(Float32Array.of(1, 2));
  });
});

test("many shards are joined into one", async () => {
  const cache = await EmbeddingCache.open(directory, "model");
  for (let count = 0; count < 70; count++) await cache.add([`text ${count}`], features([count, 1]));
  expect(await files()).toHaveLength(140);
  await EmbeddingCache.open(directory, "model");
  expect(await files()).toHaveLength(2);
  const joined = await EmbeddingCache.open(directory, "model");
  for (let count = 0; count < 70; count++)
    expect(joined.get(`text ${count}`)).toEqual(Float32Array.of(count, 1));
});

test("where nothing can be written the rows are kept in memory", async () => {
  const cache = await EmbeddingCache.open(join(directory, "later"), "model");
  await writeFile(join(directory, "later"), "a file where the folder should be");
  await cache.add(["a"], features([1, 2]));
  expect(cache.get("a")).toEqual(Float32Array.of(1, 2));
});

test("a folder that cannot be read is an error that names it", async () => {
  await writeFile(join(directory, "file"), "");
  const opening = EmbeddingCache.open(join(directory, "file"), "model");
  await expect(opening).rejects.toThrow(IoError);
  await expect(opening).rejects.toThrow(join(directory, "file"));
});

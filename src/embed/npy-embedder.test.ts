import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { denseRows, testEmbedderContract } from "../../test/support/embed/embedder-contract.ts";
import { writeNpy } from "../data/index.ts";
import { DataError, ShapeError, UsageError } from "../errors.ts";
import { createEmbedder } from "./create-embedder.ts";
import { embedTexts } from "./embed-texts.ts";
import { npyEmbedder } from "./npy-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

const TEXTS = ["first question", "second question", "third question", "first question"];

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-npy-embedder-"));
  file = join(folder, "embeddings.npy");
  await writeNpy(file, Float64Array.of(3, 4, 0, 2, -1, 0, 9, 9), [4, 2]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

testEmbedderContract({
  title: "npy",
  create: () => createEmbedder(`npy:${file}`, { texts: TEXTS }),
  restore: restoreEmbedder,
  trainingTexts: TEXTS.slice(0, 3),
  unknownText: "never seen",
});

test("every text gets its own row, scaled to length 1, whichever texts it was fitted on", async () => {
  const fitted = await npyEmbedder(file, TEXTS).fit(["second question"]);
  const rows = denseRows(await embedTexts(fitted, ["third question", "first question", "second question"]));
  expect(rows[0]).toEqual([-1, 0]);
  expect(rows[1]![0]).toBeCloseTo(0.6, 6);
  expect(rows[1]![1]).toBeCloseTo(0.8, 6);
  expect(rows[2]).toEqual([0, 1]);
});

test.each([
  [
    "another number of rows",
    Float32Array.of(1, 2),
    [2, 1],
    ShapeError,
    "holds 2 rows, but the log has 4 questions",
  ],
  ["one dimension", Float32Array.of(1, 2, 3, 4), [4], ShapeError, "shape (4), expected (4, width)"],
  [
    "not a number",
    Float32Array.of(1, 2, Number.NaN, 4),
    [4, 1],
    DataError,
    "row 2, column 0 (both from 0) is NaN",
  ],
  [
    "beyond float32",
    Float64Array.of(1, 1e300, 3, 4),
    [4, 1],
    DataError,
    "row 1, column 0 (both from 0) is 1e+300",
  ],
])("%s is refused", async (name, values, shape, type, message) => {
  const path = join(folder, `${name}.npy`);
  await writeNpy(path, values, shape);
  const fit = npyEmbedder(path, TEXTS).fit(TEXTS);
  await expect(fit).rejects.toThrow(type);
  await expect(fit).rejects.toThrow(message);
});

test("a file that is missing or no NPY file is a DataError that names it", async () => {
  const text = join(folder, "text.npy");
  await writeFile(text, "hello, this is no array");
  for (const path of [text, join(folder, "missing.npy")]) {
    const fit = npyEmbedder(path, TEXTS).fit(TEXTS);
    await expect(fit).rejects.toThrow(DataError);
    await expect(fit).rejects.toThrow(path);
  }
});

test("without the log's texts the rows belong to nothing", () => {
  expect(() => createEmbedder(`npy:${file}`)).toThrow(UsageError);
});

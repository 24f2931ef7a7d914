import { z } from "zod";
import { hashFile, type NpyArray, readNpy } from "../data/index.ts";
import { DataError, ShapeError } from "../errors.ts";
import type { DenseFeatures, StoredState } from "../types/index.ts";
import { contentHash } from "../util/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, LocalFittedEmbedder } from "./embedder.ts";
import { normalizeRows } from "./feature-rows.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";

/** A table of embeddings the user brought. Its rows are dense. */
export interface FittedNpy extends LocalFittedEmbedder {
  embed(texts: readonly string[]): DenseFeatures;
}

const HASH_BYTES = 32;

/**
 * Embeds by looking up: row i of the file belongs to the i-th text; any other text is a row of zeros. Rows are scaled to
 * length 1. Nothing is learned, so `fit` may be given any texts.
 * @param path an NPY file of shape (texts, width), of any real type
 * @param texts of the log's queries, in its order; of equal texts the first row counts
 * @throws (by `fit`) ShapeError where the shape does not fit the texts, DataError where the file is malformed or holds
 * NaN or infinity
 */
export function npyEmbedder(path: string, texts: readonly string[]): Embedder {
  return {
    name: `npy:${path}`,
    identity: async () => `npy ${await hashFile(path)}`,
    async fit(trainingTexts, options) {
      checkTrainingTexts(trainingTexts, options?.signal);
      const table = toTable(await readNpy(path), path, texts.length);
      const keys = Buffer.concat(texts.map((text) => Buffer.from(contentHash(text), "hex")));
      return assemble(`npy:${path}`, table, new Uint8Array(keys));
    },
  };
}

const headerSchema = z.object({
  name: z.string().startsWith("npy:"),
  rows: z.int().min(0),
  columns: z.int().min(0),
});

/** @throws ModelFileError where the state contradicts itself */
export function restoreNpy(state: StoredState): FittedNpy {
  const { name, rows, columns } = parseHeader(state, headerSchema);
  const values = takeArray(state, "values", Float32Array, rows * columns);
  const keys = takeArray(state, "keys", Uint8Array, rows * HASH_BYTES);
  if (!values.every(Number.isFinite)) throw malformed(state, "a row holds NaN or infinity");
  return assemble(name, { kind: "dense", rows, columns, values }, keys);
}

function assemble(name: string, table: DenseFeatures, keys: Uint8Array): FittedNpy {
  const { rows, columns } = table;
  const rowOf = new Map<string, number>();
  for (let row = rows - 1; row >= 0; row--)
    rowOf.set(Buffer.from(keys.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES)).toString("hex"), row);
  return {
    isLocal: true,
    name,
    columns,
    embed(texts) {
      const values = new Float32Array(texts.length * columns);
      for (const [position, text] of texts.entries()) {
        const row = rowOf.get(contentHash(text));
        if (row !== undefined)
          values.set(table.values.subarray(row * columns, (row + 1) * columns), position * columns);
      }
      return { kind: "dense", rows: texts.length, columns, values };
    },
    save: () => ({ kind: "npy", header: { name, rows, columns }, arrays: { values: table.values, keys } }),
  };
}

function toTable({ shape, values, dtype }: NpyArray, path: string, expectedRows: number): DenseFeatures {
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined)
    throw new ShapeError(
      `${path} has shape (${shape.join(", ")}), expected (${expectedRows}, width): one row a question.`,
      { file: path },
    );
  if (rows !== expectedRows)
    throw new ShapeError(
      `${path} holds ${rows} rows, but the log has ${expectedRows} questions; row i must be the embedding of question i of queries.jsonl.`,
      { file: path, rows, expected: expectedRows },
    );
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    throw new DataError(`holds ${dtype}, expected real numbers; save it with array.astype("float32").`, {
      file: path,
    });
  const table: DenseFeatures = { kind: "dense", rows, columns, values: Float32Array.from(values) };
  const wrong = table.values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new DataError(
      `row ${Math.floor(wrong / columns)}, column ${wrong % columns} (both from 0) is ${values[wrong]}, expected a finite number that a float32 can hold.`,
      { file: path },
    );
  normalizeRows(table);
  return table;
}

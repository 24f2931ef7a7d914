import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import {
  decodeNpy,
  decodeStoredState,
  encodeNpy,
  encodeStoredState,
  importJsonl,
  importTable,
  readPromptsFile,
  readQueriesFile,
} from "../../../src/data/index.ts";
import {
  readLightgbmModel,
  readXgboostModel,
  writeLightgbmModel,
  writeXgboostModel,
} from "../../../src/reward/index.ts";
import type { SeededRandom } from "../../../src/util/index.ts";
import { exampleBooster } from "../reward/example-booster.ts";
import { EXAMPLE_COLUMNS } from "../reward/example-pairs.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { mutateBytes } from "./mutations.ts";
import { TOOL_LOGS } from "./tool-logs.ts";

const ROWS = Array.from({ length: 24 }, (_, row) => ({
  question: `How much is ${row >> 2} + 1, "really"?`,
  prompt: `p-${row % 4}`,
  answer: `It is ${row % 5}.`,
  reward: row % 2,
  cost: 0.001 * row,
}));
const COLUMNS = Object.keys(ROWS[0]!) as (keyof (typeof ROWS)[number])[];
const COLUMNS_OF_TREES = { queryColumns: EXAMPLE_COLUMNS, promptColumns: EXAMPLE_COLUMNS };

/** Every reader of files: of whole files, and of bytes. */
export async function readerTargets(folder: string): Promise<FuzzTarget[]> {
  return [...fileTargets(folder), ...(await byteTargets())];
}

function fileTargets(folder: string): FuzzTarget[] {
  const jsonl = ROWS.map((row) => JSON.stringify(row)).join("\n");
  const cell = (value: string | number): string => `"${String(value).replaceAll('"', '""')}"`;
  const delimited = (delimiter: string): string =>
    [
      COLUMNS.join(delimiter),
      ...ROWS.map((row) => COLUMNS.map((name) => cell(row[name])).join(delimiter)),
    ].join("\n");
  const own = ROWS.map(({ question, prompt, reward }) =>
    JSON.stringify({
      query: { id: question, text: question },
      prompt: { id: prompt, template: prompt },
      reward,
      llm: "m",
    }),
  ).join("\n");
  const table = (file: string) => importTable({ file, out: `${file}-run`, force: true }).then(countRead);
  const queries = ROWS.map(({ question }, id) => JSON.stringify({ id: `q${id}`, text: question })).join("\n");
  const prompts = ROWS.slice(0, 4)
    .map(({ prompt }) => `- id: ${prompt}\n  template: "Think: {{query}}"\n`)
    .join("");
  type ReadFile = readonly [
    name: string,
    content: string | Uint8Array,
    weight: number,
    read: (file: string) => Promise<readonly number[]>,
  ];
  const toolLogs: ReadFile[] = Object.entries(TOOL_LOGS).map(([name, content]) => [name, content, 2, table]);
  const files: readonly ReadFile[] = [
    ["t.csv", delimited(","), 6, table],
    ["t.tsv", delimited("\t"), 3, table],
    ["t.jsonl", jsonl, 6, table],
    ["t.parquet", parquet(), 4, table],
    ...toolLogs,
    ["own.jsonl", own, 6, (file) => importJsonl({ file, out: `${file}-run`, force: true }).then(countRead)],
    ["queries.jsonl", queries, 6, async (file) => [(await readQueriesFile(file)).length]],
    ["prompts.yaml", prompts, 6, async (file) => [(await readPromptsFile(file)).length]],
  ];
  return files.map(([name, content, weight, read]) => ({
    name,
    isSynchronous: false,
    weight,
    attempt: async (random: SeededRandom) => {
      const file = join(folder, name);
      await writeFile(file, mutateBytes(Buffer.from(content), random));
      const found = await read(file);
      // Whatever was taken in must be whole.
      const lines = await readFile(join(`${file}-run`, "interactions.jsonl"), "utf8").catch(() => "");
      const rewards = lines
        .split("\n")
        .filter(Boolean)
        .map((line) => Number(JSON.parse(line).reward));
      return [...found, ...rewards];
    },
  }));
}

function countRead({
  interactions,
  skipped,
}: {
  readonly interactions: number;
  readonly skipped: number;
}): number[] {
  return [interactions, skipped];
}

function parquet(): Uint8Array {
  const columnData = COLUMNS.map((name) => ({ name, data: ROWS.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

async function byteTargets(): Promise<FuzzTarget[]> {
  const { model, score } = await exampleBooster();
  const npy = encodeNpy(
    Float32Array.from({ length: 24 }, (_, at) => at / 7),
    [6, 4],
  );
  const state = encodeStoredState({ kind: "x", header: { a: 1 }, arrays: { v: Float64Array.of(1, 2) } });
  const kinds: readonly [name: string, bytes: Uint8Array, read: (bytes: Uint8Array) => Iterable<number>][] = [
    [
      "XGBoost's JSON",
      writeXgboostModel(model, "json"),
      (bytes) => score(readXgboostModel(bytes, COLUMNS_OF_TREES)),
    ],
    [
      "XGBoost's UBJSON",
      writeXgboostModel(model, "ubj"),
      (bytes) => score(readXgboostModel(bytes, COLUMNS_OF_TREES)),
    ],
    [
      "LightGBM's text",
      writeLightgbmModel(model),
      (bytes) => score(readLightgbmModel(bytes, COLUMNS_OF_TREES)),
    ],
    ["NumPy's array", npy, (bytes) => [decodeNpy(bytes).values.length]],
    [
      "a stored state",
      state,
      (bytes) => Object.values(decodeStoredState(bytes).arrays).map(({ length }) => length),
    ],
  ];
  return kinds.map(([name, bytes, read]) => ({
    name,
    isSynchronous: true,
    weight: 10,
    attempt: (random: SeededRandom) => read(mutateBytes(bytes, random)),
  }));
}

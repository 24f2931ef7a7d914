import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ImportTableOptions,
  importJsonl,
  importTable,
  openRunDirectory,
  readNpy,
  readPromptsFile,
  readQueriesFile,
  readRewardLog,
  readStoredState,
  readTableConfig,
} from "../../src/data/index.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { type GuardedRun, makeGuardedRun } from "../support/guarded-run.ts";

/** A good run, which every hostile import tries to replace. */
let guarded: GuardedRun;
let folder: string;
let run: string;

beforeAll(async () => {
  guarded = await makeGuardedRun();
  ({ folder, run } = guarded);
});
afterAll(() => guarded.remove());

type Content = string | Uint8Array;
type Case = readonly [name: string, file: string, content: Content, code: ErrorCode, message: RegExp];
/** A table, and what is said of its columns where a guess would be given up. */
type TableCase = Case | readonly [...Case, told: Partial<ImportTableOptions>];

const HEAD = "question,prompt,reward\n";
const LATIN1 = Buffer.from(`${HEAD}caf\u00e9?,p,1\n`, "latin1");
const CUT_CHARACTER = Buffer.concat([Buffer.from(`${HEAD}a?,p,1\nb`), Buffer.from([0xe2, 0x82])]);

function parquet(rows: number): Uint8Array {
  const column = <Value>(value: (row: number) => Value): Value[] =>
    Array.from({ length: rows }, (_, row) => value(row));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "question", data: column((row) => `question ${row}?`) },
        { name: "prompt", data: column((row) => `p${row % 2}`) },
        { name: "reward", data: column((row) => row % 3 === 0) },
      ],
    }),
  );
}
const PARQUET = parquet(500);
/** A well-formed footer behind data that were overwritten. */
const SCRAMBLED_PARQUET = PARQUET.map((byte, position) =>
  position > 8 && position < 400 ? byte ^ 0xff : byte,
);
const ENDLESS_FOOTER = Uint8Array.from([
  ...PARQUET.slice(0, -8),
  0xff,
  0xff,
  0xff,
  0x7f,
  ...PARQUET.slice(-4),
]);

const TABLES: readonly TableCase[] = [
  ["an empty file", "t.csv", "", "DATA", /t\.csv: The file is empty; expected a line naming the columns/],
  ["only a byte order mark", "t.csv", "\uFEFF", "DATA", /t\.csv: The file is empty/],
  ["only a header", "t.csv", HEAD, "DATA", /t\.csv: The file has no rows/],
  [
    "a reward above 1",
    "t.csv",
    `${HEAD}a?,p,1\nb?,p,1.01\n`,
    "DATA",
    /t\.csv:3: The reward in column "reward" is "1\.01"; expected/,
  ],
  ["a negative reward", "t.csv", `${HEAD}a?,p,-1\n`, "DATA", /t\.csv:2: The reward .* is "-1"/],
  ["NaN alone", "t.csv", `${HEAD}a?,p,NaN\n`, "DATA", /t\.csv: There is not one interaction.*1 entries/],
  ["infinity", "t.csv", `${HEAD}a?,p,inf\n`, "DATA", /t\.csv:2: The reward .* is "inf"/],
  ["a hexadecimal reward", "t.csv", `${HEAD}a?,p,0x1\n`, "DATA", /t\.csv:2: The reward .* is "0x1"/],
  [
    "a sentence as reward",
    "t.csv",
    `${HEAD}a?,p,quite good\n`,
    "DATA",
    /t\.csv:2: The reward .* is "quite good"/,
  ],
  [
    "a bad reward behind quoted newlines",
    "t.csv",
    `${HEAD}"a\nb\nc?",p,1\n"d\ne?",p,9\n`,
    "DATA",
    /t\.csv:5: The reward/,
  ],
  ["too few cells", "t.csv", `${HEAD}a?,p,1\nb?,p\n`, "DATA", /t\.csv:3: The row has 2 cells/],
  ["too many cells", "t.csv", `${HEAD}a, b?,p,1\n`, "DATA", /t\.csv:2: The row has 4 cells.*Quote cells/],
  [
    "a quote never closed",
    "t.csv",
    `${HEAD}"a?,p,1\nb?,p,1\n`,
    "DATA",
    /t\.csv:\d: A quoted cell is never closed/,
  ],
  [
    "text behind a quote",
    "t.csv",
    `${HEAD}"a"?,p,1\n`,
    "DATA",
    /t\.csv:2: There is text behind a closing quote/,
  ],
  [
    "a quote inside an unquoted cell",
    "t.csv",
    `${HEAD}a 5" pipe?,p,1\n`,
    "DATA",
    /t\.csv:2: There is a quote inside an unquoted cell/,
  ],
  [
    "a column twice",
    "t.csv",
    "question,prompt,reward,prompt\na?,p,1,q\n",
    "DATA",
    /t\.csv:1: The column "prompt" stands twice/,
  ],
  ["NUL bytes", "t.csv", `${HEAD}a?,p,1\nb\0?,p,1\n`, "DATA", /t\.csv:3: There is a NUL byte/],
  ["Latin-1", "t.csv", LATIN1, "DATA", /t\.csv:2: There are bytes that are not UTF-8/],
  [
    "a character cut off at the end",
    "t.csv",
    CUT_CHARACTER,
    "DATA",
    /t\.csv:3: There are bytes that are not UTF-8/,
  ],
  [
    "UTF-16",
    "t.csv",
    Buffer.from(`\uFEFF${HEAD}`, "utf16le"),
    "DATA",
    /t\.csv: .*UTF-16 text; save it as UTF-8/,
  ],
  [
    "a spreadsheet",
    "t.csv",
    Buffer.from("PK\u0003\u0004xlsx"),
    "DATA",
    /t\.csv: .*spreadsheet; save it as CSV/,
  ],
  [
    "a damaged gzip archive",
    "t.jsonl",
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0),
    "DATA",
    /t\.jsonl: The archive is damaged or cut/,
  ],
  ["Parquet called CSV", "t.csv", PARQUET, "DATA", /t\.csv: .*Parquet file; name it \.parquet/],
  ["CSV called Parquet", "t.parquet", `${HEAD}a?,p,1\n`, "DATA", /t\.parquet: .*truncated or damaged/],
  [
    "Parquet cut in half",
    "t.parquet",
    PARQUET.slice(0, PARQUET.length / 2),
    "DATA",
    /t\.parquet: .*truncated or damaged/,
  ],
  ["Parquet of a few bytes", "t.parquet", PARQUET.slice(0, 6), "DATA", /at least 12 bytes, found 6/],
  [
    "Parquet with scrambled data",
    "t.parquet",
    SCRAMBLED_PARQUET,
    "DATA",
    /t\.parquet: .*(truncated or damaged|reward)/,
  ],
  [
    "Parquet with an endless footer",
    "t.parquet",
    ENDLESS_FOOTER,
    "DATA",
    /metadata length 2147483647 exceeds/,
  ],
  [
    "a repetition twice",
    "t.csv",
    "question,prompt,reward,repetition\na?,p,1,0\na?,p,0,0\n",
    "DATA",
    /t\.csv:3: .*repetition 0 .*stands already/,
  ],
  [
    "half a repetition",
    "t.csv",
    "question,prompt,reward,repetition\na?,p,1,0.5\n",
    "DATA",
    /t\.csv:2: .*"repetition" is 0\.5/,
    { columns: { repetition: "repetition" } },
  ],
  [
    "a missing repetition",
    "t.csv",
    "question,prompt,reward,repetition\na?,p,1,\n",
    "DATA",
    /t\.csv:2: Column "repetition" is empty/,
  ],
  [
    "a propensity of 0",
    "t.csv",
    "question,prompt,reward,propensity\na?,p,1,0\n",
    "DATA",
    /t\.csv:2: .*"propensity" is 0/,
    { columns: { propensity: "propensity" } },
  ],
  [
    "a negative cost",
    "t.csv",
    "question,prompt,reward,cost\na?,p,1,-3\n",
    "DATA",
    /t\.csv:2: .*"cost" is -3/,
    { columns: { cost: "cost" } },
  ],
  [
    "a cost in words",
    "t.csv",
    "question,prompt,reward,cost\na?,p,1,cheap\n",
    "DATA",
    /t\.csv:2: Column "cost" holds "cheap"/,
    { columns: { cost: "cost" } },
  ],
  [
    "one id, two questions",
    "t.csv",
    "question_id,question,prompt,reward\n7,a?,p,1\n7,b?,p,1\n",
    "DATA",
    /t\.csv:3: The question "7" has another text/,
    { columns: { queryId: "question_id" } },
  ],
  ["no question in a row", "t.csv", `${HEAD},p,1\n`, "DATA", /t\.csv:2: The row has no question/],
  ["no prompt in a row", "t.csv", `${HEAD}a?,,1\n`, "DATA", /t\.csv:2: The row has no prompt/],
  [
    "rendered prompts",
    "t.csv",
    `question,prompt,reward\n${Array.from({ length: 10_002 }, (_, row) => `q${row}?,Answer q${row}:,1\n`).join("")}`,
    "DATA",
    /t\.csv:10002: There are more than 10000 different prompts/,
  ],
  [
    "columns that say nothing",
    "t.csv",
    "a,b,c\n1,2,3\n",
    "CONFIG",
    /no column was recognized as the question's text/,
  ],
  ["a list in JSON lines", "t.jsonl", "[1,2]\n", "DATA", /t\.jsonl:1: The line is not a JSON object/],
  ["one JSON document", "t.jsonl", '{\n"question": "a?"\n}\n', "DATA", /t\.jsonl: The document has no rows/],
  [
    "a torn last line",
    "t.jsonl",
    '{"question":"a?","prompt":"p","reward":1}\n{"question":"b',
    "DATA",
    /t\.jsonl:2: This is not a JSON value/,
  ],
  [
    "a reward nested in JSON",
    "t.jsonl",
    '{"question":"a?","prompt":"p","reward":{"__proto__":1}}\n',
    "DATA",
    /t\.jsonl:1: The reward/,
  ],
  ["an unknown extension", "t.xml", "<a/>", "USAGE", /Name its format: csv, tsv, jsonl, json, parquet/],
];

const RECORDS: readonly Case[] = [
  ["an empty file of records", "r.jsonl", "", "DATA", /r\.jsonl: There is not one interaction/],
  [
    "NaN in JSON",
    "r.jsonl",
    '{"query":"a?","prompt":"p","reward":NaN}\n',
    "DATA",
    /r\.jsonl:1: This is not a JSON value/,
  ],
  ["1e999", "r.jsonl", '{"query":"a?","prompt":"p","reward":1e999}\n', "DATA", /r\.jsonl:1: .*reward/],
  [
    "a label of 2",
    "r.jsonl",
    '{"query":"a?","prompt":"p","reward":2}\n',
    "DATA",
    /r\.jsonl:1: .*"reward" is 2: must be in \[0, 1\]/,
  ],
  ["null", "r.jsonl", "null\n", "DATA", /r\.jsonl:1: The interaction is null/],
  [
    "a question of the wrong type",
    "r.jsonl",
    '{"query":7,"prompt":"p","reward":1}\n',
    "DATA",
    /r\.jsonl:1: .*"query" is 7/,
  ],
  [
    "a split that does not exist",
    "r.jsonl",
    '{"query":"a?","prompt":"p","reward":1,"split":"dev"}\n',
    "DATA",
    /r\.jsonl:1: .*"split" is "dev"/,
  ],
  [
    "brackets without end",
    "r.jsonl",
    `${"[".repeat(500_000)}\n`,
    "DATA",
    /r\.jsonl:1: This is not a JSON value/,
  ],
  [
    "a line of zeros after power loss",
    "r.jsonl",
    Buffer.concat([Buffer.from('{"query":"a?","prompt":"p","reward":1}\n'), Buffer.alloc(4096)]),
    "DATA",
    /r\.jsonl:2: There is a NUL byte/,
  ],
];

describe("tables", () => {
  test.each<TableCase>(TABLES)("%s", async (_name, name, content, code, message, told = {}) => {
    const file = join(folder, name);
    await writeFile(file, content);
    await guarded.expectRefused(importTable({ file, out: run, force: true, ...told }), code, message);
  });
});

describe("records", () => {
  test.each(RECORDS)("%s", async (_name, name, content, code, message) => {
    const file = join(folder, name);
    await writeFile(file, content);
    await guarded.expectRefused(importJsonl({ file, out: run, force: true }), code, message);
  });
});

describe("files of other kinds", () => {
  const OTHERS: readonly (readonly [...Case, read: (path: string) => Promise<unknown>])[] = [
    [
      "a truncated npy",
      "x.npy",
      Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr'", "latin1"),
      "DATA",
      /x\.npy: The NPY header is said to take 118 bytes; the file has \d+ left/,
      readNpy,
    ],
    [
      "a model that is text",
      "model.oirl",
      "not a model, but long enough to look at: ".repeat(3),
      "MODEL_FILE",
      /model\.oirl: This is not a stored model/,
      readStoredState,
    ],
    [
      "a YAML bomb",
      "c.yaml",
      `a: &a [${"x,".repeat(50)}]\nb: &b [${"*a,".repeat(50)}]\ncolumns: [${"*b,".repeat(50)}]\n`,
      "CONFIG",
      /c\.yaml: .*alias/i,
      readTableConfig,
    ],
    [
      "YAML that names a class",
      "c.yaml",
      "columns: !!js/function 'function () {}'\n",
      "CONFIG",
      /c\.yaml/,
      readTableConfig,
    ],
    ["YAML with a prototype", "c.yaml", "__proto__: {polluted: 1}\n", "CONFIG", /__proto__/, readTableConfig],
    [
      "questions without text",
      "q.csv",
      "id\n1\n",
      "DATA",
      /q\.csv: No column is called text or question/,
      readQueriesFile,
    ],
    [
      "prompts that are a number",
      "p.yaml",
      "42\n",
      "DATA",
      /p\.yaml: Expected a list of prompts/,
      readPromptsFile,
    ],
  ];
  test.each(OTHERS)("%s", async (_name, name, content, code, message, read) => {
    await writeFile(join(folder, name), content);
    await guarded.expectRefused(read(join(folder, name)), code, message);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("missing files, folders and devices are named", async () => {
    const missing = join(folder, "missing.csv");
    await guarded.expectRefused(
      importTable({ file: missing, out: run, force: true }),
      "DATA",
      /missing\.csv: cannot be read: there is no such file/,
    );
    await mkdir(join(folder, "folder.csv"), { recursive: true });
    await guarded.expectRefused(
      importTable({ file: join(folder, "folder.csv"), out: run, force: true }),
      "DATA",
      /folder\.csv: This folder has no tables/,
    );
    await guarded.expectRefused(
      importJsonl({ file: "/dev/null", out: run, force: true }),
      "DATA",
      /\/dev\/null: This is not a regular file/,
    );
  });
});

describe("endless lines are refused before they fill memory", () => {
  async function writeLong(name: string, head: string): Promise<string> {
    const file = join(folder, name);
    const handle = await open(file, "w");
    await handle.write(head);
    for (let megabyte = 0; megabyte < 100; megabyte++) await handle.write(Buffer.alloc(2 ** 20, "x"));
    await handle.close();
    return file;
  }

  test.each([
    ["long.jsonl", '{"question":"', /long\.jsonl:1: A value is longer than 16777216 characters/],
    [
      "long.csv",
      `${HEAD}a?,p,1\n"`,
      /long\.csv:\d: A record is longer than 16777216 characters\. Is a quote never closed/,
    ],
    ["header.csv", "", /header\.csv:1: The line is longer than 16777216 bytes/],
  ])("%s, 100 MB", async (name, head, message) => {
    const file = await writeLong(name, head);
    let furthest = 0;
    const onProgress = (_stage: string, done: number): void => {
      furthest = Math.max(furthest, done);
    };
    await guarded.expectRefused(importTable({ file, out: run, force: true, onProgress }), "DATA", message);
    expect(furthest).toBeLessThan(20 * 2 ** 20);
    await rm(file);
  });
});

test("what looks odd but is right goes through: CRLF, a byte order mark, blank lines, ids that are paths", async () => {
  const odd = join(folder, "odd.csv");
  await writeFile(
    odd,
    '\uFEFFquestion_id,question,prompt,reward\r\n\r\n../../x,"a, ""b""\r\nc?",__proto__,TRUE\r\nconstructor,é?,__proto__,0\r\n',
  );
  const out = join(folder, "odd-run");
  await importTable({ file: odd, out });
  const log = await readRewardLog(await openRunDirectory(out));
  expect(log.queries).toEqual([
    { id: "../../x", text: 'a, "b"\r\nc?' },
    { id: "constructor", text: "é?" },
  ]);
  expect(log.prompts.map(({ id }) => id)).toEqual(["__proto__"]);
  expect([...log.reward]).toEqual([1, 0]);
  expect((await readdir(out)).sort()).toEqual([
    "interactions.jsonl",
    "prompts.jsonl",
    "queries.jsonl",
    "run.json",
  ]);
});

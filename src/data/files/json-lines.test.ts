import { appendFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AbortedError, DataError, IoError } from "../../errors.ts";
import { type JsonLinesOptions, readJsonLines } from "./json-lines.ts";
import { JsonLinesWriter } from "./json-lines-writer.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-lines-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readAll(
  content: string | Uint8Array,
  options?: JsonLinesOptions,
): Promise<[number, unknown][]> {
  const path = join(folder, "in.jsonl");
  await writeFile(path, content);
  const lines: [number, unknown][] = [];
  for await (const { line, value } of readJsonLines(path, options)) lines.push([line, value]);
  return lines;
}

test("LF, CRLF, a byte order mark, blank lines and a last line without newline are read, with line numbers", async () => {
  expect(await readAll('\uFEFF{"a":1}\r\n\r\n{"a":2}\n  \n{"a":3}')).toEqual([
    [1, { a: 1 }],
    [3, { a: 2 }],
    [5, { a: 3 }],
  ]);
  expect(await readAll("")).toEqual([]);
});

test("any values, of any length, survive writer and reader", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue())),
      async (values) => {
        const path = join(folder, "any.jsonl");
        await rm(path, { force: true });
        const writer = await JsonLinesWriter.create(path);
        for (const value of values) await writer.write(value);
        await writer.close();
        const read: unknown[] = [];
        for await (const { value } of readJsonLines(path)) read.push(value);
        expect(JSON.stringify(read)).toEqual(JSON.stringify(values));
      },
    ),
    { numRuns: 50 },
  );
});

test("lines and characters cut by the edge of a read come out whole", async () => {
  const values = Array.from({ length: 300 }, (_, index) => ({ text: "é€😀".repeat(500 + index), index }));
  const read = await readAll(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
  expect(read.map(([, value]) => value)).toEqual(values);
});

test("a torn last line is an error in a user's file and dropped with a warning in our own", async () => {
  for (const torn of ['{"a":', Buffer.from([0x22, 0xe2, 0x82]), Buffer.alloc(20)]) {
    const content = Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.from(torn)]);
    await expect(readAll(content)).rejects.toThrow(/in\.jsonl:2: /);
    const warnings: string[] = [];
    const kept = await readAll(content, { tornLastLine: "drop", onWarning: (text) => warnings.push(text) });
    expect(kept).toEqual([[1, { a: 1 }]]);
    expect(warnings).toEqual([expect.stringMatching(/in\.jsonl:2: the last line is incomplete/)]);
  }
  await expect(readAll('{"a":\n{"a":1}\n', { tornLastLine: "drop" })).rejects.toThrow(/in\.jsonl:1: /);
});

const UTF8_BROKEN = Buffer.concat([Buffer.from('{}\n"caf'), Buffer.from([0xe9]), Buffer.from('"\n')]);
test.each<readonly [string, string | Uint8Array, RegExp]>([
  ["NUL byte", '{}\n{"a":"\0"}\n', /in\.jsonl:2: There is a NUL byte/],
  ["Latin-1", UTF8_BROKEN, /in\.jsonl:2: There are bytes that are not UTF-8/],
  ["UTF-16", Buffer.from('\uFEFF{"a":1}', "utf16le"), /UTF-16 text; save it as UTF-8/],
  ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0), /in\.jsonl: The archive is damaged or cut/],
  ["no JSON", "{}\n\nhello\n", /in\.jsonl:3: This is not a JSON value: "hello"/],
  ["NaN", '{"reward":NaN}\n', /in\.jsonl:1: This is not a JSON value/],
  ["nesting without end", `${"[".repeat(1_000_000)}\n`, /in\.jsonl:1: This is not a JSON value/],
])("%s is refused with its line", async (_name, content, message) => {
  await expect(readAll(content)).rejects.toThrow(DataError);
  await expect(readAll(content)).rejects.toThrow(message);
});

test("a 100 MB line is refused after 16 MiB, without being held", async () => {
  const path = join(folder, "long.jsonl");
  const handle = await open(path, "w");
  await handle.write('{"a":1}\n');
  for (let block = 0; block < 100; block++) await handle.write(Buffer.alloc(2 ** 20, "x"));
  await handle.close();
  let bytesRead = 0;
  const read = async (): Promise<void> => {
    for await (const _ of readJsonLines(path, { onProgress: (_stage, done) => (bytesRead = done) }));
  };
  await expect(read()).rejects.toThrow(/long\.jsonl:2: The line is longer than 16777216 bytes/);
  expect(bytesRead).toBeLessThan(18 * 2 ** 20);
  await rm(path);
});

test("the limit is exact", async () => {
  expect(await readAll('"1234"\n"1234"', { maxLineBytes: 6 })).toHaveLength(2);
  await expect(readAll('"12345"\n', { maxLineBytes: 6 })).rejects.toThrow(/longer than 6 bytes/);
  await expect(readAll('"12345"', { maxLineBytes: 6 })).rejects.toThrow(/longer than 6 bytes/);
});

test("a signal stops the reading", async () => {
  await expect(readAll("{}\n", { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
});

test("appending after a kill cuts the torn line off, also a long one, and goes on behind the last whole line", async () => {
  const path = join(folder, "log.jsonl");
  await writeFile(path, `{"n":1}\n{"n":2,"t":"${"x".repeat(200_000)}`);
  const warnings: string[] = [];
  const writer = await JsonLinesWriter.append(path, (text) => warnings.push(text));
  await writer.write({ n: 3 });
  await writer.flush();
  expect(await readFile(path, "utf8")).toBe('{"n":1}\n{"n":3}\n');
  await writer.close();
  expect(warnings).toHaveLength(1);
  const again = await JsonLinesWriter.append(path);
  await again.write({ n: 4 });
  await again.close();
  expect(await readFile(path, "utf8")).toBe('{"n":1}\n{"n":3}\n{"n":4}\n');
});

test("only a torn line: the file starts afresh", async () => {
  const path = join(folder, "torn.jsonl");
  await appendFile(path, '{"n"');
  const writer = await JsonLinesWriter.append(path);
  await writer.write({ n: 1 });
  await writer.close();
  expect(await readFile(path, "utf8")).toBe('{"n":1}\n');
});

test("a full disk names the file", async () => {
  const writer = await JsonLinesWriter.append("/dev/full").catch(() => undefined);
  if (writer === undefined) return; // only Linux has this device
  await writer.write({ n: 1 });
  const closing = writer.close();
  await expect(closing).rejects.toThrow(IoError);
  await expect(closing).rejects.toThrow(/Cannot write \/dev\/full: the disk is full/);
});

test("creating never overwrites, and a path below a file is named", async () => {
  const path = join(folder, "there.jsonl");
  await writeFile(path, "x");
  await expect(JsonLinesWriter.create(path)).rejects.toThrow();
  expect(await readFile(path, "utf8")).toBe("x");
  await expect(JsonLinesWriter.create(join(path, "y"))).rejects.toThrow(IoError);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sharedCase } from "../../../../test/support/shared-case.ts";
import { AbortedError, DataError } from "../../../errors.ts";
import { seededRandom } from "../../../util/index.ts";
import { importTable } from "../../importers/index.ts";
import { openTable } from "./open-table.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-parquet-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CASES = [
  ["18-parquet-hangs", "parquet-hang.parquet"],
  ["18-parquet-hangs", "parquet-hang-2.parquet"],
  ["18-parquet-hangs", "parquet-hang-3.parquet"],
  ["19-parquet-kills-the-host", "parquet-unhandled.parquet"],
] as const;

for (const [name, fileName] of CASES)
  test(`case ${name}: ${fileName} is refused by name, as any other damaged file`, async (context) => {
    const file = sharedCase(context, name, fileName);
    const work = importTable({ file, out: join(folder, "run") });
    await expect(work).rejects.toThrow(DataError);
    await expect(work).rejects.toThrow(`${file}: The Parquet file is truncated or damaged`);
  });

test("decoding that never ends is broken off by the signal too", async (context) => {
  const file = sharedCase(context, "18-parquet-hangs", "parquet-hang.parquet");
  const work = importTable({ file, out: join(folder, "run"), signal: AbortSignal.timeout(300) });
  await expect(work).rejects.toThrow(AbortedError);
});

/** A small file of the columns a log has. */
function smallFile(rows: number, codec: "SNAPPY" | "UNCOMPRESSED"): Uint8Array {
  const list = <Value>(of: (row: number) => Value): Value[] =>
    Array.from({ length: rows }, (_, row) => of(row));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "question", data: list((row) => `How much is ${row % 9}?`), type: "STRING" },
        { name: "prompt", data: list((row) => `p-${row % 3}`), type: "STRING" },
        { name: "reward", data: list((row) => row % 2), type: "INT32" },
        { name: "ok", data: list((row) => row % 2 === 0), type: "BOOLEAN" },
      ],
      codec,
    }),
  );
}

test.each(["SNAPPY", "UNCOMPRESSED"] as const)(
  "%s: with any byte changed it is read, or refused by name; nothing hangs and nothing goes unhandled",
  async (codec) => {
    const bytes = smallFile(60, codec);
    const random = seededRandom(7);
    const file = join(folder, "t.parquet");
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const damaged = bytes.slice();
      // Mostly the footer and the page headers, whose bytes steer the decoder.
      const at =
        round % 2 === 0 ? bytes.length - 1 - random.nextInteger(400) : random.nextInteger(bytes.length);
      damaged[at] = random.nextInteger(256);
      await writeFile(file, damaged);
      try {
        const table = await openTable(file);
        for await (const rows of table.batches) for (const row of rows) row.cell("question");
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(DataError);
        expect((error as Error).message).toContain(file);
      }
    }
    expect(refused).toBeGreaterThan(10);
  },
);

test("a table that is opened and left does not keep its thread", async () => {
  const file = join(folder, "t.parquet");
  await writeFile(file, smallFile(500, "SNAPPY"));
  const table = await openTable(file);
  expect(table.firstRows).toHaveLength(100);
  await table.close();
  const again = await openTable(file);
  const cells: string[] = [];
  for await (const rows of again.batches) for (const row of rows) cells.push(row.cell("prompt"));
  expect(cells).toHaveLength(500);
});

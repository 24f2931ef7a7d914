import { mkdtemp, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashRun, importTable, openRunDirectory, readRewardLog } from "../../src/data/index.ts";
import { runBuiltCli, startCli } from "../support/built-cli.ts";

let folder: string;
let big: string;
let small: string;
const ROWS = 60_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-interrupted-"));
  small = join(folder, "small.csv");
  await writeFile(small, "question,prompt,reward\n1 + 1?,plain,1\n1 + 1?,steps,0\n");
  // 70 MB: far more than the heap that the import below is given.
  big = join(folder, "big.csv");
  const file = await open(big, "w");
  await file.write("question,prompt,reward,answer\n");
  for (let start = 0; start < ROWS; start += 1000)
    await file.write(
      Array.from({ length: 1000 }, (_, offset) => {
        const row = start + offset;
        const question = Math.floor(row / 10);
        return `How much is ${question} plus 1?,p${row % 10},${row % 2},"${`Row ${row} says: `.repeat(75)}"\n`;
      }).join(""),
    );
  await file.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("an import holds no rows: a file of 70 MB passes through a heap of 40 MB", async () => {
  expect((await stat(big)).size).toBeGreaterThan(66 * 2 ** 20);
  const out = join(folder, "flat");
  const { exitCode, stdout, stderr } = await runBuiltCli(["import", "table", big, "--out", out, "--json"], {
    env: { NODE_OPTIONS: "--max-old-space-size=40" },
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    queries: ROWS / 10,
    uniqueQueries: ROWS / 10,
    prompts: 10,
    interactions: ROWS,
    skipped: 0,
  });
});

/** Bytes of interactions the import has written so far; -1 before its folder is there. */
async function bytesWritten(): Promise<number> {
  const temporary = (await readdir(folder)).find((name) => name.startsWith(".run.oirl-tmp-"));
  if (temporary === undefined) return -1;
  return (await stat(join(folder, temporary, "interactions.jsonl")).catch(() => ({ size: 0 }))).size;
}

test.each([
  ["as soon as it has begun", 0],
  ["with its first rows written", 1],
  ["in the middle", 20 * 2 ** 20],
])("killed %s, an import leaves the earlier run whole, and the next one works", async (_when, bytes) => {
  const run = join(folder, "run");
  await rm(run, { recursive: true, force: true });
  await importTable({ file: small, out: run });
  const before = await hashRun(await openRunDirectory(run));

  const { process: child, outcome } = await startCli(["import", "table", big, "--out", run, "--force"]);
  while (child.exitCode === null && (await bytesWritten()) < bytes)
    await new Promise((wake) => setTimeout(wake, 2));
  child.kill("SIGKILL");
  // A null exit code: it was killed, it did not finish.
  expect((await outcome).exitCode).toBeNull();

  expect(await bytesWritten()).toBeGreaterThanOrEqual(bytes);
  const after = await openRunDirectory(run);
  expect(await hashRun(after)).toBe(before);
  expect((await readRewardLog(after)).length).toBe(2);

  const summary = await importTable({ file: small, out: run, force: true });
  expect(summary.interactions).toBe(2);
  expect((await readdir(folder)).filter((name) => name.includes(".oirl-"))).toEqual([]);
});

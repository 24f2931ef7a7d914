import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireSharedData, SHARED_DATA } from "../../../test/support/shared-data.ts";
import { DataError, ExistsError, UsageError } from "../../errors.ts";
import { readQueriesFile } from "../run/read-queries-file.ts";
import { DATASETS } from "./catalog.ts";
import { pullDataset } from "./pull-dataset.ts";

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-pull-"));
  out = join(folder, "questions.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.for([
  ["gsm8k", 8792],
  ["mawps", 1744],
  ["svamp", 1000],
] as const)("%s as published: %i questions, each with its answer", async ([name, count], context) => {
  requireSharedData(context);
  const summary = await pullDataset({ name, out, from: SHARED_DATA });
  expect(summary).toMatchObject({ name, queries: count, file: out, license: "MIT", isVerified: true });
  const queries = await readQueriesFile(out);
  expect(queries).toHaveLength(count);
  expect(queries.every(({ answer }) => answer !== undefined && answer !== "")).toBe(true);
  expect(new Set(queries.map(({ id }) => id)).size).toBe(count);
});

/** The authors' files, under their own paths. */
async function startMirror(): Promise<{ address: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? "");
    const name = request.url === "/m/SVAMP.json" ? "SVAMP/SVAMP.json" : undefined;
    if (name === undefined) return response.writeHead(404).end();
    return response.end(await readFile(join(SHARED_DATA, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/m`, asked, server };
}

test("from a mirror, kept for the next time", async (context) => {
  requireSharedData(context);
  const mirror = await startMirror();
  try {
    const options = {
      name: "svamp",
      out,
      mirror: mirror.address,
      cacheDirectory: join(folder, "cache"),
    } as const;
    expect(await pullDataset(options)).toMatchObject({ queries: 1000, isVerified: true });
    await expect(pullDataset(options)).rejects.toBeInstanceOf(ExistsError);
    await pullDataset({ ...options, force: true });
    expect(mirror.asked).toEqual(["/m/SVAMP.json"]);
    await expect(pullDataset({ ...options, name: "mawps", force: true })).rejects.toThrow(
      /fold0\/train.csv answered with status 404/,
    );
  } finally {
    mirror.server.close();
  }
});

test("changed files are used, but it is said", async (context) => {
  requireSharedData(context);
  await mkdir(join(folder, "SVAMP"));
  const own = join(folder, "SVAMP", "SVAMP.json");
  await copyFile(join(SHARED_DATA, "SVAMP", "SVAMP.json"), own);
  await rm(own);
  await writeFile(own, '[{"ID":"a","Body":"One and one.","Question":"How many?","Answer":2}]');
  const warnings: string[] = [];
  const options = { name: "svamp", out, onWarning: (message: string) => warnings.push(message) } as const;
  expect(await pullDataset({ ...options, from: folder })).toMatchObject({ queries: 1, isVerified: false });
  expect(warnings.join()).toMatch(/are not byte for byte those at https:\/\/github.com\/arkilpatel\/SVAMP/);
  // The one file of a data set may be named itself.
  expect(await pullDataset({ ...options, from: own, force: true })).toMatchObject({ queries: 1 });
});

test("wrong calls", async () => {
  await expect(pullDataset({ name: "trivia" as never, out })).rejects.toThrow(
    /there are gsm8k, mawps, svamp/,
  );
  await expect(pullDataset({ name: "svamp", out, mirror: "file:///etc" })).rejects.toBeInstanceOf(UsageError);
  await expect(pullDataset({ name: "svamp", out, mirror: "http://x", from: folder })).rejects.toThrow(
    /exclude each other/,
  );
  await expect(pullDataset({ name: "svamp", out, from: folder })).rejects.toBeInstanceOf(DataError);
});

test("every data set says whose it is", () => {
  for (const { name, license, home, files } of DATASETS) {
    expect(license).toBe("MIT");
    expect(home).toMatch(/^https:\/\/github\.com\/\w+/);
    expect(files.length, name).toBeGreaterThan(0);
    for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

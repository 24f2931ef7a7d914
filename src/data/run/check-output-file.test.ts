import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { fingerprintFile } from "../importers/import-into-run.ts";
import { checkOutputFile } from "./check-output-file.ts";
import type { RunDirectory } from "./run-directory.ts";

let folder: string;
let run: RunDirectory;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-output-"));
  await mkdir(join(folder, "run"));
  const log = join(folder, "log.csv");
  await writeFile(log, "question,prompt,reward\n");
  run = {
    path: join(folder, "run"),
    file: (name: string) => join(folder, "run", name),
    manifest: { source: { files: [await fingerprintFile(log)] } },
  } as unknown as RunDirectory;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a new file and another result may be written", async () => {
  await writeFile(join(folder, "long.csv"), "QUESTION,prompt,reward\n");
  await writeFile(join(folder, "old.csv"), "old");
  for (const name of ["new.csv", "old.csv", "long.csv", "run/report.html", "nowhere/new.csv"])
    await expect(checkOutputFile(join(folder, name), run, [join(folder, "q.csv")])).resolves.toBeUndefined();
});

test("an input, a record of the run, a link to either, and a folder are left alone", async () => {
  const queries = join(folder, "q.csv");
  await writeFile(queries, "question\n");
  await writeFile(run.file("interactions.jsonl"), "");
  await symlink(queries, join(folder, "link.csv"));
  await symlink(join(folder, "run"), join(folder, "same"));
  for (const [name, message] of [
    ["q.csv", /would be replaced/],
    ["link.csv", /would be replaced/],
    ["run/interactions.jsonl", /would be replaced/],
    ["same/run.json", /would be replaced/],
    ["run", /is a folder/],
    ["log.csv", /what the run was made from/],
  ] as const) {
    const refused = checkOutputFile(join(folder, name), run, [queries, undefined]);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(checkOutputFile(join(folder, name), run, [queries])).rejects.toThrow(message);
  }
});

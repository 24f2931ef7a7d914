import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { callCli } from "../support/captured-cli.ts";
import { importSmallLog } from "../support/small-log.ts";

/** A run somebody else made, with something else in place of a file. */
let folder: string;
let good: string;
let run: string;
let elsewhere: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-unsafe-"));
  good = join(folder, "good");
  await importSmallLog(folder, "good");
  for (const command of ["evaluate", "train", "report"])
    expect(
      await callCli([command, good, ...(command === "evaluate" ? ["--protocol", "grouped"] : [])]),
    ).toMatchObject({
      exitCode: 0,
    });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  run = join(folder, "run");
  elsewhere = join(folder, "elsewhere");
  for (const path of [run, elsewhere]) await rm(path, { recursive: true, force: true });
  await cp(good, run, { recursive: true });
});

async function moveAway(name: string): Promise<void> {
  await rename(join(run, name), elsewhere);
}

describe("symbolic links inside a run directory are not followed", () => {
  test.each(["run.json", "queries.jsonl", "interactions.jsonl", "models", "results", "report.html"])(
    "%s",
    async (name) => {
      await moveAway(name);
      await symlink(elsewhere, join(run, name));
      const before = execFileSync("ls", ["-lR", elsewhere], { encoding: "utf8" });
      for (const command of [
        ["evaluate", run],
        ["train", run, "--force"],
        ["report", run],
        ["recommend", run, "How far?"],
      ]) {
        const { exitCode, stderr } = await callCli(command);
        expect([exitCode, stderr.replaceAll(/\s+/g, " ")], command[0]).toEqual([
          1,
          expect.stringContaining(`${join(run, name)}: This is a symbolic link`),
        ]);
      }
      expect(execFileSync("ls", ["-lR", elsewhere], { encoding: "utf8" })).toBe(before);
    },
  );

  test("a link deeper down, to a file of the user's, is not written through", async () => {
    const target = join(folder, "precious.txt");
    await writeFile(target, "mine");
    await rm(join(run, "results"), { recursive: true, force: true });
    await mkdir(join(run, "results"));
    await symlink(target, join(run, "results", "evaluation.json"));
    expect((await callCli(["evaluate", run, "--protocol", "grouped"])).exitCode).toBe(1);
    expect(readFileSync(target, "utf8")).toBe("mine");
  });

  test("nor are those of a collection", async () => {
    const collection = join(folder, "collection");
    await mkdir(join(collection, "collect"), { recursive: true });
    await symlink(join(folder, "precious.txt"), join(collection, "collect", "journal.jsonl"));
    const queries = join(folder, "q.jsonl");
    await writeFile(queries, '{"id": "q", "text": "1 + 1?", "answer": "2"}\n');
    await writeFile(join(folder, "p.txt"), "Think.\n");
    const { exitCode, stderr } = await callCli([
      ...["collect", collection, "--base-url", "http://127.0.0.1:9/v1", "--llm", "m"],
      ...["--queries", queries, "--prompts", join(folder, "p.txt")],
    ]);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("journal.jsonl: This is a symbolic link"),
    ]);
  });
});

test("a pipe is refused, and not waited for", async () => {
  await rm(join(run, "interactions.jsonl"));
  execFileSync("mkfifo", [join(run, "interactions.jsonl")]);
  const { exitCode, stderr } = await callCli(["evaluate", run]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("This is a pipe, socket or device")]);
});

test("a link that names the run, and the user's own links in it, are fine", async () => {
  await symlink(join(folder, "log.jsonl"), join(run, "my-log.jsonl"));
  const link = join(folder, "link");
  await rm(link, { force: true });
  await symlink(run, link);
  expect(await callCli(["recommend", link, "How far?"])).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(run, "my-log.jsonl"), "utf8")).not.toBe("");
});

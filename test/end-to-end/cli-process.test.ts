import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli, runBuiltCli, startCli } from "../support/built-cli.ts";
import { callCli } from "../support/captured-cli.ts";
import { importSmallLog } from "../support/small-log.ts";

let folder: string;
let run: string;

beforeAll(async () => {
  await builtCli();
  folder = await mkdtemp(join(tmpdir(), "oirl-process-"));
  run = await importSmallLog(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of the imported run, for a test that spoils it. */
async function copyOfRun(name: string): Promise<string> {
  const copy = join(folder, name);
  await cp(run, copy, { recursive: true });
  return copy;
}

describe("as a process", () => {
  test("results go to standard output, all else to standard error", async () => {
    const { exitCode, stdout, stderr } = await runBuiltCli(["evaluate", run, "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).protocol).toBe("nested");
    expect(stderr).toBe("");
  });

  test("a wrong call ends with 2, and is told once", async () => {
    const { exitCode, stdout, stderr } = await runBuiltCli(["evaluate", run, "--protocl", "nested"]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.match(/--protocl/gu)).toHaveLength(1);
    expect(stderr).not.toContain("    at ");
  });

  test("--verbose and DEBUG show the stack, also as JSON", async () => {
    const missing = join(folder, "missing");
    expect((await runBuiltCli(["evaluate", missing])).stderr).not.toContain("    at ");
    expect((await runBuiltCli(["evaluate", missing, "--verbose"])).stderr).toContain("    at ");
    expect((await runBuiltCli(["evaluate", missing], { env: { DEBUG: "1" } })).stderr).toContain("    at ");
    const { error } = JSON.parse((await runBuiltCli(["evaluate", missing, "--verbose", "--json"])).stderr);
    expect(error.stack).toContain("    at ");
  });

  test("no colors without a terminal; FORCE_COLOR brings them, NO_COLOR wins", async () => {
    const colorStart = "\u001b[";
    const colored = { FORCE_COLOR: "1", NO_COLOR: "" };
    expect(
      (await runBuiltCli(["evaluate", run], { env: { FORCE_COLOR: "", NO_COLOR: "" } })).stdout,
    ).not.toContain(colorStart);
    expect((await runBuiltCli(["evaluate", run], { env: colored })).stdout).toContain(colorStart);
    expect(
      (await runBuiltCli(["evaluate", run], { env: { ...colored, NO_COLOR: "1" } })).stdout,
    ).not.toContain(colorStart);
  });

  test("a reader that leaves early is no failure", async () => {
    const queries = join(folder, "many.txt");
    await writeFile(queries, "What is the capital of Fiji?\n".repeat(20_000));
    await runBuiltCli(["train", run]);
    const child = spawn("bash", [
      "-c",
      'set -o pipefail; "$0" "$1" score "$2" --queries "$3" | head -n 1; echo "status $?"',
      process.execPath,
      await builtCli(),
      run,
      queries,
    ]);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (errors += chunk));
    await new Promise((resolve) => child.once("close", resolve));
    expect(output).toMatch(/^query_id,.*\nstatus 0\n$/u);
    expect(errors).toBe("");
  });

  test("a long result reaches a pipe whole", async () => {
    const queries = join(folder, "many.txt");
    await writeFile(queries, "What is the capital of Fiji?\n".repeat(20_000));
    await runBuiltCli(["train", run]);
    const { stdout } = await runBuiltCli(["score", run, "--queries", queries, "--json"]);
    expect(JSON.parse(stdout).rewards).toHaveLength(20_000);
  });
});

describe("Ctrl-C", () => {
  test("ends with 130, keeps what was finished, and the same call goes on to the same result", async () => {
    const interrupted = await copyOfRun("interrupted");
    const call = ["evaluate", interrupted, "--subsets", "all", "--json"];
    const { process: child, outcome } = await startCli(call);
    // Checkpoints of the sweep appear after the evaluation's own result.
    for (let waited = 0; waited < 60_000 && !(await hasSweepCheckpoint(interrupted)); waited += 20)
      await wait(20);
    child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await outcome;
    expect(exitCode).toBe(130);
    expect(stdout).toBe("");
    expect(JSON.parse(stderr).error.code).toBe("ABORTED");
    expect(await hasSweepCheckpoint(interrupted)).toBe(true);

    const resumed = JSON.parse((await runBuiltCli(call)).stdout);
    const fresh = await copyOfRun("fresh");
    const whole = JSON.parse(
      (await runBuiltCli(call.map((word) => (word === interrupted ? fresh : word)))).stdout,
    );
    expect(resumed.sweep.subsets).toEqual(whole.sweep.subsets);
    expect(resumed.strategies).toEqual(whole.strategies);
  });

  test("a second one stops at once", async () => {
    const copy = await copyOfRun("impatient");
    await rm(join(copy, "results"), { recursive: true, force: true });
    const { process: child, outcome } = await startCli(["evaluate", copy, "--subsets", "all"]);
    for (let waited = 0; waited < 60_000 && !existsSync(join(copy, "results")); waited += 20) await wait(20);
    child.kill("SIGINT");
    await wait(1);
    child.kill("SIGINT");
    expect((await outcome).exitCode).toBe(130);
  });
});

async function hasSweepCheckpoint(directory: string): Promise<boolean> {
  const names = await readdir(join(directory, "results"), { recursive: true }).catch(() => []);
  const isEvaluated = names.some((name) => name.startsWith("evaluation-"));
  return isEvaluated && names.some((name) => /checkpoint|partial|fold/u.test(name));
}

describe("damaged or forbidden places", () => {
  const damages: readonly [
    name: string,
    spoil: (directory: string) => Promise<void>,
    named: string,
    exitCode: number,
  ][] = [
    ["run.json cut short", (d) => truncate(join(d, "run.json"), 40), "run.json", 1],
    [
      "run.json of a later version",
      (d) => edit(join(d, "run.json"), (t) => t.replace('"formatVersion": 1', '"formatVersion": 99')),
      "99",
      1,
    ],
    ["a missing file", (d) => rm(join(d, "queries.jsonl")), "queries.jsonl", 1],
    ["an empty log", (d) => writeFile(join(d, "interactions.jsonl"), ""), "interactions.jsonl", 1],
    [
      "a broken line in the middle",
      (d) => edit(join(d, "interactions.jsonl"), (t) => t.replace("\n", "\n{broken\n")),
      "interactions.jsonl:2",
      1,
    ],
    [
      "a reward above 1",
      (d) => edit(join(d, "interactions.jsonl"), (t) => t.replace(/"reward":\d/u, '"reward":7')),
      "interactions.jsonl:1",
      1,
    ],
    [
      "an unknown question",
      (d) =>
        edit(join(d, "interactions.jsonl"), (t) => t.replace(/"queryId":"[^"]*"/u, '"queryId":"nobody"')),
      "nobody",
      1,
    ],
    [
      "NUL bytes",
      (d) => writeFile(join(d, "queries.jsonl"), Buffer.concat([Buffer.alloc(100), Buffer.from("\n")])),
      "queries.jsonl:1",
      1,
    ],
    [
      "no training prompt",
      (d) => edit(join(d, "prompts.jsonl"), (t) => t.replaceAll("training", "held-out")),
      "prompts.jsonl",
      1,
    ],
  ];
  test.each(damages)("%s is named", async (name, spoil, named, expected) => {
    const copy = await copyOfRun(`damaged-${name.replace(/\W/gu, "-")}`);
    await spoil(copy);
    const { exitCode, stdout, stderr } = await callCli(["evaluate", copy]);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain("unexpected");
    expect(exitCode).toBe(expected);
    expect(stdout).toBe("");
  });

  test("a model cut short is named, and the command that mends it", async () => {
    const copy = await copyOfRun("cut-model");
    await runBuiltCli(["train", copy]);
    const models = join(copy, "models");
    const files = (await readdir(models, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files) await truncate(join(parentPath, name), 50);
    const { exitCode, stdout, stderr } = await runBuiltCli(["recommend", copy, "question"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("oirl train");
    expect(stderr).not.toContain("unexpected");
  });

  test("a stored result that is damaged is computed again", async () => {
    const copy = await copyOfRun("damaged-result");
    const first = JSON.parse((await runBuiltCli(["evaluate", copy, "--json"])).stdout);
    const results = join(copy, "results");
    for (const entry of await readdir(results, { withFileTypes: true }))
      if (entry.isFile()) await truncate(join(results, entry.name), 20);
    const second = JSON.parse((await runBuiltCli(["evaluate", copy, "--json"])).stdout);
    expect(second.strategies).toEqual(first.strategies);
  });

  test("a folder that may not be written is named", async (context) => {
    if (process.getuid?.() === 0) context.skip("runs as root, whom no permission stops");
    const copy = await copyOfRun("read-only");
    await chmod(copy, 0o555);
    const { exitCode, stdout, stderr } = await runBuiltCli(["evaluate", copy]);
    await chmod(copy, 0o755);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(copy);
  });

  test.each([
    ["import", ["import", "table", "LOG", "--out", "BLOCKED/run"]],
    ["report", ["report", "RUN", "--out", "BLOCKED/report.html"]],
    ["optimize", ["optimize", "RUN", "--queries", "many.txt", "--out", "BLOCKED/choices.csv"]],
    ["export", ["export", "npy", "RUN", "--out", "BLOCKED/arrays"]],
  ])("%s into a place that is a file says so", async (_name, words) => {
    const blocked = join(folder, "blocked");
    await writeFile(blocked, "a file, not a folder");
    await writeFile(join(folder, "many.txt"), "one question\n");
    await runBuiltCli(["train", run]);
    const call = words.map((word) =>
      word
        .replace("BLOCKED", blocked)
        .replace("RUN", run)
        .replace("LOG", join(folder, "log.jsonl"))
        .replace(/^many.txt$/u, join(folder, "many.txt")),
    );
    const { exitCode, stdout, stderr } = await runBuiltCli(call);
    expect([1, 2]).toContain(exitCode);
    expect(stdout).toBe("");
    expect(stderr).toContain(blocked);
    expect(stderr).not.toContain("unexpected");
    expect(await readFile(blocked, "utf8")).toBe("a file, not a folder");
  });

  test("a file system that refuses is named", async (context) => {
    if (process.platform !== "linux") context.skip("needs /proc, where nobody may make folders");
    const { exitCode, stdout, stderr } = await runBuiltCli([
      ...["import", "table", join(folder, "log.jsonl"), "--out", "/proc/run"],
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("/proc");
    expect(stderr).not.toContain("unexpected");
  });

  test("a prompt with terminal escapes cannot act on the terminal", async () => {
    const log = join(folder, "escapes.csv");
    // Words of their own, since questions that differ in numbers only are one.
    const readWord = (index: number): string =>
      `${"abcdefghij"[index % 10]}${"klmn"[index % 4]}${"opqrs"[index >> 3]}`;
    const rows = Array.from(
      { length: 40 },
      (_, index) => `${readWord(index)} asks ${index},"\u001b]0;owned\u0007\u001b[31mred",${index % 2}`,
    );
    await writeFile(log, `question,prompt,reward\n${rows.join("\n")}\n`);
    const out = join(folder, "escapes");
    for (const call of [
      ["import", "table", log, "--out", out],
      ["train", out],
      ["evaluate", out],
      ["recommend", out, "alo asks 5"],
      ["optimize", out, "--queries", log],
    ]) {
      const { stdout, stderr } = await callCli(call);
      expect(stdout + stderr).not.toContain("\u001b");
    }
    // A result does not take the place of what it is made from.
    const onto = await callCli(["optimize", out, "--queries", log, "--out", log]);
    expect([onto.exitCode, onto.stderr]).toEqual([2, expect.stringContaining("would be replaced by it")]);
    expect(await readFile(log, "utf8")).toContain("asks 39");
    expect((await callCli(["report", out, "--out", join(out, "run.json")])).exitCode).toBe(2);
    const score = ["score", out, "--queries", log];
    const shown = await callCli(score, undefined, { outIsTerminal: true });
    expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
    expect(shown.stdout).toMatch(/ ]0;owned {2}\[31mred/);
    expect(shown.stdout).not.toContain("\u001b");
    // A pipe or a file gets the ids as they are.
    expect((await callCli(score)).stdout).toContain("\u001b]0;owned\u0007\u001b[31mred");
  });
});

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

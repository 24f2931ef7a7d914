import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Database } from "node-sqlite3-wasm";
import { afterEach, expect, test, vi } from "vitest";
import { callCli } from "../support/captured-cli.ts";
import { caseFile, caseFolder, rows } from "../support/imported-case.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const LINES = rows(40, (row) =>
  ["a", "b"].map((prompt) => ({
    question: `Is ${row} odd?`,
    prompt,
    reward: row % 2 === 0 ? 1 : Number(prompt === "a"),
  })),
);

async function dryRun(
  args: readonly string[],
): Promise<{ exitCode: number; summary: { interactions?: number }; message: string }> {
  const { exitCode, stdout, stderr } = await callCli(["import", "table", ...args, "--dry-run", "--json"]);
  return {
    exitCode,
    summary: exitCode === 0 ? JSON.parse(stdout) : {},
    message: stderr.replaceAll(/\s+/g, " "),
  };
}

/** A database as promptfoo keeps it, as far as it is read. */
async function promptfooDatabase(evals: Readonly<Record<string, number>>): Promise<string> {
  const folder = await temporaryFolder();
  const database = new Database(join(folder, "promptfoo.db"));
  database.exec(
    "CREATE TABLE evals (id TEXT PRIMARY KEY, created_at INTEGER, description TEXT, results TEXT, config TEXT, prompts TEXT)",
  );
  database.exec(
    "CREATE TABLE eval_results (id TEXT PRIMARY KEY, eval_id TEXT, prompt_idx INTEGER, test_idx INTEGER, test_case TEXT, prompt TEXT, prompt_id TEXT, provider TEXT, latency_ms INTEGER, cost REAL, response TEXT, error TEXT, failure_reason INTEGER, success INTEGER, score REAL, grading_result TEXT, named_scores TEXT, metadata TEXT)",
  );
  for (const [at, [id, tests]] of Object.entries(evals).entries()) {
    const prompts = ["Short", "Long"].map((label) => ({ raw: `${label}: {{q}}`, label, provider: "bot" }));
    database.run("INSERT INTO evals VALUES (?, ?, ?, '{}', '{}', ?)", [
      id,
      1_700_000_000_000 + at,
      `no. ${at}`,
      JSON.stringify(prompts),
    ]);
    for (let test = 0; test < tests; test++)
      for (const [index, { label, raw }] of prompts.entries()) {
        const success = test === 0 ? 0 : Number((test + index) % 2 === 0);
        database.run("INSERT INTO eval_results VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", [
          `${id}/${test}/${index}`,
          id,
          index,
          test,
          JSON.stringify({ vars: { q: `What is no. ${test}?` } }),
          JSON.stringify({ raw: raw.replace("{{q}}", `What is no. ${test}?`), label }),
          "p",
          JSON.stringify({ id: "bot", label: "" }),
          12,
          0.001,
          JSON.stringify(test === 0 ? {} : { output: "x" }),
          test === 0 ? "timeout" : null,
          test === 0 ? 2 : 1 - success,
          success,
          success,
          test === 0
            ? null
            : JSON.stringify({
                pass: success === 1,
                score: success,
                reason: "ok",
                componentResults: [{ pass: success === 1 }],
              }),
          "{}",
          "{}",
        ]);
      }
  }
  database.close();
  return folder;
}

test("promptfoo's database: the latest evaluation, one by its id, and a list to choose from; nothing is written into it", async () => {
  const folder = await promptfooDatabase({ "eval-old": 5, "eval-new": 11 });
  vi.stubEnv("PROMPTFOO_CONFIG_DIR", folder);
  const before = await readFile(join(folder, "promptfoo.db"));
  const latest = await dryRun(["--promptfoo", "latest"]);
  expect(latest.summary).toMatchObject({
    interactions: 20,
    skipped: 2,
    prompts: 2,
    mapping: { layout: "promptfoo results", wording: "prompt's wording", leftOut: [{ why: "failed call" }] },
  });
  expect((await dryRun(["--promptfoo", "eval-old"])).summary).toMatchObject({ interactions: 8 });
  for (const [wanted, said] of [
    ["list", /Say which evaluation.*eval-new 2023-11-14 22:13 no\. 1.*eval-old/],
    ["eval-x", /no evaluation .*eval-x.*eval-new.*eval-old/],
  ] as const)
    expect(await dryRun(["--promptfoo", wanted])).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(said),
    });
  expect(await readFile(join(folder, "promptfoo.db"))).toEqual(before);
  vi.stubEnv("PROMPTFOO_CONFIG_DIR", join(folder, "none"));
  expect(await dryRun(["--promptfoo", "latest"])).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/promptfoo\.db/),
  });
});

test("run takes a file, a folder and a run, and calls the run after the log", async () => {
  const home = process.cwd();
  const folder = await caseFolder({
    "mine.jsonl": LINES,
    "many/one.jsonl": LINES.slice(0, 40),
    "many/two.jsonl": LINES.slice(40),
  });
  process.chdir(folder);
  try {
    const fromFile = await callCli(["run", "mine.jsonl"]);
    expect(fromFile).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^Use `a` for everything: no question gets another prompt$[\s\S]*^Next: oirl propose --help$/m,
      ),
    });
    expect(existsSync("mine/report.html")).toBe(true);
    const again = await callCli(["run", "mine", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ import: { interactions: 80 } });
    const fromFolder = await callCli(["run", "many", "--json"]);
    expect(JSON.parse(fromFolder.stdout)).toMatchObject({ import: { interactions: 80 } });
    expect(existsSync("many-run/run.json")).toBe(true);
    const twice = await callCli(["run", "mine", "--out", "other"]);
    expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/is a run already/) });
  } finally {
    process.chdir(home);
  }
});

test("our own records are told from tables by what they hold", async () => {
  const file = await caseFile(
    "own.jsonl",
    LINES.map(({ question, prompt, reward }) => ({
      query: { text: question },
      prompt: { id: prompt, template: prompt },
      reward,
    })),
  );
  const out = join(await temporaryFolder(), "run");
  const { exitCode, stdout } = await callCli([
    "run",
    file,
    "--out",
    out,

    "--json",
  ]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ import: { interactions: 80, prompts: 2 } });
});

test("several kinds of logs at once are refused", async () => {
  for (const args of [
    ["-", "a.csv"],
    ["a.csv", "--promptfoo", "latest"],
    ["a.csv", "--table", "b.csv"],
  ])
    expect((await callCli(["run", ...args, "--out", "x"])).exitCode).not.toBe(0);
});

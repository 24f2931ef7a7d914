import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PipelineResult } from "../../src/pipeline/index.ts";
import type { EvaluationResult } from "../../src/types/index.ts";
import { builtCli } from "../support/built-cli.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { writeSmallLog } from "../support/small-log.ts";

let folder: string;
let run: string;
let result: PipelineResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-screens-"));
  run = join(folder, "my run");
  const { table, prompts } = await writeSmallLog(folder);
  result = await callCliForJson(["run", "--table", table, "--prompts", prompts, "--out", run]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const measureGain = ({ strategies }: EvaluationResult) => strategies.find(({ name }) => name === "argmax");

describe("one gain", () => {
  test("is the same by run and evaluate, on the terminal and in the report", async () => {
    const evaluated = await callCliForJson<EvaluationResult>(["evaluate", run]);
    expect(evaluated.protocol).toBe(result.protocol);
    expect(measureGain(evaluated)).toEqual(measureGain(result));
    const [headline = ""] = (await callCli(["evaluate", run])).stdout.split("\n");
    const report = (await readFile(join(run, "report.html"), "utf8")).replaceAll("\u00a0", " ");
    expect(/<h1>(.*?)<\/h1>/.exec(report)?.[1]?.replaceAll(/<[^>]*>/g, "")).toBe(
      headline.replaceAll("`", ""),
    );
  });

  test("is the sum of the kinds' gains, each by its share of the questions", () => {
    const kinds = [...result.kinds, ...(result.otherQuestions === null ? [] : [result.otherQuestions])];
    expect(kinds.length).toBeGreaterThan(1);
    const sum = kinds.reduce((total, { questions, choice }) => total + questions * choice.gain!, 0);
    expect(sum / result.questions).toBeCloseTo(measureGain(result)!.uplift!, 10);
    expect(kinds.reduce((total, { questions }) => total + questions, 0)).toBe(result.questions);
    for (const { choice } of kinds)
      expect(choice.prompts.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1, 10);
    const names = result.kinds.map(({ keywords, examples }) => keywords.join() || examples[0]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("what to do next", () => {
  test("can be pasted into a shell as it stands", async () => {
    const script = await builtCli();
    const shell = (command: string) =>
      spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH } });
    const first = spawnSync(process.execPath, [script, "evaluate", "my run"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH },
    });
    const next = /^Next: (.*)$/m.exec(first.stdout)?.[1] ?? "";
    expect(next).toContain("'my run'");
    const pasted = shell(next);
    expect([pasted.status, pasted.stderr]).toEqual([0, ""]);
    const question = spawnSync(process.execPath, [script, "recommend", "my run", "-", "--json"], {
      cwd: folder,
      encoding: "utf8",
      input: "What is the capital of Fiji?\n",
    });
    const { ms: _ms, ...asked } = JSON.parse(question.stdout);
    const { ms: __ms, ...told } = await callCliForJson<{ ms: number }>([
      ...["recommend", run, "What is the capital of Fiji?"],
    ]);
    expect(asked).toEqual(told);
  });
});

describe("recommend for many questions", () => {
  test("writes texts and reasons, keeps what is the same, and replaces nothing unasked", async () => {
    const queries = join(folder, "new.txt");
    const out = join(folder, "choices.csv");
    await writeFile(queries, "What is the capital of Fiji?\nAdd 3 km and 4 km.\n");
    const call = ["recommend", run, "--queries", queries, "--out", out];
    const { choices } = await callCliForJson<{ choices: Record<string, unknown>[] }>(call);
    const text = await readFile(out, "utf8");
    const rows: Record<string, string>[] = parse(text, { columns: true });
    expect(rows.map(({ question }) => question)).toEqual([
      "What is the capital of Fiji?",
      "Add 3 km and 4 km.",
    ]);
    for (const [index, row] of rows.entries()) {
      expect(row.prompt).toBe(choices[index]!.prompt);
      expect(row.reason).toMatch(/\w+ \w+/);
      expect(choices[index]).toMatchObject({ question: row.question, reason: row.reason });
    }
    expect((await callCli(call)).exitCode).toBe(0);
    expect((await callCli(["optimize", run, "--queries", queries, "--out", out])).exitCode).toBe(0);
    await writeFile(queries, "Another question?\n");
    const refused = await callCli(call);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("--force");
    expect(await readFile(out, "utf8")).toBe(text);
    expect((await callCli([...call, "--force"])).exitCode).toBe(0);
    expect(await readFile(out, "utf8")).toContain("Another question?");
  });

  test("a feature that the chooser does not know is refused", async () => {
    const { exitCode, stderr } = await callCli(["recommend", run, "What?", "--feature", "language=en"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("texts alone");
  });
});

test("help lists the five everyday commands first, the research last", async () => {
  const { stdout } = await callCli(["--help"]);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name);
  expect(names.slice(0, 5)).toEqual(["run", "recommend", "collect", "report", "doctor"]);
  expect(names.slice(-4)).toEqual(["reproduce", "critic", "export", "help"]);
});

test("a plan needs no key", async () => {
  const prompts = join(folder, "plan-prompts.txt");
  const queries = join(folder, "plan-queries.txt");
  await writeFile(prompts, "Think.\nAnswer.\n");
  await writeFile(queries, "What is 1 plus 1?\n");
  const key = process.env.OPENAI_API_KEY;
  delete process.env.OPENAI_API_KEY;
  try {
    const call = [
      "collect",
      join(folder, "planned"),
      "--queries",
      queries,
      "--prompts",
      prompts,
      "--matcher",
      "none",
    ];
    const planned = await callCliForJson([...call, "--llm", "gpt-4o-mini", "--dry-run"]);
    expect(planned).toMatchObject({ dryRun: true, calls: 2 });
    expect((await callCli([...call, "--llm", "gpt-4o-mini"])).stderr).toContain("needs a key");
  } finally {
    if (key !== undefined) process.env.OPENAI_API_KEY = key;
  }
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callCli } from "../support/captured-cli.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "oirl-usage-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const COMMANDS: readonly (readonly string[])[] = [
  ["demo"],
  ["run"],
  ["import", "table"],
  ["import", "jsonl"],
  ["import", "prompt-oirl"],
  ["append"],
  ["doctor"],
  ["evaluate"],
  ["train"],
  ["recommend"],
  ["score"],
  ["optimize"],
  ["propose"],
  ["report"],
  ["export", "npy"],
];

describe("help", () => {
  test.each(COMMANDS.map((words) => [words.join(" "), words] as const))(
    "%s teaches by example",
    async (name, words) => {
      const { exitCode, stdout, stderr } = await callCli([...words, "--help"]);
      expect(exitCode).toBe(0);
      expect(stderr).toBe("");
      expect(stdout).toContain(`Usage: oirl ${name}`);
      expect(stdout).toContain(`  $ oirl ${name}`);
      expect(stdout).toContain("--json");
    },
  );

  test("fits into 80 columns", async () => {
    for (const words of [[], ...COMMANDS]) {
      const { stdout } = await callCli([...words, "--help"]);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test("lists the reward models and embedders there are", async () => {
    const { REWARD_MODELS } = await import("../../src/reward/index.ts");
    const { EMBEDDERS } = await import("../../src/embed/index.ts");
    const { stdout } = await callCli(["train", "--help"]);
    expect(REWARD_MODELS.length + EMBEDDERS.length).toBeGreaterThan(6);
    for (const { kind } of REWARD_MODELS) expect(stdout).toContain(`\n  ${kind} `);
    for (const { name } of EMBEDDERS) expect(stdout).toContain(`\n  ${name} `);
  });

  test.each([
    ["collect", "the answers of RUN"],
    ["judge", "the judgements in --out"],
    ["critic", "this LLM's verdicts"],
    ["propose", "proposals and their tests"],
    ["optimize", "live answers of this LLM"],
  ])("%s says what its --max-cost bounds", async (command, bounded) => {
    const { stdout } = await callCli([command, "--help"]);
    const [, text] = /--max-cost <dollars>(.*?)--prices/s.exec(stdout)!;
    expect(text!.replaceAll(/\s+/g, " ")).toMatch(
      new RegExp(`most to spend on ${bounded}.*over all sessions`),
    );
  });

  test("without a command help is an answer to a wrong call", async () => {
    const { exitCode, stdout, stderr } = await callCli([]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: oirl");
  });

  test("the version is package.json's", async () => {
    const { version } = await import("../../package.json", { with: { type: "json" } }).then(
      (it) => it.default,
    );
    expect(await callCli(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });
});

/** Calls that are wrong whatever the data; each with what the message must name. */
const WRONG_CALLS: readonly [call: readonly string[], named: string][] = [
  [["conjure"], "unknown command 'conjure'"],
  [["evalaute", "run"], "Did you mean evaluate?"],
  [["--color"], "unknown option '--color'"],
  [["evaluate"], "missing required argument 'run'"],
  [["evaluate", "a", "b"], "too many arguments"],
  [["evaluate", "a", "--protocol", "random"], "Allowed choices are grouped, nested, paper"],
  [["evaluate", "a", "--protocol"], "argument missing"],
  [["evaluate", "a", "--seed", "many"], "whole number"],
  [["evaluate", "a", "--seed", "-1"], "whole number"],
  [["evaluate", "a", "--seed", "1.5"], "whole number"],
  [["evaluate", "a", "--seed", "1e300"], "whole number"],
  [["evaluate", "a", "--gate", "brave"], "Allowed choices are averse, balanced, neutral"],
  [["evaluate", "a", "--subsets", "some"], "Allowed choices are all"],
  [["train"], "missing required argument 'run'"],
  [["train", "a", "--embeder", "form-tf"], "Did you mean --embedder?"],
  [["recommend"], "missing required argument 'run'"],
  [["recommend", "a"], "no question is given"],
  [["recommend", "a", "b", "--queries", "c"], "keep one"],
  [["recommend", "a", "b", "--out", "c"], "--out goes with --queries"],
  [["recommend", "a", "b", "--feature", "language"], "expected name=value"],
  [["recommend", "a", "b", "--feature", "x=1", "--feature", "x=2"], "given twice"],
  [["recommend", "a", "--queries", "b", "--feature", "x=1"], "beside each text"],
  [["recommend", "a", "   "], "the question is empty"],
  [["recommend", "a", "b", "c"], "too many arguments"],
  [["score", "a"], "--queries"],
  [["optimize", "a"], "--queries"],
  [["import"], ""],
  [["import", "promptfoo"], "unknown command 'promptfoo'"],
  [["import", "log.csv"], "`oirl import table FILE --out RUN`, or `oirl run FILE`"],
  [["import", "package.json"], "`oirl import table package.json --out RUN`, or `oirl run package.json`"],
  [["package.json"], "`oirl run package.json`"],
  [["import", "table", "--out", "a"], "no log is named"],
  [["import", "table", "a.csv"], "--out"],
  [["import", "prompt-oirl", "a", "--out", "b", "--texts", "c"], "--task"],
  [["import", "prompt-oirl", "a", "--out", "b", "--texts", "c", "--task", "trivia"], "gsm8k, mawps, svamp"],
  [["append", "a"], "missing required argument 'files'"],
  [["doctor"], "no log is named"],
  [["export"], ""],
  [["export", "csv", "a"], "unknown command 'csv'"],
  [["run"], ""],
  [["run", "--out", "a"], "log"],
];

describe("a wrong call ends with 2, says what is wrong, and prints no result", () => {
  test.each(WRONG_CALLS)("%j", async (call, named) => {
    const { exitCode, stdout, stderr } = await callCli(call);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(named);
    expect(stderr).toMatch(/--help/u);
  });

  test.each(WRONG_CALLS.filter(([, named]) => named !== ""))("%j --json", async (call) => {
    const { exitCode, stdout, stderr } = await callCli([...call, "--json"]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    const { error } = JSON.parse(stderr);
    expect(error).toEqual({
      code: expect.stringMatching(/^[A-Z_]+$/u),
      message: expect.any(String),
      details: expect.any(Object),
    });
  });
});

/** Every command that needs a run directory, with all it asks for besides. */
const ON_A_RUN: readonly (readonly string[])[] = [
  ["evaluate", "RUN"],
  ["evaluate", "RUN", "--subsets", "all"],
  ["train", "RUN"],
  ["recommend", "RUN", "What is 2 + 2?"],
  ["score", "RUN", "--queries", "q.jsonl"],
  ["optimize", "RUN", "--queries", "q.jsonl"],
  ["report", "RUN"],
  ["export", "npy", "RUN"],
];

describe("a run that is not there", () => {
  test.each(ON_A_RUN.map((words) => [words] as const))(
    "%j names the command that makes one",
    async (words) => {
      const missing = join(scratch, "no-run");
      const { exitCode, stdout, stderr } = await callCli(
        words.map((word) => (word === "RUN" ? missing : word)),
      );
      expect(exitCode).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain(missing);
      expect(stderr).toContain("oirl import");
    },
  );

  test.each(ON_A_RUN.map((words) => [words] as const))("%j on a file", async (words) => {
    const { exitCode, stdout } = await callCli(
      words.map((word) => (word === "RUN" ? join(import.meta.dirname, "cli-usage.test.ts") : word)),
    );
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
  });
});

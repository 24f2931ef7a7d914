import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importTable, openRunDirectory } from "../../src/data/index.ts";
import type { EvaluationResult } from "../../src/types/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { importSmallLog, SMALL_LOG, writeSmallLog } from "../support/small-log.ts";

let folder: string;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-commands-"));
  run = await importSmallLog(folder);
  await callCliForJson(["train", run]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fraction = expect.toSatisfy((value) => typeof value === "number" && value >= 0 && value <= 1);
const interval = expect.toSatisfy(
  (value) => value === null || (Array.isArray(value) && value.length === 2 && value[0] <= value[1]),
);

describe("import", () => {
  test("counts rows, questions, prompts and answers", async () => {
    const { table, prompts } = await writeSmallLog(folder);
    const summary = await callCliForJson([
      "import",
      "table",
      table,
      "--prompts",
      prompts,
      "--out",
      join(folder, "counted"),
    ]);
    const rows = SMALL_LOG.questions * SMALL_LOG.repeats;
    expect(summary).toEqual({
      mapping: expect.any(Object),
      queries: rows,
      uniqueQueries: SMALL_LOG.questions,
      prompts: 8,
      interactions: rows * 8,
      skipped: 0,
    });
  });

  test("takes columns from flags, which win over a file", async () => {
    const file = join(folder, "odd.csv");
    await writeFile(
      file,
      "frage,variante,ok\nWas ist 1+1?,a,ja\nWas ist 1+1?,b,nein\n".replace("ja", "1").replace("nein", "0"),
    );
    const columns = join(folder, "columns.yaml");
    await writeFile(columns, "columns:\n  query: frage\n  prompt: nowhere\n  reward: ok\n");
    const out = join(folder, "odd");
    const refused = await callCli(["import", "table", file, "--out", out, "--columns", columns]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain('no column "nowhere"');
    const summary = await callCliForJson([
      "import",
      "table",
      file,
      "--out",
      out,
      "--columns",
      columns,
      "--prompt-column",
      "variante",
    ]);
    expect(summary).toMatchObject({ uniqueQueries: 1, prompts: 2, interactions: 2 });
  });

  test("of our own records", async () => {
    const file = join(folder, "records.jsonl");
    const records = [
      { query: "2 + 2?", prompt: { id: "a", template: "Think." }, reward: 1 },
      { query: "2 + 2?", prompt: { id: "b", template: "Guess." }, reward: 0 },
      { query: "3 + 3?", promptId: "a", reward: null },
    ];
    await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    const summary = await callCliForJson(["import", "jsonl", file, "--out", join(folder, "records")]);
    expect(summary).toMatchObject({ uniqueQueries: 1, prompts: 2, interactions: 2, skipped: 1 });
  });

  test("does not overwrite a run without --force, and does with it", async () => {
    const { table } = await writeSmallLog(folder);
    const out = join(folder, "kept");
    await callCliForJson(["import", "table", table, "--out", out]);
    const before = await readFile(join(out, "run.json"), "utf8");
    const refused = await callCli(["import", "table", table, "--out", out, "--task", "other"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("--force");
    expect(await readFile(join(out, "run.json"), "utf8")).toBe(before);
    await callCliForJson(["import", "table", table, "--out", out, "--task", "other", "--force"]);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8")).task).toBe("other");
  });
});

describe("evaluate", () => {
  test.each(["grouped", "nested"])("--protocol %s gives every field others rely on", async (protocol) => {
    const result = await callCliForJson<EvaluationResult>(["evaluate", run, "--protocol", protocol]);
    expect(result).toMatchObject({
      task: "log",
      protocol,
      llm: expect.any(String),
      rewardModel: "kernel-ridge",
      embedder: "form-tf+symbol-tf+style",
      questions: expect.any(Number),
      leak: { testQuestions: expect.any(Number), alsoInTrain: 0 },
      fixed: { promptId: expect.any(String), success: fraction },
      attainable: { lower: fraction, upper: fraction, fixedSuccess: fraction, questions: expect.any(Number) },
      gate: {
        ...(protocol === "nested"
          ? { openFolds: expect.any(Number), folds: 5 }
          : { open: expect.any(Boolean) }),
        ...{ upliftOutOfFold: expect.any(Number), z: expect.any(Number) },
      },
      seconds: expect.any(Number),
      peakMemoryMb: expect.any(Number),
    });
    for (const quality of [result.rewardModelQuality.seen, result.rewardModelQuality.heldOut])
      expect(quality).toMatchObject({
        accuracy: fraction,
        auc: fraction,
        logLoss: expect.any(Number),
        ece: fraction,
      });
    expect(result.strategies.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "fixed",
        "best-of-train",
        "argmax",
        "safe",
        "held-out",
        "all",
        "hybrid",
        "random",
        "confidence",
        "oracle",
      ]),
    );
    for (const strategy of result.strategies) {
      expect(strategy).toMatchObject({ questions: expect.any(Number), ci95: interval, upliftCi95: interval });
      if (strategy.success === null) expect(strategy.reason).toMatch(/\w/u);
      else
        expect(strategy).toMatchObject({ success: fraction, switched: fraction, uplift: expect.any(Number) });
    }
  });

  test("writes only results/", async () => {
    const entries = async (): Promise<string[]> =>
      (await readdir(run, { recursive: true })).filter((name) => !name.startsWith("results"));
    const before = await entries();
    await callCliForJson(["evaluate", run, "--seed", "11"]);
    expect(await entries()).toEqual(before);
    expect((await readdir(join(run, "results"))).some((name) => name.endsWith(".csv"))).toBe(true);
  });

  test("says the same again from its stored result", async () => {
    const first = await callCli(["evaluate", run, "--seed", "12", "--json"]);
    const second = await callCli(["evaluate", run, "--seed", "12", "--json"]);
    expect(second).toEqual(first);
  });

  test("its screen fits the terminal, and with details names every strategy", async () => {
    const { stdout, exitCode } = await callCli(["evaluate", run, "--details"]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    for (const name of ["fixed", "argmax", "safe", "random", "oracle"]) expect(stdout).toContain(`\n${name}`);
    expect(stdout).not.toContain("\u001b");
  });

  test("--subsets all adds the sweep and its CSV", async () => {
    const small = await importSmallLog(folder, "swept");
    const result = await callCliForJson<{
      sweep: { subsets: unknown[]; meansBySize: { size: number; subsets: number }[]; file: string };
    }>(["evaluate", small, "--subsets", "all", "--reward-model", "prompt-mean"]);
    expect(result.sweep.subsets).toHaveLength(63);
    expect(result.sweep.meansBySize.map(({ size, subsets }) => [size, subsets])).toEqual([
      ...[
        [1, 6],
        [2, 15],
        [3, 20],
        [4, 15],
        [5, 6],
        [6, 1],
      ],
    ]);
    expect((await readFile(result.sweep.file, "utf8")).split("\n").length).toBeGreaterThan(63);
    expect(
      (await callCli(["evaluate", small, "--subsets", "all", "--reward-model", "prompt-mean"])).stdout,
    ).toContain(result.sweep.file);
  });
});

describe("train and recommend", () => {
  test("recommend gives every field others rely on", async () => {
    const recommendation = await callCliForJson(["recommend", run, "What is the capital of Fiji?"]);
    expect(recommendation).toEqual({
      question: "What is the capital of Fiji?",
      similarity: fraction,
      candidateId: expect.any(String),
      promptId: expect.any(String),
      llm: expect.any(String),
      prompt: expect.any(String),
      score: fraction,
      expectedCost: null,
      expectedLatencyMs: null,
      fixedCandidateId: expect.any(String),
      fixedPromptId: expect.any(String),
      fixedScore: fraction,
      queryDependent: expect.any(Boolean),
      reason: expect.stringMatching(/\w/u),
      alternatives: expect.arrayContaining([
        {
          id: expect.any(String),
          promptId: expect.any(String),
          llm: expect.any(String),
          score: fraction,
        },
      ]),
      ms: expect.any(Number),
    });
  });

  test("recommend says in words what to use and why", async () => {
    const { stdout } = await callCli(["recommend", run, "What is the capital of Fiji?"]);
    expect(stdout).toMatch(/estimated success \d/u);
    expect(stdout).toContain("why");
  });

  test("a question without a known word gets the fixed prompt", async () => {
    const recommendation = await callCliForJson<{
      promptId: string;
      fixedPromptId: string;
      queryDependent: boolean;
    }>(["recommend", run, "Ωζξ ψυχή ϙϙϙ"]);
    expect(recommendation.queryDependent).toBe(false);
    expect(recommendation.promptId).toBe(recommendation.fixedPromptId);
  });

  test("recommend before train names the command to run", async () => {
    const untrained = await importSmallLog(folder, "untrained");
    for (const call of [
      ["recommend", untrained, "question"],
      ["score", untrained, "--queries", join(folder, "log.jsonl")],
      ["optimize", untrained, "--queries", join(folder, "log.jsonl")],
    ]) {
      const { exitCode, stdout, stderr } = await callCli(call);
      expect(exitCode).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("oirl train");
    }
  });

  test("train with other settings does not replace a model without --force", async () => {
    const trained = await importSmallLog(folder, "trained");
    await callCliForJson(["train", trained]);
    expect((await callCli(["train", trained])).exitCode).toBe(0);
    const refused = await callCli(["train", trained, "--gate", "averse"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("--force");
    const { exitCode } = await callCli(["train", trained, "--gate", "averse", "--force"]);
    expect(exitCode).toBe(0);
  });
});

describe("many questions at once", () => {
  test("optimize writes one row a question", async () => {
    const queries = join(folder, "new.txt");
    await writeFile(queries, "What is the capital of Fiji?\nAdd 3 km and 4 km.\n");
    const out = join(folder, "choices.csv");
    const result = await callCliForJson<{ file: string; choices: { queryId: string }[] }>([
      ...["optimize", run, "--queries", queries, "--out", out],
    ]);
    expect(result.choices).toHaveLength(2);
    const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("prompt_id");
  });

  test("score prints the matrix as CSV, unseen prompts included", async () => {
    const queries = join(folder, "new.txt");
    await writeFile(queries, "What is the capital of Fiji?\nAdd 3 km and 4 km.\n");
    const prompts = join(folder, "candidates.txt");
    await writeFile(prompts, "Let's think step by step.\nThink very carefully, step by step.\n");
    const { stdout } = await callCli(["score", run, "--queries", queries, "--prompts", prompts]);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(rows).toHaveLength(3);
    for (const cell of rows.slice(1).flatMap((row) => row.slice(1))) expect(Number(cell)).toEqual(fraction);
    const scores = await callCliForJson<{ seen: boolean[]; rewards: number[][] }>([
      ...["score", run, "--queries", queries, "--prompts", prompts],
    ]);
    expect(scores.seen).toEqual([true, false]);
    expect(scores.rewards).toHaveLength(2);
  });

  test("export npy writes one setting for each subset of the training prompts", async () => {
    const out = join(folder, "arrays");
    const result = await callCliForJson(["export", "npy", run, "--out", out, "--embedder", "lsa:form-tf:8"]);
    expect(result).toMatchObject({ settings: 63, directory: out });
    const files = await readdir(out);
    expect(files.filter((name) => name.includes("training_labels"))).toHaveLength(63);
  });
});

describe("run", () => {
  test("does everything in one go, and nothing twice", async () => {
    const { table, prompts } = await writeSmallLog(folder);
    const call = ["run", "--table", table, "--prompts", prompts, "--out", join(folder, "whole"), "--json"];
    const first = await callCli(call);
    const result = JSON.parse(first.stdout);
    expect(result).toMatchObject({ protocol: "nested", import: { uniqueQueries: SMALL_LOG.questions } });
    expect((await readFile(result.report, "utf8")).startsWith("<!")).toBe(true);
    await callCliForJson(["recommend", join(folder, "whole"), "What is the capital of Fiji?"]);
    const results = join(folder, "whole/results");
    const ages = async (): Promise<Map<string, number>> =>
      new Map(
        await Promise.all(
          (await readdir(results)).map(
            async (name) => [name, (await stat(join(results, name))).mtimeMs] as const,
          ),
        ),
      );
    const before = await ages();
    const again = JSON.parse((await callCli(call)).stdout);
    expect(again.strategies).toEqual(result.strategies);
    expect(await ages()).toEqual(before);
    const other = await callCli(["run", "--jsonl", table, "--out", join(folder, "whole")]);
    expect(other).toMatchObject({ exitCode: 2, stdout: "" });
    expect(other.stderr).toContain("--force");
  });

  test("takes a configuration file, whose paths are relative to it; flags win", async () => {
    await writeSmallLog(folder);
    const config = join(folder, "run.yaml");
    const text =
      "out: configured\ntable:\n  file: log.jsonl\n  promptsFile: prompts.jsonl\n  task: everyday\nprotocol: grouped\nseed: 3\n";
    await writeFile(config, text);
    const result = await callCliForJson(["run", config, "--seed", "4"]);
    expect(result).toMatchObject({ task: "everyday", protocol: "grouped", seed: 4 });
    expect(await readdir(join(folder, "configured"))).toContain("report.html");
  });

  test("runs a matcher's module where the command line names it, never where only a file does", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, row) => `Is ${"abcdefgh"[row % 8]}${row} one?,p-${row % 2},${row % 3 ? "yes" : "no"}`,
    );
    await writeFile(
      join(folder, "log.csv"),
      `question,prompt,response,expected\n${rows.map((row) => `${row},yes`).join("\n")}\n`,
    );
    const matcher = join(folder, "matcher.mjs");
    await writeFile(matcher, "export default (answer, golden) => answer === golden;");
    const config = join(folder, "graded.yaml");
    await writeFile(config, "out: graded\ntable: {file: log.csv}\nprotocol: grouped\n");
    const commandLine = ["run", config, "--matcher", matcher];
    const result = await callCliForJson<{ import: { interactions: number } }>(commandLine);
    expect(result.import.interactions).toBe(40);
    await writeFile(config, "out: other\ntable: {file: log.csv, matcher: ./matcher.mjs}\n");
    for (const flags of [[], ["--matcher", matcher]]) {
      const refused = await callCli(["run", config, ...flags]);
      expect([refused.exitCode, refused.stderr.replaceAll(/\s+/g, " ")]).toEqual([
        2,
        expect.stringMatching(/:2:.*only where the command line itself names it: --matcher \.\/matcher\.mjs/),
      ]);
    }
    await writeFile(config, "out: other\ntable: {file: log.csv, matcher: careful}\n");
    const wrong = await callCli(["run", config]);
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringMatching(/:2:[\s\S]*contains/)]);
  });

  const WRONG_CONFIGS: readonly [name: string, text: string, named: readonly string[]][] = [
    ["an unknown key", "out: a\nprotocl: nested\n", [":2:", 'Did you mean "protocol"?']],
    ["a key in another style", "out: a\nreward_model: knn\n", [":2:", 'Did you mean "rewardModel"?']],
    [
      "an unknown key deeper down",
      "out: a\ntable:\n  file: b\n  colums: {}\n",
      [":4:", 'Did you mean "columns"?'],
    ],
    ["nothing near", "out: a\nzzzzzz: 1\n", [":2:", "Known keys:", "rewardModel"]],
    ["a wrong value", "out: a\nprotocol: sideways\n", [":2:", '"sideways"']],
    ["a wrong type", "out: a\nseed: many\n", [":2:", '"many"']],
    ["a list", "- a\n- b\n", ["expected object"]],
    ["no YAML", "out: [a\n", [":"]],
    ["a key twice", "out: a\nout: b\n", [":2"]],
    ["two logs", "out: a\ntable: {file: b}\njsonl: {file: c}\n", ["several logs"]],
    ["no log", "out: a\n", ["Name a file"]],
    ["no run directory", "table: {file: b}\n", ["--out"]],
    ["a prototype", "out: a\n__proto__: {polluted: true}\n", ["__proto__"]],
  ];
  test.each(WRONG_CONFIGS)("refuses %s, naming the place", async (_name, text, named) => {
    const config = join(folder, "wrong.yaml");
    await writeFile(config, text);
    const { exitCode, stdout, stderr } = await callCli(["run", config]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    for (const part of named) expect(stderr).toContain(part);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("refuses a configuration that multiplies its anchors", async () => {
    const config = join(folder, "laughs.yaml");
    const levels = Array.from(
      { length: 9 },
      (_, level) => `k${level + 1}: &k${level + 1} [${Array(9).fill(`*k${level}`).join(",")}]`,
    );
    await writeFile(config, `k0: &k0 [ha]\n${levels.join("\n")}\n`);
    expect(await callCli(["run", config])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("a simulated log", () => {
  test("is called so wherever its results are shown", async () => {
    const out = join(folder, "simulated");
    const { table, prompts } = await writeSmallLog(folder);
    await importTable({ file: table, promptsFile: prompts, out, simulated: true });
    const calls = [
      ["evaluate", out, "--protocol", "nested"],
      ["train", out],
      ["report", out],
      ["recommend", out, "What is the capital of Fiji?"],
    ];
    for (const call of calls) expect((await callCli(call)).exitCode).toBe(0);
    for (const call of [calls[0]!, calls[3]!]) {
      expect((await callCli(call)).stdout).toMatch(/simulated/iu);
      expect(await callCliForJson(call)).toMatchObject({ simulated: true });
    }
    expect((await readFile(join(out, "report.html"), "utf8")).toLowerCase()).toContain("simulated");
  });
});

describe("demo", () => {
  test("tells its story, and can be run again", async () => {
    const out = join(folder, "demo");
    const { exitCode, stdout, stderr } = await callCli(["demo", "--out", out]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("SmolLM2-135M-Instruct");
    expect(stdout).not.toMatch(/simulated/iu);
    expect(stdout).toContain(join(out, "report.html"));
    const again = await callCliForJson<{ recommendations: { promptId: string }[] }>(["demo", "--out", out]);
    expect(again).not.toHaveProperty("simulated");
    expect(new Set(again.recommendations.map(({ promptId }) => promptId)).size).toBeGreaterThan(1);
  });

  test("replaces the demo of an earlier version", async () => {
    const out = join(folder, "earlier-demo");
    const { table, prompts } = await writeSmallLog(folder);
    await importTable({
      ...{ file: table, promptsFile: prompts, out, layout: "wide", columns: { query: "question" } },
      ...{ task: "everyday questions", llm: "simulated", simulated: true },
    });
    const result = await callCliForJson<{ import: { prompts: number } }>(["demo", "--out", out]);
    expect(result.import.prompts).toBe(8);
    expect((await openRunDirectory(out)).manifest.llms).toEqual(["SmolLM2-135M-Instruct"]);
  });

  test("shows a gain that its nested estimate confirms, the one the README names", async () => {
    const result = await callCliForJson<EvaluationResult>(["demo", "--out", join(folder, "demo")]);
    const argmax = result.strategies.find(({ name }) => name === "argmax");
    expect(argmax?.upliftCi95?.[0]).toBeGreaterThan(0);
    expect("folds" in result.gate && result.gate.openFolds).toBeGreaterThanOrEqual(3);
    const points = (fraction: number | undefined): string => (100 * fraction!).toFixed(1);
    const interval = argmax?.upliftCi95?.map(points).join(", ");
    const readme = (await readFile(join(PROJECT_ROOT, "README.md"), "utf8")).replaceAll(/\s+/gu, " ");
    expect(readme).toContain(
      `gains ${points(argmax?.uplift ?? undefined)} points [${interval}] over the best single prompt's ${points(result.strategies[0]?.success ?? undefined)} %`,
    );
  });

  test("leaves another run alone", async () => {
    const refused = await callCli(["demo", "--out", run]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("--force");
  });
});

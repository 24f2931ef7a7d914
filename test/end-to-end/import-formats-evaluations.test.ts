import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { caseFile, caseFolder, importCase, refusedCase, rows } from "../support/imported-case.ts";
import { rawZstd, zipArchive } from "../support/zip-archive.ts";

const QUESTIONS = Array.from({ length: 6 }, (_, number) => `How high is tower no. ${number}?`);

describe("lm-evaluation-harness", () => {
  const sample = (row: number, filter: string, score: number): object => ({
    doc_id: row,
    doc: { question: QUESTIONS[row], answer: "#### 90" },
    target: "90",
    arguments: { gen_args_0: { arg_0: `Q: ${QUESTIONS[row]}` } },
    resps: [["It is 90 m."]],
    filtered_resps: ["90"],
    filter,
    metrics: ["exact_match"],
    exact_match: score,
    doc_hash: `h${row}`,
  });
  const file = (score: number): object[] =>
    rows(6, (row) => [sample(row, "strict-match", 0), sample(row, "flexible-extract", score)]);

  test("a folder of samples and results: a file a prompt, one filter of each answer, the LLM by folder", async () => {
    const folder = await caseFolder({
      "meta-llama__Llama-3/samples_gsm8k_2026-01-05T10-00-00.000001.jsonl": file(0),
      "meta-llama__Llama-3/samples_gsm8k_cot_2026-01-05T10-00-00.000001.jsonl": file(1),
      "meta-llama__Llama-3/results_2026-01-05T10-00-00.000001.json": JSON.stringify(
        { results: { gsm8k: {} }, config: {} },
        null,
        2,
      ),
    });
    const { summary, success, log } = await importCase([folder]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6, queries: 6 });
    expect(success).toEqual({ gsm8k: 0, gsm8k_cot: 1 });
    expect(log.llm).toBe("meta-llama__Llama-3");
    expect(summary.mapping!.notes[0]).toMatch(/2 filters.*"flexible-extract" is taken/);
    const strict = await importCase([folder, "--where", 'filter == "strict-match"']);
    expect(strict.success).toEqual({ gsm8k: 0, gsm8k_cot: 0 });
  });
});

describe("inspect_ai", () => {
  const header = (style: string): object => ({
    version: 2,
    status: "success",
    eval: { task: "towers", task_args: { style }, model: "openai/gpt-4o" },
  });
  const sample = (row: number, epoch: number, value: string): object => ({
    id: row,
    epoch,
    input: [
      { role: "system", content: "Be brief." },
      { role: "user", content: QUESTIONS[row] },
    ],
    target: "90",
    output: { completion: "90 m", stop_reason: "stop" },
    scores: { match: { value, answer: "90" } },
  });

  test.each(["zstd", "deflate", "stored"] as const)(
    "archives (%s) of several evals, with epochs",
    async (method) => {
      const archive = (style: string, value: string): Uint8Array =>
        zipArchive(
          {
            "_journal/start.json": "{}",
            ...Object.fromEntries(
              rows(6, (row) =>
                [1, 2].map(
                  (epoch) =>
                    [
                      `samples/${row}_epoch_${epoch}.json`,
                      JSON.stringify(sample(row, epoch, value)),
                    ] as const,
                ),
              ),
            ),
            "header.json": JSON.stringify(header(style)),
          },
          method,
        );
      const folder = await caseFolder({ "a.eval": archive("short", "C"), "b.eval": archive("long", "I") });
      const { summary, success, log } = await importCase([folder]);
      expect(summary).toMatchObject({ interactions: 24, uniqueQueries: 6, queries: 12 });
      expect(success).toEqual({ "towers(style=short)": 1, "towers(style=long)": 0 });
      expect(log.llm).toBe("openai/gpt-4o");
      expect(log.queries.map(({ text }) => text).sort()).toEqual(QUESTIONS);
    },
  );

  test("one JSON document", async () => {
    const document = {
      ...header("short"),
      samples: QUESTIONS.map((_, row) => sample(row, 1, row < 2 ? "P" : "N")),
    };
    const { success } = await importCase([await caseFile("log.json", JSON.stringify(document))]);
    expect(success["towers(style=short)"]).toBeCloseTo(1 / 6);
  });

  test("damaged archives are refused, whatever was damaged", async () => {
    const good = zipArchive(
      { "samples/1_epoch_1.json": "{}", "header.json": JSON.stringify(header("x")) },
      "zstd",
    );
    for (const [name, bytes] of [
      ["cut", good.subarray(0, good.length - 30)],
      ["scrambled", good.map((byte, at) => (at > 50 && at < 90 ? 255 - byte : byte))],
      ["no zip", new TextEncoder().encode("hello")],
      ["no header", zipArchive({ "samples/1_epoch_1.json": "{}" }, "stored")],
      ["no samples", zipArchive({ "header.json": "{}" }, "stored")],
    ] as const) {
      const { exitCode, message } = await refusedCase([await caseFile("log.eval", bytes)]);
      expect([name, exitCode]).toEqual([name, expect.toSatisfy((code: number) => code === 1 || code === 2)]);
      expect(message).toContain("log.eval");
    }
  });
});

test("openai/evals: events of several files; the system message is the prompt", async () => {
  const log = (system: string, isRight: boolean): object[] => [
    { spec: { completion_fns: ["gpt-4o"], eval_name: "towers.test.v1", run_id: "r" } },
    ...rows(6, (row) => [
      {
        run_id: "r",
        event_id: 2 * row,
        sample_id: `towers.${row}`,
        type: "sampling",
        data: {
          prompt: [
            { role: "system", content: system },
            { role: "user", content: QUESTIONS[row] },
          ],
          sampled: ["90 m"],
        },
      },
      {
        run_id: "r",
        event_id: 2 * row + 1,
        sample_id: `towers.${row}`,
        type: "match",
        data: { correct: isRight, expected: "90", picked: "90" },
      },
    ]),
    { final_report: { accuracy: 1 } },
  ];
  const folder = await caseFolder({
    "a.jsonl": log("Be brief.", false),
    "b.jsonl": log("Think first.", true),
  });
  const { summary, log: imported } = await importCase([folder]);
  expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6, skipped: 0 });
  expect(imported.prompts.map(({ template }) => template).sort()).toEqual(["Be brief.", "Think first."]);
  expect(imported.llm).toBe("gpt-4o");
});

test("HELM: metrics of a run joined with its questions", async () => {
  const run = (score: number) => ({
    stats: JSON.stringify(
      rows(6, (row) => [
        {
          instance_id: `id${row}`,
          train_trial_index: 0,
          stats: [
            { name: { name: "num_prompt_tokens", split: "test" }, count: 1, sum: 50, mean: 50 },
            { name: { name: "exact_match", split: "test" }, count: 1, sum: score, mean: score },
          ],
        },
      ]),
      null,
      2,
    ),
    state: JSON.stringify(
      {
        adapter_spec: { method: "generation", model: "openai/gpt-4o" },
        request_states: rows(6, (row) => [
          {
            instance: { id: `id${row}`, input: { text: QUESTIONS[row] }, references: [], split: "test" },
            train_trial_index: 0,
            request_mode: "original",
            request: { model: "openai/gpt-4o", prompt: "…" },
            result: { success: true, completions: [{ text: "90 m" }] },
          },
        ]),
      },
      null,
      2,
    ),
  });
  const folder = await caseFolder({
    "towers:method=short,model=openai_gpt-4o/per_instance_stats.json": run(1).stats,
    "towers:method=short,model=openai_gpt-4o/scenario_state.json": run(1).state,
    "towers:method=cot,model=openai_gpt-4o/per_instance_stats.json": run(0).stats,
    "towers:method=cot,model=openai_gpt-4o/scenario_state.json": run(0).state,
  });
  const { summary, success } = await importCase([folder]);
  expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6 });
  expect(success).toEqual({ "towers:method=short": 1, "towers:method=cot": 0 });
  const alone = await refusedCase([await caseFile("per_instance_stats.json", run(1).stats)]);
  expect(alone.message).toMatch(/scenario_state\.json/);
});

describe("tables of ragas and mlflow", () => {
  test("ragas: contexts that differ by prompt are no inputs; the metric is named", async () => {
    const table = (score: number): object[] =>
      rows(12, (row) => [
        {
          user_input: `How high is tower no. ${row}?`,
          retrieved_contexts: [`found ${row} ${score}`],
          response: "90 m",
          reference: "90",
          answer_correctness: score,
          faithfulness: 0.5,
        },
      ]);
    const folder = await caseFolder({ "v1.jsonl": table(0.5), "v2.jsonl": table(1) });
    const { summary, success } = await importCase([folder, "--prompt-from-file"]);
    expect(summary).toMatchObject({
      interactions: 24,
      uniqueQueries: 12,
      mapping: { reward: ["answer_correctness"] },
    });
    expect(success).toEqual({ v1: 0.5, v2: 1 });
  });

  test("mlflow: the score of the column that is named, on its scale", async () => {
    const table = [
      ["inputs/question", "outputs", "ground_truth", "answer_correctness/v1/score", "prompt"],
      ...rows(6, (row) =>
        [1, 2].map((version) => [QUESTIONS[row], "90 m", "90", version === 1 ? 1 : 5, `v${version}`]),
      ),
    ];
    const { success } = await importCase([
      await caseFile("eval.csv", table),
      "--reward-column",
      "answer_correctness/v1/score",
      "--reward-scale",
      "1..5",
    ]);
    expect(success).toEqual({ v1: 0, v2: 1 });
  });
});

describe("several files, packed files, and what a file says of its rows", () => {
  const lines = (score: number): object[] =>
    rows(6, (row) => [
      { q: QUESTIONS[row], question: QUESTIONS[row], reward: score, set: row < 3 ? "dev" : "test" },
    ]);
  const text = (score: number): string =>
    lines(score)
      .map((line) => JSON.stringify(line))
      .join("\n");

  test("gzip, zstd and plain files of one folder; names are prompts, rows are filtered", async () => {
    const folder = await caseFolder({
      "a.jsonl": text(0),
      "b.jsonl.gz": gzipSync(text(1)),
      "c.json": JSON.stringify(lines(1)),
      "d.jsonl.zst": rawZstd(Buffer.from(text(0))),
    });
    const { summary, success, log } = await importCase([
      folder,
      "--prompt-from-file",
      "--set",
      "llm=gpt-4o",
      "--where",
      'set == "test"',
      "--ignore-columns",
      "q",
    ]);
    expect(summary).toMatchObject({
      interactions: 12,
      uniqueQueries: 3,
      mapping: { files: 4, prompt: ["the file's name"], llm: ["set to gpt-4o"] },
    });
    expect(success).toEqual({ a: 0, b: 1, c: 1, d: 0 });
    expect(log.llm).toBe("gpt-4o");
  });

  test("ids of several columns", async () => {
    const table = [
      ["subject", "number", "question", "prompt", "reward"],
      ...rows(6, (row) => [
        ["a", 1, "What?", "p", 1],
        ["b", 1, "What?", "p", 0],
        ["a", row + 2, `${row}?`, "p", 1],
      ]).slice(0, 8),
    ];
    const once = table.filter((row, at) => table.findIndex((other) => other.join() === row.join()) === at);
    const { log } = await importCase([await caseFile("t.csv", once), "--query-id-column", "subject,number"]);
    expect(log.queries.map(({ id }) => id)).toContain("b/1");
  });

  test("names of people and texts stay out: hashed, dropped", async () => {
    const table = [
      ["question", "prompt", "reward", "user_id", "response", "notes"],
      ...rows(6, (row) =>
        ["a", "b"].map((prompt) => [
          QUESTIONS[row],
          prompt,
          1,
          `user-${row}`,
          "secret answer",
          "secret note",
        ]),
      ),
    ];
    const { run, summary } = await importCase([
      await caseFile("t.csv", table),
      "--group-column",
      "user_id",
      "--hash",
      "user_id,question",
      "--drop",
      "response,notes",
    ]);
    const { readFile } = await import("node:fs/promises");
    const { join } = await import("node:path");
    const written = await Promise.all(
      ["queries.jsonl", "interactions.jsonl", "run.json"].map((name) => readFile(join(run, name), "utf8")),
    );
    for (const content of written) expect(content).not.toMatch(/secret|user-\d|tower/);
    expect(summary).toMatchObject({ uniqueQueries: 6, mapping: { notUsed: [] } });
    expect(written[0]).toMatch(/"group":"[0-9a-f]{16}"/);
  });
});

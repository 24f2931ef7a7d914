import { zipArchive } from "../zip-archive.ts";

const ROWS = Array.from({ length: 6 }, (_, row) => row);
const question = (row: number): string => `How high is tower no. ${row}?`;
const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");

const sample = (row: number): object => ({
  id: row,
  epoch: 1,
  input: question(row),
  target: "90",
  output: { completion: "90 m" },
  scores: { match: { value: row % 2 === 0 ? "C" : "I" } },
});
const header = { eval: { task: "towers", task_args: { style: "short" }, model: "m" } };

/** Small logs as other tools write them, by file name: a reader each. */
export const TOOL_LOGS: Readonly<Record<string, string | Uint8Array>> = {
  "inspect.eval": zipArchive(
    {
      ...Object.fromEntries(ROWS.map((row) => [`samples/${row}_epoch_1.json`, JSON.stringify(sample(row))])),
      "header.json": JSON.stringify(header),
    },
    "zstd",
  ),
  "inspect.json": JSON.stringify({ ...header, samples: ROWS.map(sample) }),
  "samples_towers.jsonl": lines(
    ROWS.map((row) => ({
      doc_id: row,
      doc: { question: question(row) },
      target: "90",
      resps: [["90 m"]],
      filter: "none",
      metrics: ["acc"],
      acc: row % 2,
    })),
  ),
  "promptfoo.json": JSON.stringify({
    results: {
      prompts: [{ raw: "Say: {{q}}", label: "p", provider: "bot" }],
      results: ROWS.map((row) => ({
        promptIdx: 0,
        testIdx: row,
        vars: { q: question(row) },
        prompt: { raw: `Say: ${question(row)}`, label: "p" },
        provider: { id: "bot" },
        success: row % 2 === 0,
        response: { output: "x" },
        gradingResult: { pass: row % 2 === 0, reason: "ok", componentResults: [{}] },
      })),
    },
  }),
  "promptfoo.csv": [
    "question,[bot] p,Status,Score,Named Scores,Grader Reason,Comment",
    ...ROWS.map((row) => `"${question(row)}",x,${row % 2 === 0 ? "PASS" : "FAIL"},1.00,,,`),
  ].join("\n"),
  "spans.json": JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: ROWS.map((row) => ({
              spanId: `s${row}`,
              attributes: [
                attribute("gen_ai.prompt.name", "p"),
                attribute(
                  "gen_ai.input.messages",
                  JSON.stringify([{ role: "user", parts: [{ content: question(row) }] }]),
                ),
              ],
              events: [
                {
                  name: "gen_ai.evaluation.result",
                  attributes: [
                    attribute("gen_ai.evaluation.name", "ok"),
                    attribute("gen_ai.evaluation.score.label", row % 2 === 0 ? "pass" : "fail"),
                  ],
                },
              ],
            })),
          },
        ],
      },
    ],
  }),
  "observations.jsonl": lines(
    ROWS.map((row) => ({
      id: `o${row}`,
      traceId: `t${row}`,
      type: "GENERATION",
      promptName: "p",
      promptVersion: 1 + (row % 2),
      input: [{ role: "user", content: question(row) }],
      output: "90 m",
      scores: [{ name: "ok", value: row % 2 }],
    })),
  ),
  "braintrust.jsonl": lines(
    ROWS.map((row) => ({
      experiment_id: "e",
      input: { question: question(row) },
      output: "90 m",
      scores: { ok: row % 2 },
      metadata: { prompt: "p", model: "m" },
    })),
  ),
  "deepeval.json": JSON.stringify({
    testCases: ROWS.map((row) => ({
      input: question(row),
      actualOutput: "90 m",
      success: row % 2 === 0,
      metricsData: [{ name: "ok", score: row % 2, success: true }],
    })),
    hyperparameters: { model: "m", prompt: "p" },
  }),
  "evals.jsonl": lines([
    { spec: { completion_fns: ["m"], eval_name: "towers" } },
    ...ROWS.flatMap((row) => [
      {
        run_id: "r",
        event_id: 2 * row,
        sample_id: `${row}`,
        type: "sampling",
        data: { prompt: [{ role: "user", content: question(row) }], sampled: ["90 m"] },
      },
      {
        run_id: "r",
        event_id: 2 * row + 1,
        sample_id: `${row}`,
        type: "match",
        data: { correct: row % 2 === 0 },
      },
    ]),
  ]),
};

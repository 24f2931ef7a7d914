import { describe, expect, test } from "vitest";
import { caseFile, caseFolder, importCase, refusedCase, rows } from "../support/imported-case.ts";

const QUESTIONS = Array.from({ length: 6 }, (_, number) => `How high is tower no. ${number}?`);

describe("Langfuse", () => {
  const observation = (question: string, version: number, row: number): Record<string, unknown> => ({
    id: `o-${row}-${version}`,
    traceId: `t-${row}-${version}`,
    type: "GENERATION",
    promptName: "towers",
    promptVersion: version,
    providedModelName: "gpt-4o",
    latency: 1.25,
    input: {
      messages: [
        { role: "system", content: `v${version}` },
        { role: "user", content: question },
      ],
    },
    output: "90 m",
  });
  const observations = rows(6, (row) => [1, 2].map((version) => observation(QUESTIONS[row]!, version, row)));
  const scores = rows(6, (row) => [
    { id: `s${row}a`, traceId: `t-${row}-1`, name: "correct", value: 0, dataType: "BOOLEAN" },
    { id: `s${row}b`, traceId: `t-${row}-2`, observationId: `o-${row}-2`, name: "correct", value: 1 },
  ]);

  test("scores of another file join by observation or trace; versions are prompts", async () => {
    const folder = await caseFolder({
      "a-scores.jsonl": scores,
      "observations.jsonl": [
        { id: "x", traceId: "t", type: "SPAN", input: {}, promptName: null },
        ...observations,
      ],
    });
    const { summary, success, log } = await importCase([folder]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6, skipped: 0 });
    expect(success).toEqual({ "towers v1": 0, "towers v2": 1 });
    expect(log.llm).toBe("gpt-4o");
    expect(log.queries.map(({ text }) => text).sort()).toEqual(QUESTIONS);
  });

  test("in CSV with snake_case and JSON in cells, answers without a score are left out; errors too", async () => {
    const head = ["id", "trace_id", "type", "prompt_name", "prompt_version", "input", "output", "level"];
    const csv = [
      head,
      ...rows(6, (row) => [
        [
          `o${row}`,
          `t${row}`,
          "GENERATION",
          "p",
          (row % 2) + 1,
          JSON.stringify({ query: QUESTIONS[row], user_id: "u1" }),
          "x",
          row === 5 ? "ERROR" : "DEFAULT",
        ],
      ]),
    ];
    const folder = await caseFolder({
      "observations.csv": csv,
      "scores.csv": [
        ["id", "trace_id", "observation_id", "name", "value"],
        ...rows(6, (row) => (row === 4 ? [] : [[`s${row}`, `t${row}`, "", "quality", 0.5]])),
      ],
    });
    const { summary } = await importCase([
      folder,
      "--query-column",
      "input.query",
      "--ignore-columns",
      "input.user_id",
    ]);
    expect(summary).toMatchObject({ interactions: 4, skipped: 2, prompts: 2 });
    expect(summary.mapping!.leftOut.map(({ why }) => why).sort()).toEqual(["failed call", "no verdict"]);
  });

  test("several scores are asked about, and none", async () => {
    const two = [...scores, { id: "z", traceId: "t-0-1", name: "kind tone", value: 1 }];
    const folder = await caseFolder({ "scores.jsonl": two, "observations.jsonl": observations });
    const { exitCode, message } = await refusedCase([folder]);
    expect(exitCode).toBe(2);
    expect(message).toMatch(/2 scores.*--reward-column scores\.correct \(or 'scores\.kind tone'\)/);
    expect((await importCase([folder, "--reward-column", "scores.correct"])).summary.interactions).toBe(12);
    const graded = observations.map((row, at) => ({ ...row, correctness: at % 2 }));
    expect((await importCase([await caseFile("graded.jsonl", graded)])).success).toEqual({
      "towers v1": 0,
      "towers v2": 1,
    });
    const alone = await refusedCase([await caseFile("observations.jsonl", observations)]);
    expect(alone.message).toMatch(/no answer has a score/);
  });
});

describe("OpenTelemetry", () => {
  const attribute = (key: string, value: string | number): object => ({
    key,
    value: typeof value === "number" ? { doubleValue: value } : { stringValue: value },
  });
  const span = (row: number, version: string, events: readonly object[] = []): object => ({
    traceId: `t${row}`,
    spanId: `s${row}${version}`,
    name: "chat gpt-4o",
    startTimeUnixNano: "1000000000",
    endTimeUnixNano: "1250000000",
    attributes: [
      attribute("gen_ai.operation.name", "chat"),
      attribute("gen_ai.request.model", "gpt-4o"),
      attribute("gen_ai.prompt.name", "towers"),
      attribute("gen_ai.prompt.version", version),
      attribute(
        "gen_ai.input.messages",
        JSON.stringify([{ role: "user", parts: [{ type: "text", content: QUESTIONS[row] }] }]),
      ),
      attribute(
        "gen_ai.output.messages",
        JSON.stringify([
          { role: "assistant", parts: [{ type: "text", content: "90 m" }], finish_reason: "stop" },
        ]),
      ),
    ],
    events,
  });
  const evaluation = (value: number): object => ({
    name: "gen_ai.evaluation.result",
    attributes: [
      attribute("gen_ai.evaluation.name", "Correctness"),
      attribute("gen_ai.evaluation.score.value", value),
    ],
  });
  const resource = (spans: readonly object[]): object => ({
    resource: {},
    scopeSpans: [{ scope: {}, spans }],
  });

  test.each([
    [
      "one document",
      (spans: object[]) =>
        JSON.stringify({ resourceSpans: [resource(spans.slice(0, 5)), resource(spans.slice(5))] }, null, 2),
    ],
    [
      "a batch a line",
      (spans: object[]) =>
        spans.map((one) => JSON.stringify({ resourceSpans: [resource([one])] })).join("\n"),
    ],
  ])("%s, with evaluations as events", async (_name, write) => {
    const spans = rows(6, (row) => [span(row, "1", [evaluation(0)]), span(row, "2", [evaluation(1)])]);
    const { summary, success, log } = await importCase([await caseFile("traces.json", write(spans))]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6 });
    expect(success).toEqual({ "towers v1": 0, "towers v2": 1 });
    expect(log.queries.map(({ text }) => text).sort()).toEqual(QUESTIONS);
  });

  test("evaluations as log records in the same document join by span", async () => {
    const spans = rows(6, (row) => [span(row, "1"), span(row, "2")]);
    const logRecords = rows(6, (row) =>
      ["1", "2"].map((version) => ({
        spanId: `s${row}${version}`,
        eventName: "gen_ai.evaluation.result",
        attributes: [
          attribute("gen_ai.evaluation.name", "ok"),
          attribute("gen_ai.evaluation.score.label", version === "1" ? "fail" : "pass"),
        ],
      })),
    );
    const document = { resourceSpans: [resource(spans)], resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
    const { success } = await importCase([await caseFile("traces.json", JSON.stringify(document))]);
    expect(success).toEqual({ "towers v1": 0, "towers v2": 1 });
  });
});

describe("records with their scores inside", () => {
  test("Braintrust", async () => {
    const records = rows(6, (row) =>
      ["short", "long"].map((prompt) => ({
        id: `${row}${prompt}`,
        experiment_id: "e1",
        dataset_record_id: `d${row}`,
        input: QUESTIONS[row],
        output: "90 m",
        expected: "90 m",
        scores: { Factuality: prompt === "short" ? 0.25 : 1 },
        metadata: { model: "gpt-4o", prompt },
      })),
    );
    const { summary, success, log } = await importCase([await caseFile("b.jsonl", records)]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6 });
    expect(success).toEqual({ short: 0.25, long: 1 });
    expect(log.llm).toBe("gpt-4o");
  });

  test("Phoenix: a file an experiment, the file's name its prompt", async () => {
    const experiment = (score: number): object[] =>
      rows(6, (row) => [
        {
          example_id: `RGF0${row}`,
          repetition_number: 1,
          input: { question: QUESTIONS[row], city: "Pisa" },
          reference_output: { answer: "90 m" },
          output: "90 m",
          error: null,
          latency_ms: 12.5,
          trace_id: `t${row}`,
          annotations: [{ name: "correct", annotator_kind: "CODE", label: null, score, explanation: null }],
        },
      ]);
    const folder = await caseFolder({
      "brief.json": JSON.stringify(experiment(1)),
      "stepwise.json": JSON.stringify(experiment(0)),
    });
    expect((await refusedCase([folder])).message).toMatch(/--prompt-from-file/);
    const { summary, success } = await importCase([folder, "--prompt-from-file", "--set", "llm=gpt-4o"]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6 });
    expect(summary.mapping!.inputs).toEqual(["input.question", "input.city"]);
    expect(success).toEqual({ brief: 1, stepwise: 0 });
  });

  test("Opik", async () => {
    const traces = rows(6, (row) =>
      [1, 2].map((version) => ({
        id: `${row}-${version}`,
        name: "chat",
        input: { messages: [{ role: "user", content: QUESTIONS[row] }] },
        output: { text: "90 m" },
        metadata: { prompt_name: "qa", prompt_version: version },
        feedback_scores: [{ name: "useful", value: version - 1, source: "sdk" }],
      })),
    );
    const { success } = await importCase([await caseFile("traces.json", JSON.stringify(traces))]);
    expect(success).toEqual({ "qa v1": 0, "qa v2": 1 });
  });

  test("deepeval: a run a prompt, told by its hyperparameters, which stand behind the tests", async () => {
    const run = (template: string, isRight: boolean): string =>
      JSON.stringify({
        testFile: "t.py",
        testCases: QUESTIONS.map((input, row) => ({
          name: `test_${row}`,
          input,
          actualOutput: "90 m",
          expectedOutput: "90 m",
          success: isRight,
          metricsData: [
            { name: "Answer Relevancy", score: 0.9, threshold: 0.5, success: true },
            { name: "Correctness", score: Number(isRight), threshold: 0.5, success: isRight },
          ],
        })),
        hyperparameters: { model: "gpt-4o", "prompt template": template },
      });
    const folder = await caseFolder({
      "1.json": run("Be brief.", false),
      "2.json": run("Think first.", true),
    });
    const { summary, success, log } = await importCase([folder]);
    expect(summary).toMatchObject({ interactions: 12, uniqueQueries: 6 });
    expect(success).toEqual({ "prompt template=Be brief.": 0, "prompt template=Think first.": 1 });
    expect(summary.mapping!.notes[0]).toMatch(/2 scores.*"success"/);
    expect(log.llm).toBe("gpt-4o");
  });
});

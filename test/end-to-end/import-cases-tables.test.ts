import { describe, expect, test } from "vitest";
import type { RewardLog } from "../../src/types/index.ts";
import { caseFile, importCase, refusedCase, rows } from "../support/imported-case.ts";
import { sharedCase } from "../support/shared-case.ts";

const PLACES = [
  "alder",
  "bakery",
  "canal",
  "depot",
  "embassy",
  "ferry",
  "garage",
  "harbour",
  "island",
  "jetty",
  "kiosk",
  "library",
];

describe("01: counters are no prompts", () => {
  test("inspect_ai's samples ask for what tells prompts apart, and then are read", async (context) => {
    const file = sharedCase(context, "01-number-columns-become-prompts", "samples.csv");
    const { exitCode, message } = await refusedCase([file]);
    expect(exitCode).toBe(2);
    expect(message).toMatch(/samples of 2 evals.*--prompt-column eval_id/);
    const { summary, log } = await importCase([file, "--prompt-column", "eval_id"]);
    expect(summary).toMatchObject({ interactions: 72, uniqueQueries: 18, prompts: 2 });
    expect(summary.mapping!.values).toEqual([
      { value: "C", reward: 1, answers: 48 },
      { value: "I", reward: 0, answers: 24 },
    ]);
    expect(log.queries[0]!.text).toMatch(/^In the \w+, how many legs/);
  });

  test.each([
    [
      "a frame of another tool",
      ["uid", "question", "hops", "used_cache", "n_images", "verdict_of_judge"],
      (row: number) => [`u${row}`, `Is ${row} odd?`, 1, 0, 1, "splendid"],
    ],
    [
      "flags alone",
      ["question", "flagged", "streamed"],
      (row: number) => [`Is ${row} odd?`, "false", "true"],
    ],
    [
      "constants among what varies",
      ["question", "plain", "enabled"],
      (row: number) => [`Is ${row} odd?`, row % 2, 1],
    ],
  ])("%s is refused, with its columns", async (_name, head, cells) => {
    const file = await caseFile("frame.csv", [head, ...rows(20, (row) => [cells(row)])]);
    const { exitCode, message } = await refusedCase([file]);
    expect(exitCode).toBe(2);
    expect(message).toMatch(/--prompt-columns NAME.*The columns are "/);
  });

  test("prompts in columns are read beside counters", async () => {
    const table = [
      ["question", "retries", "plain", "steps", "turn_count", "cached"],
      ...rows(20, (row) => [[`Is ${row} odd?`, 0, row % 2, (row + 1) % 2, 1, 0]]),
    ];
    const { summary } = await importCase([await caseFile("wide.csv", table)]);
    expect(summary.mapping!.prompt).toEqual(["plain", "steps"]);
    expect(summary.mapping!.notUsed).toEqual(["retries", "turn_count", "cached"]);
  });

  test("ids of rows are no ids of questions", async () => {
    const table = [
      ["sample_id", "question", "prompt", "score"],
      ...rows(12, (row) => ["a", "b"].map((prompt) => [`s-${row}-${prompt}`, `Is ${row} odd?`, prompt, 1])),
    ];
    const { summary, stderr } = await importCase([await caseFile("ids.csv", table)]);
    expect(summary).toMatchObject({ uniqueQueries: 12, interactions: 24 });
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/"sample_id" is not taken as the questions' ids/);
  });
});

describe("04: an answer that is there but empty is wrong", () => {
  test("log.jsonl", async (context) => {
    const { summary, success } = await importCase([
      sharedCase(context, "04-empty-answers-left-out", "log.jsonl"),
    ]);
    expect(summary).toMatchObject({ interactions: 120, skipped: 0 });
    expect(success.A).toBeCloseTo(0.7);
    expect(success.B).toBeCloseTo(0.5);
    expect(summary.mapping!.notes).toEqual([expect.stringMatching(/30 answers are empty/)]);
  });

  test("in CSV too; null, a missing field, errors, cuts and tool calls are left out by kind", async () => {
    const head = ["question", "variant", "response", "expected"];
    const csv = [
      head,
      ...rows(10, (row) => [
        [`${row}?`, "a", row < 4 ? "" : row, row],
        [`${row}?`, "b", row, row],
      ]),
    ];
    expect((await importCase([await caseFile("e.csv", csv)])).success).toEqual({ a: 0.6, b: 1 });

    const kinds = [
      { response: null },
      {},
      { response: "", error: "429 too many requests" },
      { response: "The answer is", finish_reason: "length" },
      { response: null, finish_reason: "tool_calls" },
      { response: "" },
      { response: "7" },
    ];
    const lines = kinds.map((kind, row) => ({ question: `${row}?`, prompt_id: "p", expected: "7", ...kind }));
    const { summary, success, stderr } = await importCase([await caseFile("k.jsonl", lines)]);
    expect(summary.mapping!.leftOut.map(({ why, answers }) => [why, answers])).toEqual([
      ["no answer", 2],
      ["cut at the token limit", 1],
      ["failed call", 1],
      ["tool call without an answer", 1],
    ]);
    expect(success).toEqual({ p: 0.5 });
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
      /5 of 7 answers \(71\.4 %\) were not graded.*They are of p \(5\)/,
    );
  });
});

describe("06: an answer that several filters graded is one answer", () => {
  test("samples of two tasks", async (context) => {
    const folder = sharedCase(context, "06-lm-eval-filters-become-repeats");
    const { summary, success } = await importCase([folder]);
    expect(summary).toMatchObject({ interactions: 60, uniqueQueries: 30, queries: 30, prompts: 2 });
    expect(success.cot).toBe(1);
    const strict = await importCase([folder, "--where", 'filter == "strict-match"']);
    expect(strict.summary).toMatchObject({ interactions: 60, queries: 30 });
  });

  test("a table of anybody's with a row a grader is asked about, and then filtered", async () => {
    const table = [
      ["question", "prompt", "grader", "correct"],
      ...rows(12, (row) =>
        ["a", "b"].flatMap((prompt) =>
          ["exact", "lenient"].map((grader) => [
            `Is ${row} odd?`,
            prompt,
            grader,
            Number(grader === "lenient"),
          ]),
        ),
      ),
    ];
    const file = await caseFile("g.csv", table);
    expect((await refusedCase([file])).message).toMatch(/differ in "grader".*--where 'grader == /);
    const { summary, success } = await importCase([file, "--where", "grader == lenient"]);
    expect(summary).toMatchObject({ interactions: 24, queries: 12 });
    expect(success).toEqual({ a: 1, b: 1 });
  });
});

describe("07: a column that only has a usual name", () => {
  test("log.csv", async (context) => {
    const { summary, stderr } = await importCase([
      sharedCase(context, "07-guessed-column-blocks-import", "log.csv"),
    ]);
    expect(summary).toMatchObject({ interactions: 24, mapping: { notUsed: ["confidence"] } });
    expect(stderr).toMatch(/"confidence" is not taken/);
  });

  test("is given up where a late row does not fit, and can be passed over", async () => {
    const table = (late: string): unknown[][] => [
      ["question", "prompt", "correct", "cost", "split"],
      ...rows(150, (row) => [
        [`Is ${row} odd?`, "p", row % 2, row === 140 ? late : "0.1", row === 141 ? "dev" : "train"],
      ]),
    ];
    const late = await caseFile("late.csv", table("free"));
    const { summary, log, stderr } = await importCase([late]);
    expect(summary).toMatchObject({ interactions: 150, mapping: { notUsed: ["cost", "split"] } });
    expect([...new Set(log.part)]).toEqual([0]);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/"cost" is not taken.*late\.csv:142 has "free"/);
    const told = await refusedCase([late, "--cost-column", "cost"]);
    expect(told).toMatchObject({ exitCode: 1, message: expect.stringMatching(/late\.csv:142.*"free"/) });
    const passed = await importCase([
      await caseFile("fit.csv", table("0.2")),
      "--cost-column",
      "",
      "--split-column",
      "",
    ]);
    expect(passed.summary.mapping!.notUsed).toEqual(["cost", "split"]);
    const config = await caseFile("columns.yaml", "columns: {cost: null}\nignoreColumns: [split]\n");
    expect((await importCase([late, "--columns", config])).summary.mapping!.notUsed).toEqual([
      "cost",
      "split",
    ]);
  });
});

describe("a message beside an answer is a question", () => {
  const table = (columns: readonly string[]): string[][] => [
    [...columns],
    ...rows(20, (row) => [
      [`Is ${row} odd?`, row % 3 === 0 ? "a" : "b", "yes", row % 2 === 1 ? "true" : "false"],
    ]),
  ];

  test("with the user's thumb as the reward", async () => {
    const file = await caseFile("t.csv", table(["message", "variant", "response", "thumbs_up"]));
    const { summary } = await importCase([file]);
    expect(summary.mapping).toMatchObject({
      inputs: ["message"],
      prompt: ["variant"],
      reward: ["thumbs_up"],
    });
  });

  test("and without an answer may be anything: it is asked about", async () => {
    const file = await caseFile("t.csv", table(["message", "variant", "said", "thumbs_up"]));
    const { exitCode, message } = await refusedCase([file]);
    expect([exitCode, message]).toEqual([2, expect.stringMatching(/--query-column/)]);
  });
});

describe("08: an array of rows", () => {
  test("list.json", async (context) => {
    const { summary } = await importCase([sharedCase(context, "08-one-json-document", "list.json")]);
    expect(summary).toMatchObject({ interactions: 24, uniqueQueries: 12, prompts: 2 });
  });

  test("printed over many lines, or under a key", async () => {
    const list = rows(30, (row) => [{ question: `Is "${row}" [odd]?`, prompt_id: "p", score: row % 2 }]);
    for (const document of [list, { version: 1, data: list, more: [1, 2] }])
      for (const indent of [0, 2]) {
        const file = await caseFile("l.json", JSON.stringify(document, null, indent));
        expect((await importCase([file])).summary).toMatchObject({ interactions: 30, uniqueQueries: 30 });
      }
  });
});

describe("09: versions are prompts", () => {
  test("observations.csv", async (context) => {
    const file = sharedCase(context, "09-prompt-versions-merged", "observations.csv");
    const { summary, success } = await importCase([file, "--reward-column", "correctness"]);
    expect(summary).toMatchObject({ uniqueQueries: 20, prompts: 3, interactions: 60 });
    expect(success).toEqual({ "router v1": 0, "router v2": 0.5, "router v3": 1 });
  });

  test.each([
    [
      "a name and a commit",
      ["prompt_name", "prompt_commit"],
      ["router", "ab12"],
      ["router", "cd34"],
      ["router ab12", "router cd34"],
    ],
    [
      "a name and a system prompt that nobody mapped",
      ["prompt_name", "system_prompt"],
      ["qa", "Be brief."],
      ["qa", "Be exact."],
      ["qa Be brief.", "qa Be exact."],
    ],
    [
      "a name and two wordings",
      ["prompt_name", "prompt_text"],
      ["qa", "Be brief."],
      ["qa", "Be exact."],
      ["qa", "qa (2)"],
    ],
    [
      "two columns as told",
      ["name", "tag"],
      ["router", "live"],
      ["router", "test"],
      ["router live", "router test"],
    ],
  ])("%s", async (name, head, one, other, ids) => {
    const table = [
      ["question", ...head, "correct"],
      ...rows(12, (row) => [
        [`Is ${row} odd?`, ...one, 0],
        [`Is ${row} odd?`, ...other, 1],
      ]),
    ];
    const told = name.endsWith("told") ? ["--prompt-column", "name,tag"] : [];
    const { summary, success } = await importCase([await caseFile("v.csv", table), ...told]);
    expect(summary).toMatchObject({ uniqueQueries: 12, queries: 12, prompts: 2 });
    expect(success).toEqual({ [ids[0]!]: 0, [ids[1]!]: 1 });
  });

  test("one model of two providers is two LLMs", async () => {
    const table = [
      ["question", "prompt", "provider", "model", "correct"],
      ...rows(4, (row) => ["x", "y"].map((provider) => [`${row}?`, "p", provider, "llm", 1])),
    ];
    const { summary } = await importCase([await caseFile("m.csv", table)], "x/llm");
    expect(summary).toMatchObject({ queries: 4, interactions: 8 });
  });
});

describe("14 and 17: all inputs make the question", () => {
  test("rag.jsonl", async (context) => {
    const { summary } = await importCase([
      sharedCase(context, "14-same-question-other-context", "rag.jsonl"),
    ]);
    expect(summary).toMatchObject({ uniqueQueries: 24, queries: 24, prompts: 2, interactions: 48 });
    expect(summary.mapping!.inputs).toEqual(["question", "context"]);
  });

  test("log.csv", async (context) => {
    const { summary } = await importCase([sharedCase(context, "17-columns-dropped", "log.csv")]);
    expect(summary).toMatchObject({ uniqueQueries: 3, queries: 3 });
  });

  const table = (head: string, cell: (row: number) => unknown): unknown[][] => [
    [head, "question", "prompt", "reward", "latency_s"],
    ...rows(24, (row) =>
      ["short", "long"].map((prompt) => [
        cell(row),
        `Who signed at the ${PLACES[row % 12]}?`,
        prompt,
        row % 2,
        row / 7,
      ]),
    ),
  ];

  test.each([
    ["a column with a name of its own", "dossier", (row: number) => `Dossier ${row}`],
    ["a number", "year", (row: number) => 1990 + row],
  ])("%s is asked about; told, it is an input, or nothing", async (_name, head, cell) => {
    const file = await caseFile("d.csv", table(head, cell));
    const { exitCode, message } = await refusedCase([file]);
    expect(exitCode).toBe(2);
    expect(message).toContain(`--input-columns ${head}`);
    expect((await importCase([file, "--input-columns", head])).summary).toMatchObject({
      uniqueQueries: 24,
      queries: 24,
    });
    expect((await importCase([file, "--ignore-columns", head])).summary).toMatchObject({
      uniqueQueries: 12,
      queries: 24,
    });
  });

  test("repeats with times, counters and texts of answers are repeats", async () => {
    const repeated = [
      ["question", "prompt", "reward", "created_at", "total_tokens", "rationale", "epoch"],
      ...rows(12, (row) =>
        ["a", "b"].flatMap((prompt) =>
          [1, 2].map((epoch) => [
            `Is ${row} odd?`,
            prompt,
            1,
            `2026-01-0${epoch}`,
            10 * row + epoch,
            `because ${prompt} ${epoch}`,
            epoch,
          ]),
        ),
      ),
    ];
    const { summary } = await importCase([await caseFile("r.csv", repeated)]);
    expect(summary).toMatchObject({ uniqueQueries: 12, queries: 24, interactions: 48 });
  });

  test("what was retrieved for each answer is no input", async () => {
    const lines = rows(12, (row) =>
      ["a", "b"].map((prompt) => ({
        question: `Who is ${row}?`,
        contexts: [`found by ${prompt} ${row}`],
        prompt,
        reward: 1,
      })),
    );
    const { summary, stderr } = await importCase([await caseFile("r.jsonl", lines)]);
    expect(summary).toMatchObject({
      uniqueQueries: 12,
      mapping: { inputs: ["question"], notUsed: ["contexts"] },
    });
    expect(stderr).toMatch(/"contexts" is not taken as an input/);
  });

  test("of a conversation the last turn is the question, and earlier ones count", async () => {
    const lines = rows(6, (row) =>
      ["a", "b"].map((prompt) => ({
        messages: [
          { role: "system", content: "Be kind." },
          { role: "user", content: `We speak of no. ${row}.` },
          { role: "assistant", content: "Well." },
          { role: "user", content: [{ type: "text", text: "How large is it?" }] },
        ],
        prompt,
        reward: 1,
      })),
    );
    const { summary, log } = await importCase([await caseFile("c.jsonl", lines)]);
    expect(summary.uniqueQueries).toBe(6);
    expect(log.queries[0]!.text).toMatch(
      /^How large is it\?\nuser: We speak of no\. \d\.\nassistant: Well\.$/,
    );
  });

  test("what the system said in a conversation is the prompt, where nothing else is", async () => {
    const lines = rows(6, (row) =>
      ["Be kind.", "Be brief."].map((content) => ({
        messages: [
          { role: "system", content },
          { role: "user", content: `How large is no. ${row}?` },
        ],
        response: "Large.",
        score: Number(content === "Be kind."),
      })),
    );
    const { summary, log } = await importCase([await caseFile("c.jsonl", lines)]);
    expect(summary).toMatchObject({ uniqueQueries: 6, prompts: 2, mapping: { wording: "system message" } });
    expect(log.prompts.map(({ template }) => template).sort()).toEqual(["Be brief.", "Be kind."]);
  });
});

/** A log as every figure is made of it: the order of the files only says which row of an array of embeddings is whose. */
function readAs({ inFiles: _inFiles, ...log }: RewardLog): Omit<RewardLog, "inFiles"> {
  return log;
}

describe("23: the order of rows does not matter", () => {
  test("row-order-a.csv and -b.csv", async (context) => {
    const [a, b] = await Promise.all(
      ["row-order-a.csv", "row-order-b.csv"].map((name) =>
        importCase([sharedCase(context, "23-row-order", name)]),
      ),
    );
    expect(readAs(a!.log)).toEqual(readAs(b!.log));
    expect(a!.log.prompts[0]!.id).toMatch(/^prompt-style-0-[0-9a-f]{8}$/);
  });

  test("nor does it with repeats, several LLMs, ids, features and groups", async () => {
    const table = rows(40, (row) =>
      ["a", "b"].flatMap((variant) =>
        [0, 1, 2].map((repeat) => ({
          question: `What is ${row} plus 1?`,
          lang: row % 2 === 0 ? "en" : "de",
          topic: `t${row % 5}`,
          variant,
          prompt: `Wording of ${variant}`,
          llm: row % 3 === 0 ? "x" : "y",
          answer: `${row + repeat}`,
          golden_answer: `${row + 1}`,
        })),
      ),
    );
    const shuffled = [...table].sort(
      (one, other) =>
        ((JSON.stringify(one).length * 7919) % 13) - ((JSON.stringify(other).length * 7919) % 13) ||
        (one.answer < other.answer ? 1 : -1),
    );
    const flags = ["--group-column", "topic", "--feature-columns", "lang"];
    const [one, other] = await Promise.all(
      [table, shuffled].map(async (lines) => importCase([await caseFile("r.jsonl", lines), ...flags], "x")),
    );
    expect(readAs(other!.log)).toEqual(readAs(one!.log));
    expect(one!.log.queries.every(({ features }) => features?.lang !== undefined)).toBe(true);
  });

  test("nor in a table with a column a prompt, whose rows stay together", async () => {
    const lines = rows(20, (row) =>
      [0, 1, 2].map((repeat) => [`Is ${row} odd?`, (row + repeat) % 2, repeat === 1 ? 1 : 0]),
    );
    const head = ["question", "plain", "steps"];
    const [one, other] = await Promise.all(
      [lines, [...lines].reverse()].map(async (body) =>
        importCase([await caseFile("w.csv", [head, ...body])]),
      ),
    );
    expect(readAs(other!.log)).toEqual(readAs(one!.log));
  });
});

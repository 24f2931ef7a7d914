import { describe, expect, test } from "vitest";
import { caseFile, importCase, refusedCase, rows } from "../support/imported-case.ts";
import { sharedCase } from "../support/shared-case.ts";

/** A result of promptfoo, as 0.123 writes it. */
function result(
  test: number,
  promptIdx: number,
  fields: { label: string; raw: string; vars: object; isRight: boolean; provider?: string } & Record<
    string,
    unknown
  >,
): object {
  const { label, raw, vars, isRight, provider = "bot", ...more } = fields;
  return {
    promptIdx,
    testIdx: test,
    vars,
    prompt: { raw, label },
    provider: { id: provider, label: "" },
    success: isRight,
    score: Number(isRight),
    response: { output: "x" },
    gradingResult: {
      pass: isRight,
      score: Number(isRight),
      reason: "ok",
      componentResults: [{ pass: isRight }],
    },
    failureReason: isRight ? 0 : 1,
    ...more,
  };
}

describe("02: tests without assertions are not graded", () => {
  test.for(["results.csv", "results.jsonl"])("%s", async (name, context) => {
    const { summary, stderr, success } = await importCase([
      sharedCase(context, "02-promptfoo-tests-without-assertions", name),
    ]);
    expect(summary).toMatchObject({ interactions: 24, skipped: 24, uniqueQueries: 12 });
    expect(summary.mapping!.leftOut).toMatchObject([{ why: "test without assertions", answers: 24 }]);
    expect(Object.values(success)).toEqual([0.5, 0.5]);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(/24 of 48 answers \(50\.0 %\) were not graded/);
  });

  test("a document of another evaluation, of which one prompt's tests fail", async () => {
    const results = rows(10, (row) =>
      ["a", "b"].map((label, index) =>
        result(row, index, {
          label,
          raw: `Say ${label}: Sum of ${row} and ${row}?`,
          vars: { question: `Sum of ${row} and ${row}?` },
          isRight: true,
          ...(row < 4 && {
            gradingResult: { pass: true, score: 1, reason: "No assertions", componentResults: null },
          }),
        }),
      ),
    );
    const { summary } = await importCase([
      await caseFile(
        "r.json",
        JSON.stringify({ evalId: "e", results: { version: 3, prompts: [], results } }),
      ),
    ]);
    expect(summary).toMatchObject({ interactions: 12, skipped: 8, prompts: 2 });
  });
});

describe("03: two prompts of one label are two", () => {
  test("results.jsonl", async (context) => {
    const { summary, success } = await importCase([
      sharedCase(context, "03-promptfoo-same-label", "results.jsonl"),
    ]);
    expect(summary).toMatchObject({ uniqueQueries: 15, queries: 15, prompts: 2, interactions: 30 });
    expect(success).toEqual({ qa: 0, "qa (2)": 1 });
    expect(summary.mapping!.notes).toEqual([expect.stringMatching(/Several prompts are labeled "qa"/)]);
  });

  test("so they are in CSV, with two providers, and where rows come the other way round", async () => {
    const cells = (verdict: string): string[] => ["x", verdict, "1.00", "", "", ""];
    const head = ["[a] qa", "Status", "Score", "Named Scores", "Grader Reason", "Comment"];
    const csv = [
      ["question", ...head, ...head],
      ...rows(5, (row) => [[`Is ${row} odd?`, ...cells("PASS"), ...cells("FAIL")]]),
    ];
    const fromCsv = await importCase([await caseFile("r.csv", csv)]);
    expect(fromCsv.success).toEqual({ qa: 1, "qa (2)": 0 });
    expect(fromCsv.summary.mapping!.notes).toEqual([expect.stringMatching(/Two columns are called/)]);

    const results = rows(6, (row) =>
      ["a", "b"].flatMap((provider, p) =>
        [0, 1].map((prompt) =>
          result(row, 2 * p + prompt, {
            label: "qa",
            raw: `${prompt === 0 ? "Briefly: " : "At length: "}What is no. ${row}?`,
            vars: { q: `What is no. ${row}?` },
            provider,
            isRight: prompt === 1,
          }),
        ),
      ),
    );
    const forwards = await importCase([await caseFile("r.jsonl", results)], "a");
    const backwards = await importCase([await caseFile("r.jsonl", results.reverse())], "a");
    expect(forwards.success).toEqual({ qa: 0, "qa (2)": 1 });
    expect(forwards.log.prompts.map(({ template }) => template)).toEqual([
      "Briefly: {{q}}",
      "At length: {{q}}",
    ]);
    const { inFiles: _one, ...readBackwards } = backwards.log;
    const { inFiles: _other, ...readForwards } = forwards.log;
    expect(readBackwards).toEqual(readForwards);
  });

  test("one prompt in two configurations of a provider is answered by two LLMs", async () => {
    const results = rows(4, (row) =>
      [0, 1].map((index) =>
        result(row, index, {
          label: "p",
          raw: `No. ${row}?`,
          vars: { q: `No. ${row}?` },
          isRight: index === 0,
        }),
      ),
    );
    const file = await caseFile("r.jsonl", results);
    expect((await importCase([file], "bot")).success).toEqual({ p: 1 });
    expect((await importCase([file], "bot (2)")).success).toEqual({ p: 0 });
  });
});

describe("07: a variable is called like something else", () => {
  test("results.csv", async (context) => {
    const { summary } = await importCase([
      sharedCase(context, "07-guessed-column-blocks-import", "results.csv"),
    ]);
    expect(summary).toMatchObject({ interactions: 24, uniqueQueries: 12, prompts: 2 });
    expect(summary.mapping!.inputs).toEqual(["question", "cost"]);
  });

  test("whatever it is called", async () => {
    const head = [
      "question",
      "model",
      "confidence",
      "split",
      "score",
      "error",
      "[m] p",
      "Status",
      "Score",
      "Named Scores",
    ];
    const lines = rows(4, (row) => [
      [`Is ${row} odd?`, `car ${row}`, "low", "atom", "7:1", "none", "x", "PASS", "1.00", ""],
    ]);
    const { summary, log } = await importCase([await caseFile("r.csv", [head, ...lines])]);
    expect(summary).toMatchObject({ interactions: 4, skipped: 0 });
    expect(log.llm).toBe("m");
  });
});

describe("08: the document that evaluations are kept in", () => {
  test("results.json", async (context) => {
    const { summary, success } = await importCase([
      sharedCase(context, "08-one-json-document", "results.json"),
    ]);
    expect(summary).toMatchObject({
      interactions: 24,
      skipped: 1,
      mapping: { leftOut: [{ why: "failed call" }] },
    });
    expect(Object.values(success)).toEqual([0.5, 0.5]);
  });

  test("on one line, with the prompts' templates, which are their wordings", async () => {
    const results = rows(3, (row) =>
      [0, 1].map((index) =>
        result(row, index, {
          label: `p${index}`,
          raw: "rendered otherwise",
          vars: { q: `No. ${row}?` },
          isRight: index === 0,
        }),
      ),
    );
    const prompts = [0, 1].map((index) => ({
      raw: `Template ${index}: {{q}}`,
      label: `p${index}`,
      provider: "bot",
    }));
    const document = JSON.stringify({ evalId: "e", results: { version: 3, prompts, results }, config: {} });
    const { log } = await importCase([await caseFile("r.json", document)]);
    expect(log.prompts.map(({ template }) => template)).toEqual(["Template 0: {{q}}", "Template 1: {{q}}"]);
  });

  test("one that was cut is refused, with its line", async () => {
    const cut = `{"results": {"results": [\n${JSON.stringify(result(0, 0, { label: "p", raw: "a", vars: { q: "a" }, isRight: true }))},\n{"promptIdx": 1,`;
    const { exitCode, message } = await refusedCase([await caseFile("r.json", cut)]);
    expect(exitCode).toBe(1);
    expect(message).toMatch(/r\.json:3: The JSON document ends in the middle/);
  });
});

describe("10: JSON Lines of older versions", () => {
  test.for(["results.jsonl", "glued.jsonl"])("%s", async (name, context) => {
    const { summary } = await importCase([sharedCase(context, "10-older-promptfoo-jsonl", name)]);
    expect(summary).toMatchObject({ interactions: 18, skipped: 2, uniqueQueries: 10, prompts: 2 });
    expect(summary.mapping!.leftOut).toMatchObject([{ why: "failed call", answers: 2 }]);
  });

  test("three objects on a line, braces and quotes in their texts, and an error without a grading", async () => {
    const older = rows(6, (row) => [
      {
        ...result(row, 0, {
          label: "p",
          raw: `}{ "${row}"`,
          vars: {},
          isRight: row % 2 === 0,
          ...(row === 5 && { error: "timeout }{", gradingResult: null, response: undefined }),
        }),
        vars: undefined,
        failureReason: undefined,
        testCase: { vars: { text: `}{ "${row}"` } },
      },
    ]).map((row) => JSON.stringify(row));
    const content = `${older.slice(0, 3).join("")}\n${older.slice(3).join(" ")}\n`;
    const { summary, log } = await importCase([await caseFile("older.jsonl", content)]);
    expect(summary).toMatchObject({ interactions: 5, skipped: 1 });
    expect(log.queries.map(({ text }) => text).sort()[0]).toBe('}{ "0"');
  });
});

describe("14: tests of several variables", () => {
  test("are told apart by all that prompts show, and not by the right answer", async () => {
    const results = rows(6, (row) => {
      const vars = {
        question: "When does it open?",
        document: `Branch ${row} opens at ${row}.`,
        expected: `${row}`,
      };
      return ["a", "b"].map((label, index) =>
        result(row, index, {
          label,
          raw: `${label}: ${vars.document} ${vars.question}`,
          vars,
          isRight: true,
        }),
      );
    });
    const { summary, log } = await importCase([await caseFile("r.jsonl", results)]);
    expect(summary).toMatchObject({ uniqueQueries: 6, queries: 6, interactions: 12 });
    expect(summary.mapping!.inputs).toEqual(["vars.question", "vars.document"]);
    expect(log.queries[0]!.text).toMatch(/^When does it open\?\ndocument: Branch \d opens at \d\.$/);
  });

  test("a variable that no prompt shows as it is, but tells tests apart, is asked about", async () => {
    const results = rows(6, (row) => {
      const vars = { question: "What is shown?", picture: `picture ${row}` };
      return ["a", "b"].map((label, index) =>
        result(row, index, { label, raw: `${label}: What is shown?`, vars, isRight: true }),
      );
    });
    const file = await caseFile("r.jsonl", results);
    const { exitCode, message } = await refusedCase([file]);
    expect(exitCode).toBe(2);
    expect(message).toMatch(/differ in "vars\.picture".*--input-columns vars\.picture/);
    const { summary } = await importCase([file, "--input-columns", "vars.picture"]);
    expect(summary.uniqueQueries).toBe(6);
    expect((await importCase([file, "--ignore-columns", "vars.picture"])).summary.uniqueQueries).toBe(1);
  });
});

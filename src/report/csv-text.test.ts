import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationFixture } from "../../test/support/report-fixture.ts";
import { choicesCsv } from "./choices-csv.ts";
import { csvText } from "./csv-text.ts";
import { evaluationCsv } from "./evaluation-csv.ts";

describe("csvText", () => {
  it("guards texts a spreadsheet would run, and leaves numbers alone", () => {
    const [row] = parse(csvText(["a", "b", "c", "d", "e"], [["=1+1", "+x", "@y", "-z", -0.5]]), {
      columns: true,
    }) as Record<string, string>[];
    expect(row).toEqual({ a: "'=1+1", b: "'+x", c: "'@y", d: "'-z", e: "-0.5" });
  });

  it("gives back every text, quotes and line breaks included, with at most the guard before it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string()), { minLength: 1 }),
        (rows) => {
          const [, ...records] = parse(csvText(["one", "two"], rows)) as string[][];
          expect(records).toHaveLength(rows.length);
          records.forEach((record, index) => {
            record.forEach((cell, column) => {
              const given = rows[index]![column]!;
              expect([given, `'${given}`]).toContain(cell);
              expect(cell).not.toMatch(/^[=+\-@\t\r]/);
            });
          });
        },
      ),
    );
  });
});

describe("evaluationCsv", () => {
  it("has a row for every strategy, empty cells where there is no value, and the reason", () => {
    const result = evaluationFixture();
    const rows = parse(evaluationCsv(result), { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row.strategy)).toEqual(result.strategies.map(({ name }) => name));
    const argmax = rows.find((row) => row.strategy === "argmax");
    expect(Number(argmax?.success)).toBe(0.663);
    expect([argmax?.uplift_ci_lower, argmax?.uplift_ci_upper].map(Number)).toEqual([0.009, 0.03]);
    const heldOut = rows.find((row) => row.strategy === "held-out");
    expect(heldOut?.success).toBe("");
    expect(heldOut?.reason).toContain("published test rows");
  });
});

describe("choicesCsv", () => {
  it("keeps the order of the questions and guards their ids", () => {
    const text = choicesCsv([
      {
        queryId: "q2",
        question: "How many,\nin all?",
        candidateId: "CoT @ m",
        promptId: "CoT",
        llm: "m",
        prompt: "Think: {{query}}",
        score: 0.7,
        expectedCost: 0.25,
        expectedLatencyMs: 12,
        fixedCandidateId: "nan",
        fixedScore: 0.6,
        queryDependent: true,
        reason: "It fits.",
      },
      {
        queryId: '=cmd|"/c calc"!A1',
        question: "+1",
        candidateId: "a,b",
        promptId: "a,b",
        llm: "m",
        prompt: "{{query}}",
        score: 0,
        expectedCost: null,
        expectedLatencyMs: null,
        fixedCandidateId: "nan",
        fixedScore: 0,
        queryDependent: false,
        reason: "-",
      },
    ]);
    expect(parse(text, { columns: true })).toEqual([
      {
        query_id: "q2",
        question: "How many,\nin all?",
        candidate_id: "CoT @ m",
        prompt_id: "CoT",
        llm: "m",
        prompt: "Think: {{query}}",
        score: "0.7",
        expected_cost: "0.25",
        expected_latency_ms: "12",
        fixed_candidate_id: "nan",
        fixed_score: "0.6",
        query_dependent: "true",
        reason: "It fits.",
      },
      {
        query_id: '\'=cmd|"/c calc"!A1',
        question: "'+1",
        candidate_id: "a,b",
        prompt_id: "a,b",
        llm: "m",
        prompt: "{{query}}",
        score: "0",
        expected_cost: "",
        expected_latency_ms: "",
        fixed_candidate_id: "nan",
        fixed_score: "0",
        query_dependent: "false",
        reason: "'-",
      },
    ]);
  });
});

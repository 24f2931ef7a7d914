import { describe, expect, test } from "vitest";
import { evaluationFixture } from "../../test/support/report-fixture.ts";
import type { EvaluationResult } from "../types/index.ts";
import { candidateNoun, formatCostNumber, pricedRows, savingSentence, tradeFacts } from "./trade-words.ts";

const SAVING: NonNullable<EvaluationResult["saving"]> = {
  ...{ atMargin: 0.01, cost: 2, costCi95: [1, 3], share: 0.4 },
  ...{ success: -0.002, successCi95: [-0.006, 0.002], isNonInferior: true, openFolds: 5 },
};

function priced(more: Partial<EvaluationResult> = {}): EvaluationResult {
  const candidate = (id: string, cost: number, success: number): EvaluationResult["candidates"][number] => ({
    ...{ id, promptId: id, llm: "m", cost, latencyMs: null, success },
    successCi95: [success - 0.02, success + 0.02],
  });
  const point = { costCi95: [0, 9], successCi95: [0, 1], mixedSuccess: 0.6, shares: [0, 0, 1] } as const;
  return {
    ...evaluationFixture(),
    candidates: [candidate("dear", 5, 0.8), candidate("worse", 6, 0.7), candidate("cheap", 1, 0.6)],
    fixed: { promptId: "dear", success: 0.79, probabilityBest: 1, expectedRegret: 0 },
    frontier: [
      { ...point, worth: 0, cost: 1, success: 0.6 },
      { ...point, worth: 9, cost: 2, success: 0.7 },
      { ...point, worth: 99, cost: 5, success: 0.8 },
    ],
    saving: SAVING,
    ...more,
  };
}

describe("what costs change", () => {
  test("candidates that another beats in both are left out, and the best one has one figure everywhere", () => {
    expect(
      pricedRows(priced()).map(({ label, success, cost, saved }) => [label, success, cost, saved]),
    ).toEqual([
      ["always `dear`", 0.79, 5, null],
      ["always `cheap`", 0.6, 1, 0.8],
      ["choosing, at equal success", 0.79 - 0.002, 3, 0.4],
    ]);
  });

  test("a table of one row is none, nor is one without costs", () => {
    const only = priced({ saving: { ...SAVING, isNonInferior: false } });
    expect(pricedRows({ ...only, candidates: only.candidates.slice(0, 1) })).toEqual([]);
    expect(pricedRows(priced({ saving: null, frontier: null }))).toEqual([]);
    expect(tradeFacts(priced({ saving: null, frontier: null }))).toEqual([]);
  });

  test("a saving is claimed only where it was shown", () => {
    expect(savingSentence(SAVING)).toMatch(/costs 40 % \[20\.0, 60\.0\] less .* −0\.2 points/);
    expect(savingSentence({ ...SAVING, isNonInferior: false })).toMatch(/^No choice was shown to cost less/);
    expect(savingSentence({ ...SAVING, costCi95: [-1, 5] })).toMatch(/^No choice/);
    expect(savingSentence({ ...SAVING, openFolds: 0 })).toMatch(/^No choice/);
  });

  test("the knob says what it does, and where no gate opened", () => {
    const knob: NonNullable<EvaluationResult["knob"]> = {
      ...{ kind: "worth", value: 0.5, cost: 2, costCi95: [1, 3], success: 0.7, successCi95: [0.6, 0.8] },
      ...{ uplift: 0.1, upliftCi95: [0.05, 0.15], netGain: 0.02, netGainCi95: [0.01, 0.03], openFolds: 0 },
    };
    const text = tradeFacts(priced({ knob })).find(({ label }) => label === "the knob")!.text;
    expect(text).toMatch(/a right answer worth 0\.5, 70\.0 %/);
    expect(text).toMatch(/gains 0\.0200 dollars a question \[0\.0100, 0\.0300\]/);
    expect(text).toMatch(/In no part of the log/);
  });

  test("three digits of a cost count, and candidates are called what they are", () => {
    expect([0, 0.00123456, 12.3456, 1234.5, -0.5].map(formatCostNumber)).toEqual([
      ...["0", "0.00123", "12.3", "1235", "−0.500"],
    ]);
    expect(candidateNoun("both").many).toBe("pairs of prompt and LLM");
  });
});

import { expect, test } from "vitest";
import { evaluationFixture, reportFixture } from "../../test/support/report-fixture.ts";
import type { SelfCriticComparison } from "../types/index.ts";
import { formatEvaluationDetails } from "./evaluation-table.ts";
import { renderReport } from "./render-report.ts";
import { formatDollars, formatSeconds, selfCriticSentence } from "./self-critic-words.ts";

const COMPARISON: SelfCriticComparison = {
  pairs: 600,
  critic: { accuracy: 0.47, precision: 0.433 },
  rewardModel: { accuracy: 0.784, precision: 0.621 },
  accuracyGain: 0.314,
  accuracyGainCi95: [0.29, 0.34],
  confidence: { pairs: 600, auc: 0.61, withinQueryAuc: 0.55 },
  callsPerQuestion: 12,
  perVerdict: { calls: 600, inputTokens: 80, outputTokens: 20, cost: 0.0001, latencyMs: 500 },
  perAnswer: { calls: 600, inputTokens: null, outputTokens: null, cost: 0.0002, latencyMs: 700 },
};

test("both figures and all that asking takes are said", () => {
  expect(selfCriticSentence(COMPARISON)).toBe(
    "Asked about its own answers, the LLM is right on 47.0 % (of those called right, 43.3 %); the reward model, which sees no answer, on 78.4 % (of those called right, 62.1 %): +31.4 points [29.0, 34.0]. To choose by asking takes 12 calls a question, 600 tokens for the verdicts, $0.0018, 7.2 s one after the other; the reward model calls nobody.",
  );
});

test("what the log does not say is left out", () => {
  const imported = {
    ...COMPARISON,
    perVerdict: null,
    perAnswer: null,
    critic: { accuracy: 0.2, precision: null },
  };
  expect(selfCriticSentence(imported)).toMatch(
    /20\.0 % \(it calls none right\).*12 calls a question; the reward model/,
  );
  expect([0, 0.0000123, 0.5, 12].map(formatDollars)).toEqual(["$0.00", "$0.000012", "$0.50", "$12.00"]);
});

test("amounts of any size are written without powers of ten", () => {
  expect([0.0123, 7.2, 96.4, 124, 3600].map(formatSeconds)).toEqual(["0.012", "7.2", "96", "124", "3,600"]);
  expect(formatDollars(0.0000008)).toBe("$0.00000080");
  const slow = { ...COMPARISON, perAnswer: { ...COMPARISON.perAnswer!, latencyMs: 20_000 } };
  expect(selfCriticSentence(slow)).toContain("123 s one after the other");
});

test("table and report have it where the log has verdicts", () => {
  const evaluation = { ...evaluationFixture(), selfCritic: COMPARISON };
  expect(formatEvaluationDetails(evaluation, { color: false }).replaceAll(/\s+/g, " ")).toContain(
    "critic Asked about",
  );
  expect(formatEvaluationDetails(evaluationFixture(), { color: false })).not.toContain("critic ");
  const page = renderReport(reportFixture({ evaluations: [evaluation] }));
  expect(page).toContain("Asking the LLM itself");
  expect(page).toContain("$0.0018");
  const imported = { ...evaluation, selfCritic: { ...COMPARISON, perVerdict: null, perAnswer: null } };
  expect(renderReport(reportFixture({ evaluations: [imported] }))).not.toContain("Dollars");
  expect(renderReport(reportFixture())).not.toContain("Asking the LLM itself");
});

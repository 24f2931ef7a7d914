import { describe, expect, it } from "vitest";
import { evaluationFixture, paperEvaluationFixture } from "../../test/support/report-fixture.ts";
import type { EvaluationResult } from "../types/index.ts";
import type { Fact } from "./fact.ts";
import { attainableFact, detailFacts, gateFact, mainFacts } from "./facts.ts";
import { explainTerm, GLOSSARY } from "./glossary.ts";

const PARTIAL: EvaluationResult["estimator"] = {
  kind: "doubly-robust",
  propensity: "rates",
  assumption: "Each answer's prompt is taken as drawn at random.",
  effectiveQuestions: 412.4,
  largestWeight: 7.94,
  withoutOverlap: 0.02,
  selfNormalized: 0.6,
  selectionToUndo: 1.62,
};

function labeled(facts: readonly Fact[], label: string): string | undefined {
  return facts.find((fact) => fact.label === label)?.text;
}

describe("mainFacts", () => {
  it("says only what applies to a complete log", () => {
    expect(mainFacts(evaluationFixture()).map(({ label }) => label)).toEqual(["unlike", "tested on"]);
    expect(labeled(mainFacts(evaluationFixture()), "unlike")).toBe(
      "1.2 % of the questions are like nothing else in the log; they get `nan`.",
    );
  });

  it("says in plain words what an estimate from a log with gaps rests on", () => {
    const facts = mainFacts(evaluationFixture({ estimator: PARTIAL }));
    expect(labeled(facts, "gaps")).toContain("Each answer's prompt is taken as drawn at random.");
    expect(labeled(facts, "rests on")).toBe(
      "as much as 412 questions of 1,744 that had all answers; one answer stands for up to 7.9. For 2.0 % of the questions the chosen prompt was never tried on anything like them, so the prediction stands alone.",
    );
    expect(labeled(facts, "hidden reasons")).toContain("1.6 times likelier or rarer");
    const sure = mainFacts(evaluationFixture({ estimator: { ...PARTIAL, selectionToUndo: null } }));
    expect(labeled(sure, "hidden reasons")).toBeUndefined();
  });

  it("gives the estimate for new kinds of questions where there is one", () => {
    const newKinds = { uplift: 0.004, upliftCi95: [-0.01, 0.018] as const, openFolds: 2, folds: 5 };
    expect(labeled(mainFacts(evaluationFixture({ newKinds })), "new kinds")).toMatch(
      /gains \+0\.4 points \[−1\.0, 1\.8\].*in 2 of 5 parts/,
    );
    const unknown = { uplift: null, upliftCi95: null, openFolds: 0, folds: 5 };
    expect(labeled(mainFacts(evaluationFixture({ newKinds: unknown })), "new kinds")).toBeUndefined();
  });

  it("owns up to an uncertain single prompt, and to a leak", () => {
    const fixed = { promptId: "CoT", success: 0.6, probabilityBest: 0.55, expectedRegret: 0.018 };
    expect(labeled(mainFacts(evaluationFixture({ fixed })), "best prompt")).toBe(
      "`CoT` is the best single prompt with probability 55 % only; taking it costs 1.8 points on average against the truly best.",
    );
    expect(mainFacts(paperEvaluationFixture())[0]).toMatchObject({ label: "leak", isAlarming: true });
  });
});

describe("attainableFact", () => {
  const bracket = { lower: 0.64, upper: 0.7, fixedSuccess: 0.644, questions: 200 };

  it("gives differences, none below the single prompt, and the number of repeated questions", () => {
    const { text } = attainableFact(evaluationFixture({ attainable: bracket }));
    expect(text).toContain("200 of 1,744 questions were asked more than once");
    expect(text).toContain("between 0.0 points and +5.6 points");
    // A second level of the single prompt, by another weighting, would not agree with the first.
    expect(text).not.toContain("64.4");
  });

  it("is silent with fewer than 100 repeated questions, or less than a tenth of the log", () => {
    for (const [questions, all] of [
      [99, 500],
      [150, 1744],
    ] as const) {
      const result = evaluationFixture({ attainable: { ...bracket, questions }, questions: all });
      expect(attainableFact(result).text).toMatch(/unknown: (99|150) of/);
    }
    expect(attainableFact(evaluationFixture({ attainable: null })).text).toContain("unknown: 0 of 1,744");
  });
});

it("tells what the gate saw, its own figure included, and the trained chooser's", () => {
  expect(gateFact(evaluationFixture(), { open: false, reason: "too few questions" }).text).toBe(
    "In 5 of 5 parts the training questions alone showed enough gain for the balanced gate. On the whole log the gate stayed shut: too few questions.",
  );
  const single = evaluationFixture({ gate: { open: true, upliftOutOfFold: 0.018, z: 3.1, reason: "" } });
  expect(gateFact(single, null).text).toContain("+1.8 points, 3.1 standard errors above zero");
});

it("explains every term that a fact names", () => {
  const facts = [
    ...mainFacts(
      evaluationFixture({
        estimator: PARTIAL,
        newKinds: { uplift: 0, upliftCi95: null, openFolds: 0, folds: 5 },
        fixed: { promptId: "a", success: 0.5, probabilityBest: 0.4, expectedRegret: 0 },
      }),
    ),
    ...mainFacts(paperEvaluationFixture()),
    ...detailFacts(evaluationFixture(), null),
  ];
  for (const { term } of facts) expect(explainTerm(term!)).toMatch(/\w/);
  expect(new Set(GLOSSARY.map(({ term }) => term)).size).toBe(GLOSSARY.length);
});

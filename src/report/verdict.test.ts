import { describe, expect, it } from "vitest";
import {
  evaluationFixture,
  evaluationWithChoice,
  paperEvaluationFixture,
} from "../../test/support/report-fixture.ts";
import type { EvaluationResult, Interval } from "../types/index.ts";
import { verdict } from "./verdict.ts";

const OPEN: EvaluationResult["gate"] = { shipped: true, upliftOutOfFold: 0.018, z: 3.1, reason: "" };
const CLOSED: EvaluationResult["gate"] = { shipped: false, upliftOutOfFold: 0.001, z: 0.3, reason: "" };

function judged(gate: EvaluationResult["gate"], uplift: number, interval: Interval) {
  return verdict(evaluationWithChoice(uplift, interval, { protocol: "grouped", gate }));
}

describe("verdict", () => {
  it("chooses per question where the gate opened and the interval lies above zero", () => {
    const { headline, recommendation } = judged(OPEN, 0.019, [0.009, 0.03]);
    expect(headline).toBe("Choose per question: +1.9 pp [0.9, 3.0] over always using `nan`");
    expect(recommendation).toBe("per-question");
  });

  it("says probably where the interval includes zero", () => {
    const { headline, detail, recommendation } = judged(OPEN, 0.006, [-0.004, 0.016]);
    expect(headline).toMatch(/^Choose per question, probably: \+0\.6 pp \[−0\.4, 1\.6\]/);
    expect(detail).toContain("The interval includes zero");
    expect(recommendation).toBe("per-question");
  });

  it("uses one prompt where the gate stayed closed, with what choosing would gain", () => {
    const { headline, recommendation } = judged(CLOSED, 0.001, [-0.009, 0.011]);
    expect(headline).toBe(
      "Use prompt `nan` for every question: choosing per question measured +0.1 pp [−0.9, 1.1], not enough evidence",
    );
    expect(recommendation).toBe("fixed");
  });

  it("calls harm harm, with the gate open or closed", () => {
    for (const gate of [OPEN, CLOSED]) {
      const { headline, recommendation } = judged(gate, -0.013, [-0.022, -0.004]);
      expect(headline).toContain("would cost −1.3 pp [−2.2, −0.4]");
      expect(recommendation).toBe("fixed");
    }
  });

  it("does not follow an open gate where the test questions show no gain", () => {
    expect(judged(OPEN, -0.002, [-0.01, 0.006])).toMatchObject({ recommendation: "fixed" });
  });

  it("says so where the test questions gain but the gate stayed closed", () => {
    const { headline, recommendation } = judged(CLOSED, 0.019, [0.009, 0.03]);
    expect(headline).toContain("its gate stayed closed");
    expect(recommendation).toBe("fixed");
  });

  it("counts folds under the nested protocol: most of them decide", () => {
    const withFolds = (shipped: number) =>
      verdict(evaluationWithChoice(0.019, [0.009, 0.03], { gate: { ...OPEN, shipped } })).recommendation;
    expect([0, 2, 3, 5].map(withFolds)).toEqual(["fixed", "fixed", "per-question", "per-question"]);
  });

  it("agrees with the chooser that was trained, whatever most folds did", () => {
    const folds = (shipped: number) =>
      evaluationWithChoice(0.006, [-0.004, 0.016], { gate: { ...OPEN, shipped } });
    const shut = verdict(folds(4), { shipped: false, reason: "only 0.4 standard errors above zero" });
    expect(shut.recommendation).toBe("fixed");
    expect(shut.headline).toBe(
      "Use prompt `nan` for every question: choosing per question measured +0.6 pp [−0.4, 1.6], but the gate on the whole log stayed shut",
    );
    expect(shut.detail).toContain(
      "On the whole log the gate stayed shut: only 0.4 standard errors above zero.",
    );
    const open = verdict(folds(1), { shipped: true, reason: "enough." });
    expect(open.recommendation).toBe("per-question");
    expect(open.headline).toMatch(/^Choose per question, probably/);
    expect(open.headline).not.toContain("closed");
    expect(open.detail).toContain("On the whole log the gate opened: enough. ");
  });

  it("keeps to the test questions where a trained chooser was shipped: no gain is claimed without one", () => {
    const shipped = { shipped: true, reason: "" };
    expect(verdict(evaluationWithChoice(-0.002, [-0.01, 0.006]), shipped).recommendation).toBe("fixed");
    expect(verdict(evaluationWithChoice(-0.013, [-0.022, -0.004]), shipped).headline).toContain("would cost");
    expect(verdict(paperEvaluationFixture(), shipped).recommendation).toBe("fixed");
  });

  it("has nothing to choose in a log of one prompt", () => {
    const { headline, detail, recommendation } = verdict(
      evaluationWithChoice(0, [0, 0], { trainingPrompts: ["nan"] }),
    );
    expect(headline).toBe("Only one prompt in the log: nothing to choose");
    expect(detail).not.toContain("gate");
    expect(recommendation).toBe("fixed");
  });

  it("believes nothing measured on questions seen in training", () => {
    const { headline, detail, recommendation } = verdict(paperEvaluationFixture());
    expect(recommendation).toBe("fixed");
    expect(headline).toContain("until this is measured without leak");
    expect(detail).toContain("1,685 of 1,685 test questions were also in training");
  });

  it("gives the reason where nothing could be measured", () => {
    const strategies = evaluationFixture().strategies.map((each) =>
      each.name === "argmax" ? { ...each, uplift: null, success: null, reason: "too few labels" } : each,
    );
    const { headline, detail, recommendation } = verdict(evaluationFixture({ strategies }));
    expect(headline).toContain("could not be measured");
    expect(detail).toContain("too few labels");
    expect(recommendation).toBe("fixed");
  });

  it("owns up to an uncertain fixed prompt, and where that matters more than choosing", () => {
    const uncertain = { promptId: "CoT", success: 0.6, probabilityBest: 0.55, expectedRegret: 0.018 };
    const { detail } = verdict(
      evaluationWithChoice(0.004, [-0.01, 0.02], { fixed: uncertain, gate: CLOSED, protocol: "grouped" }),
    );
    expect(detail).toContain("`CoT` is the best of 6 with probability 55 %");
    expect(detail).toContain("costs 1.8 pp");
    expect(detail).toContain("log more questions first");
    expect(verdict(evaluationFixture()).detail).not.toContain("uncertain");
  });

  it("keeps a hostile prompt id from acting in a terminal or passing for two names", () => {
    const hostile = { ...evaluationFixture().fixed, promptId: "\u001b[2Jx`y`\u202e" };
    const { headline } = verdict(evaluationFixture({ fixed: hostile }));
    expect(headline).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(headline.split("`")).toHaveLength(3);
  });
});

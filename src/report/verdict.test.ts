import { describe, expect, it } from "vitest";
import {
  evaluationFixture,
  evaluationWithChoice,
  paperEvaluationFixture,
} from "../../test/support/report-fixture.ts";
import type { EvaluationResult, Interval } from "../types/index.ts";
import { verdict } from "./verdict.ts";

const OPEN: EvaluationResult["gate"] = { open: true, upliftOutOfFold: 0.018, z: 3.1, reason: "" };
const CLOSED: EvaluationResult["gate"] = { open: false, upliftOutOfFold: 0.001, z: 0.3, reason: "" };

function foldsGate(openFolds: number): EvaluationResult["gate"] {
  return { openFolds, folds: 5, upliftOutOfFold: 0.018, z: 3.1, reason: "" };
}

function judged(gate: EvaluationResult["gate"], uplift: number, interval: Interval) {
  return verdict(evaluationWithChoice(uplift, interval, { protocol: "grouped", gate }));
}

describe("verdict", () => {
  it("uses different prompts where the gate opened and the interval lies above zero", () => {
    expect(judged(OPEN, 0.019, [0.009, 0.03])).toEqual({
      headline: "Use different prompts for different questions: +1.9 points [0.9, 3.0]",
      reason:
        "On questions it had not seen, choosing was right in 66.3 %, always `nan` in 64.4 %. It takes another prompt than `nan` for 28 % of them.",
      recommendation: "per-question",
      next: "recommend",
    });
  });

  it("says probably where the interval includes zero", () => {
    const { headline, reason, recommendation } = judged(OPEN, 0.006, [-0.004, 0.016]);
    expect(headline).toBe("Use different prompts for different questions, probably: +0.6 points [−0.4, 1.6]");
    expect(reason).toContain("The interval includes zero");
    expect(recommendation).toBe("per-question");
  });

  it("uses one prompt where a gain worth the trouble is excluded, and says which is", () => {
    expect(judged(CLOSED, 0.001, [-0.01, 0.012])).toMatchObject({
      headline: "Use `nan` for everything: no sign that choosing helps; a gain above 1.2 points is excluded",
      recommendation: "fixed",
      next: "other-prompts",
    });
  });

  it("says how many more questions would tell, so many that the interval becomes as narrow as it must", () => {
    const { headline, reason, next } = judged(CLOSED, 0.03, [-0.01, 0.07]);
    // Half width 4 points: (4 / 3)² of 1,744 questions would have it above zero.
    expect(headline).toBe("Too little to tell: about 1,400 more questions would");
    expect(reason).toContain("+3.0 points [−1.0, 7.0]");
    expect(reason).toContain("Until more is known, use `nan` for everything.");
    expect(next).toBe("log-more");
    // Without a gain, one of 2 points would have to be excluded: (4 / 2)².
    expect(judged(CLOSED, 0, [-0.04, 0.04]).headline).toBe(
      "Too little to tell: about 5,200 more questions would",
    );
    expect(judged(CLOSED, 0.01, [-0.4, 0.42]).headline).toBe(
      "Too little to tell, and a log 20 times as large might not tell either",
    );
  });

  it("calls harm harm, with the gate open or closed", () => {
    for (const gate of [OPEN, CLOSED]) {
      const { headline, recommendation } = judged(gate, -0.013, [-0.022, -0.004]);
      expect(headline).toBe("Use `nan` for everything: choosing would cost −1.3 points [−2.2, −0.4]");
      expect(recommendation).toBe("fixed");
    }
  });

  it("does not follow an open gate where the test questions show no gain, and says how to close it", () => {
    const { recommendation, reason, next } = judged(OPEN, -0.002, [-0.01, 0.006]);
    expect(recommendation).toBe("fixed");
    expect(reason).toContain("The stored chooser would choose all the same.");
    expect(next).toBe("stricter-gate");
  });

  it("says so where the test questions gain but the gate stayed closed", () => {
    const { headline, recommendation } = judged(CLOSED, 0.019, [0.009, 0.03]);
    expect(headline).toBe(
      "Use `nan` for everything for now: choosing measured +1.9 points [0.9, 3.0], but too unevenly to rely on",
    );
    expect(recommendation).toBe("fixed");
  });

  it("counts folds under the nested protocol: most of them decide", () => {
    const withFolds = (open: number) =>
      verdict(evaluationWithChoice(0.019, [0.009, 0.03], { gate: foldsGate(open) })).recommendation;
    expect([0, 2, 3, 5].map(withFolds)).toEqual(["fixed", "fixed", "per-question", "per-question"]);
  });

  it("agrees with the chooser that was trained, whatever most folds did", () => {
    const folds = (open: number) => evaluationWithChoice(0.006, [-0.004, 0.016], { gate: foldsGate(open) });
    const shut = verdict(folds(4), { open: false, reason: "only 0.4 standard errors above zero" });
    expect(shut.recommendation).toBe("fixed");
    expect(shut.headline).toContain("a gain above 1.6 points is excluded");
    const open = verdict(folds(1), { open: true, reason: "enough." });
    expect(open.recommendation).toBe("per-question");
  });

  it("keeps to the test questions where a trained chooser was used: no gain is claimed without one", () => {
    const open = { open: true, reason: "" };
    expect(verdict(evaluationWithChoice(-0.002, [-0.01, 0.006]), open).recommendation).toBe("fixed");
    expect(verdict(evaluationWithChoice(-0.013, [-0.022, -0.004]), open).headline).toContain("would cost");
    expect(verdict(paperEvaluationFixture(), open).recommendation).toBe("fixed");
  });

  it("claims no bound where no question gets another prompt", () => {
    const strategies = evaluationFixture().strategies.map((each) =>
      each.name === "argmax" ? { ...each, uplift: 0, upliftCi95: [0, 0.002] as const, switched: 0 } : each,
    );
    const { headline } = verdict(evaluationFixture({ strategies, gate: CLOSED }));
    expect(headline).toBe("Use `nan` for everything: no question gets another prompt");
  });

  it("has nothing to choose in a log of one prompt", () => {
    expect(verdict(evaluationWithChoice(0, [0, 0], { trainingPrompts: ["nan"] }))).toMatchObject({
      headline: "Only one prompt in the log: nothing to choose",
      recommendation: "fixed",
      next: "collect",
    });
  });

  it("believes nothing measured on questions seen in training", () => {
    const { headline, reason, recommendation, next } = verdict(paperEvaluationFixture());
    expect(recommendation).toBe("fixed");
    expect(headline).toContain("until this is measured without leak");
    expect(reason).toContain("1,685 of 1,685 test questions were also in training");
    expect(next).toBe("evaluate");
  });

  it("gives the reason where nothing could be measured", () => {
    const strategies = evaluationFixture().strategies.map((each) =>
      each.name === "argmax" ? { ...each, uplift: null, success: null, reason: "too few labels" } : each,
    );
    const { headline, reason, recommendation } = verdict(evaluationFixture({ strategies }));
    expect(headline).toContain("cannot be measured");
    expect(reason).toBe("too few labels");
    expect(recommendation).toBe("fixed");
  });

  it("keeps a hostile prompt id from acting in a terminal or passing for two names", () => {
    const hostile = { ...evaluationFixture().fixed, promptId: "\u001b[2Jx`y`\u202e" };
    const { headline } = verdict(evaluationFixture({ fixed: hostile, gate: CLOSED }));
    expect(headline).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(headline.split("`")).toHaveLength(3);
  });
});

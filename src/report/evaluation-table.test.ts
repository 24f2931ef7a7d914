import { describe, expect, it } from "vitest";
import { evaluationFixture, paperEvaluationFixture } from "../../test/support/report-fixture.ts";
import { formatEvaluationDetails } from "./evaluation-table.ts";

describe("formatEvaluationDetails", () => {
  it.each([60, 80, 100])("fits %i columns where the figures allow, and 80 always", (width) => {
    for (const result of [evaluationFixture(), paperEvaluationFixture()]) {
      const lines = formatEvaluationDetails(result, { color: false, width }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(width, 80));
    }
  });

  it("holds every strategy with success, interval and uplift, and the reason where there is no value", () => {
    const result = evaluationFixture();
    const text = formatEvaluationDetails(result, { color: false });
    for (const { name } of result.strategies) expect(text).toMatch(new RegExp(`^${name}\\b`, "m"));
    expect(text).toMatch(/^argmax +66\.3 \[64\.2, 68\.4\] +\+1\.9 \[0\.9, 3\.0\] +28 % +1,744$/m);
    expect(text).toMatch(/^held-out: held-out prompts are labeled on the published test rows only$/m);
    expect(text.replaceAll(/\s+/g, " ")).toContain("between +5.1 points and +14.0 points");
  });

  it("says a reason that strategies share only once", () => {
    const fixture = evaluationFixture();
    const strategies = fixture.strategies.map((each) =>
      ["held-out", "confidence"].includes(each.name)
        ? { ...each, reason: "The log has no such prompts." }
        : each,
    );
    const text = formatEvaluationDetails({ ...fixture, strategies }, { color: false });
    expect(text).toMatch(/^held-out, confidence: The log has no such prompts\.$/m);
    expect(text.split("no such prompts")).toHaveLength(2);
  });

  it("colors only when asked to", () => {
    const escapeSequence = "\u001b[";
    expect(formatEvaluationDetails(evaluationFixture(), { color: false })).not.toContain(escapeSequence);
    expect(formatEvaluationDetails(evaluationFixture(), { color: true })).toContain(escapeSequence);
  });

  it("has the gate of the chooser that was trained", () => {
    const trainedGate = { open: false, reason: "too few questions" };
    const text = formatEvaluationDetails(evaluationFixture(), { color: false, width: 120, trainedGate });
    expect(text.replace(/\s+/g, " ")).toContain("On the whole log the gate stayed shut: too few questions.");
  });

  it("lets no text from the log act on the terminal or break the lines", () => {
    const hostile = "\u001b]0;owned\u0007\u001b[2J\r\n‮evil";
    const fixture = evaluationFixture();
    const result = evaluationFixture({
      task: hostile,
      rewardModel: hostile,
      fixed: { ...fixture.fixed, promptId: hostile.repeat(50) },
      strategies: fixture.strategies.map((each) => ({ ...each, reason: `${hostile} ${"w".repeat(500)}` })),
    });
    const text = formatEvaluationDetails(result, { color: false });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

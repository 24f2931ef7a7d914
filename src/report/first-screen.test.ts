import { describe, expect, it } from "vitest";
import {
  evaluationFixture,
  paperEvaluationFixture,
  reportFixture,
} from "../../test/support/report-fixture.ts";
import { formatFirstScreen } from "./first-screen.ts";

const { kinds, otherQuestions } = reportFixture();
const KINDS = { kinds, otherQuestions };

describe("formatFirstScreen", () => {
  it.each([60, 80, 100])("fits %i columns where the figures allow, and 80 always", (width) => {
    for (const result of [evaluationFixture(), paperEvaluationFixture()]) {
      const lines = formatFirstScreen(result, KINDS, { color: false, width }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(width, 80));
    }
  });

  it("begins with the verdict and has the three rows that apply, one of them out of reach", () => {
    const lines = formatFirstScreen(evaluationFixture(), KINDS, { color: false }).split("\n");
    expect(lines[0]).toBe("Use different prompts for different questions: +1.9 points [0.9, 3.0]");
    const text = lines.join("\n");
    expect(text).toMatch(/^best single prompt, `nan` +64\.4 \[62\.3, 66\.5\]$/m);
    expect(text).toMatch(/^choosing per question +66\.3 \[64\.2, 68\.4\] +\+1\.9 \[0\.9, 3\.0\]$/m);
    expect(text).toMatch(/^any prompt right \(out of reach\) +85\.5 \[83\.4, 87\.6\]$/m);
    expect(text).not.toMatch(/argmax|oracle|uplift|\bpp\b|standard error/);
  });

  it("says what is taken for which kind of question, and what that gains there", () => {
    const text = formatFirstScreen(evaluationFixture(), KINDS, { color: false });
    expect(text).toMatch(/371 +CoT 58 %, nan 40 % +\+6\.1 \[2\.0, 10\.2\]/);
    const none = formatFirstScreen(
      evaluationFixture(),
      { kinds: [], otherQuestions: null },
      { color: false },
    );
    expect(none).not.toContain("kind of question");
  });

  it("shows neither choosing nor a bound where there is one prompt", () => {
    const result = evaluationFixture({ trainingPrompts: ["nan"] });
    const text = formatFirstScreen(result, { kinds: [], otherQuestions: null }, { color: false });
    expect(text).toContain("best single prompt, `nan`");
    expect(text).not.toMatch(/choosing per question|any prompt right/);
  });

  it("leaves out the bound where it is known of some questions only", () => {
    const strategies = evaluationFixture().strategies.map((each) =>
      each.name === "oracle" ? { ...each, questions: 12 } : each,
    );
    const text = formatFirstScreen(evaluationFixture({ strategies }), KINDS, { color: false });
    expect(text).not.toContain("any prompt right");
  });

  it("colors only when asked to, and never what nobody can reach", () => {
    const escapeSequence = "\u001b[";
    const plain = formatFirstScreen(evaluationFixture(), KINDS, { color: false });
    expect(plain).not.toContain(escapeSequence);
    const colored = formatFirstScreen(evaluationFixture(), KINDS, { color: true });
    const bound = colored.split("\n").find((line) => line.includes("any prompt right"))!;
    expect(colored).toContain(`${escapeSequence}32m`);
    expect(bound).not.toContain(`${escapeSequence}32m`);
    // Nothing is red that is not wrong.
    expect(colored).not.toContain(`${escapeSequence}31m`);
    expect(formatFirstScreen(paperEvaluationFixture(), KINDS, { color: true })).toContain(
      `${escapeSequence}31m`,
    );
  });

  it("says that data are simulated, in the first line", () => {
    const [first] = formatFirstScreen(evaluationFixture(), KINDS, { color: false, simulated: true }).split(
      "\n",
    );
    expect(first).toContain("SIMULATED");
    expect(formatFirstScreen(evaluationFixture(), KINDS, { color: false })).not.toContain("SIMULATED");
  });

  it("agrees with the chooser that was trained", () => {
    const trainedGate = { open: false, reason: "too few questions" };
    const text = formatFirstScreen(evaluationFixture(), KINDS, { color: false, width: 120, trainedGate });
    expect(text).toMatch(/^Use `nan` for everything for now/);
  });

  it("lets no text from the log act on the terminal or break the lines", () => {
    const hostile = "\u001b]0;owned\u0007\u001b[2J\r\n‮evil";
    const fixture = evaluationFixture();
    const result = evaluationFixture({
      fixed: { ...fixture.fixed, promptId: hostile.repeat(50), probabilityBest: 0.3 },
      estimator: { ...fixture.estimator, kind: "doubly-robust", assumption: hostile },
    });
    const hostileKinds = kinds.map((kind) => ({
      ...kind,
      keywords: [],
      examples: [hostile.repeat(20)],
      choice: { ...kind.choice, prompts: [{ promptId: hostile.repeat(9), share: 1 }] },
    }));
    const text = formatFirstScreen(result, { kinds: hostileKinds, otherQuestions: null }, { color: false });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(84);
  });
});

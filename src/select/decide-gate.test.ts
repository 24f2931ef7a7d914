import { describe, expect, test } from "vitest";
import type { GateStrength } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { decideGate, type GateInput } from "./decide-gate.ts";

/**
 * Two prompts, 0 the fixed one; `gains[q]` is what prompt 1 gains on question q, and it is chosen where that is not
 * null.
 */
function inputOf(gains: readonly (number | null)[], strength: GateStrength = "balanced"): GateInput {
  const queries = gains.length;
  return {
    outOfFold: Float64Array.from(gains.flatMap((gain) => (gain === null ? [0.6, 0.4] : [0.4, 0.6]))),
    rewards: {
      queries,
      prompts: 2,
      successes: Float64Array.from(gains.flatMap((gain) => [0.5, 0.5 + (gain ?? 0)])),
      trials: new Float64Array(2 * queries).fill(1),
    },
    weights: new Float64Array(queries).fill(1),
    clusters: Int32Array.from({ length: queries }, (_, query) => query),
    fixedColumn: 0,
    strength,
  };
}

const repeat = (count: number, gain: number | null): (number | null)[] => new Array(count).fill(gain);

describe("decideGate", () => {
  // 100 questions: 30 gain ½, 20 lose ½: uplift .05, Σ(d − .05)² = 12.5 − .25 = 12.25, error √(12.25/99/100).
  const moderate = [...repeat(30, 0.5), ...repeat(20, -0.5), ...repeat(50, null)];

  test("uplift, standard error and z by hand", () => {
    const decision = decideGate(inputOf(moderate));
    expect(decision.upliftOutOfFold).toBeCloseTo(0.05, 12);
    expect(decision.standardError).toBeCloseTo(Math.sqrt(12.25 / 99 / 100), 12);
    expect(decision.z).toBeCloseTo(0.05 / Math.sqrt(12.25 / 9900), 12);
    expect(decision).toMatchObject({ questions: 100, switched: 0.5, measuredOn: "every-prompt" });
  });

  test("z of 1.42 passes the balanced and neutral gates, not the averse one", () => {
    expect(decideGate(inputOf(moderate, "averse")).shipped).toBe(false);
    expect(decideGate(inputOf(moderate, "balanced")).shipped).toBe(true);
    expect(decideGate(inputOf(moderate, "neutral")).shipped).toBe(true);
  });

  test("neutral takes any positive uplift, and nothing else", () => {
    const tiny = [...repeat(26, 0.5), ...repeat(25, -0.5), ...repeat(50, null)];
    expect(decideGate(inputOf(tiny, "balanced")).shipped).toBe(false);
    expect(decideGate(inputOf(tiny, "neutral")).shipped).toBe(true);
    expect(decideGate(inputOf([...repeat(20, 0.5), ...repeat(20, -0.5)], "neutral")).shipped).toBe(false);
    expect(decideGate(inputOf([...repeat(20, 0.5), ...repeat(30, -0.5)], "neutral")).shipped).toBe(false);
  });

  test("copies of a question within its group add no evidence", () => {
    const once = inputOf(moderate);
    const copied = inputOf(moderate.flatMap((gain) => repeat(9, gain)));
    const grouped = decideGate({
      ...copied,
      clusters: copied.clusters.map((_, query) => Math.floor(query / 9)),
    });
    expect(grouped.z).toBeCloseTo(decideGate(once).z, 10);
    expect(decideGate(copied).z).toBeCloseTo(3 * decideGate(once).z, 0);
  });

  test("a model that never switches gains nothing and is not shipped", () => {
    for (const strength of ["averse", "balanced", "neutral"] as const) {
      expect(decideGate(inputOf(repeat(50, null), strength))).toMatchObject({
        shipped: false,
        upliftOutOfFold: 0,
        z: 0,
        switched: 0,
      });
    }
  });

  test("a few lucky questions are not enough, and the reason says so", () => {
    const lucky = [...repeat(5, 0.5), ...repeat(100, null)];
    const decision = decideGate(inputOf(lucky));
    expect(decision.z).toBeGreaterThan(2);
    expect(decision.shipped).toBe(false);
    expect(decision.reason).toMatch(/only 5 groups of questions get another prompt.*at least 10/);
    expect(decideGate(inputOf(lucky, "neutral")).shipped).toBe(true);
  });

  test("z stays finite where every question gains the same", () => {
    const decision = decideGate(inputOf(repeat(20, 0.5), "averse"));
    expect(decision).toMatchObject({ shipped: true, upliftOutOfFold: 0.5, standardError: 1 / 20, z: 10 });
    expect(decideGate(inputOf([0.5])).z).toBe(0.5);
  });

  test("says in words what was measured, what was wanted and what follows", () => {
    expect(decideGate(inputOf(moderate)).reason).toBe(
      "On 100 training questions left out of the fit, choosing by question changes success by +5.0 points (standard error 3.5, z = 1.4); the balanced gate wants z of at least 1, so every question gets its own choice.",
    );
    expect(decideGate(inputOf(moderate, "averse")).reason).toMatch(
      /the averse gate wants z of at least 2, so the fixed prompt is used for every question\.$/,
    );
    expect(decideGate(inputOf(repeat(20, -0.5), "neutral")).reason).toMatch(
      /by −50\.0 points.*an uplift above 0/,
    );
  });

  describe("partial logs", () => {
    /** Prompt 1 gains over the fixed prompt 0; prompt 2 is never chosen, and tried on the first questions only. */
    function rarelyComplete(complete: number): GateInput {
      const queries = 60;
      const random = seededRandom(1);
      const trials = Float64Array.from({ length: 3 * queries }, (_, cell) =>
        Number(cell % 3 < 2 || cell < 3 * complete),
      );
      return {
        outOfFold: Float64Array.from({ length: 3 * queries }, (_, cell) => [0.3, 0.6, 0.1][cell % 3]!),
        rewards: {
          queries,
          prompts: 3,
          successes: trials.map((trial, cell) => trial * Number(random.next() < [0.3, 0.7, 0.5][cell % 3]!)),
          trials,
        },
        weights: new Float64Array(queries).fill(1),
        clusters: Int32Array.from({ length: queries }, (_, query) => query),
        fixedColumn: 0,
        strength: "balanced",
      };
    }

    test("questions labelled under every prompt are used while they are at least half", () => {
      expect(decideGate(rarelyComplete(30))).toMatchObject({ measuredOn: "every-prompt", questions: 30 });
    });

    test("else those labelled under the chosen and the fixed prompt, saying so", () => {
      const decision = decideGate(rarelyComplete(29));
      expect(decision).toMatchObject({ measuredOn: "chosen-and-fixed", questions: 60, shipped: true });
      expect(decision.reason).toMatch(/Too few questions are labelled under every prompt/);
    });

    test("a question whose chosen prompt was never tried does not count", () => {
      const input = inputOf(moderate);
      for (let query = 30; query < 50; query++) input.rewards.trials[2 * query + 1] = 0;
      expect(decideGate(input)).toMatchObject({ questions: 80, switched: 30 / 80 });
    });

    test("nothing in common: not shipped, with the reason", () => {
      const input = inputOf(repeat(20, 0.5));
      for (let query = 0; query < 20; query++) input.rewards.trials[2 * query + 1] = 0;
      const decision = decideGate(input);
      expect(decision).toMatchObject({ shipped: false, upliftOutOfFold: 0, z: 0, questions: 0 });
      expect(decision.reason).toMatch(/cannot be measured/);
    });
  });

  test("weights count; questions of weight 0 do not", () => {
    const input = inputOf([...repeat(15, 0.5), ...repeat(15, -0.5)]);
    const decision = decideGate({ ...input, weights: input.weights.map((_, query) => (query < 15 ? 1 : 0)) });
    expect(decision).toMatchObject({ upliftOutOfFold: 0.5, questions: 15 });
  });

  test("does no harm: pure noise ships at most as often as its z allows", () => {
    const random = seededRandom(31);
    const shippedShare = (strength: GateStrength): number => {
      let shipped = 0;
      for (let log = 0; log < 300; log++) {
        const gains = Array.from({ length: 120 }, () =>
          random.next() < 0.6 ? null : (random.nextInteger(3) - 1) / 2,
        );
        if (decideGate(inputOf(gains, strength)).shipped) shipped++;
      }
      return shipped / 300;
    };
    // P(z ≥ 2) = .023, P(z ≥ 1) = .159 of a normal; the standard errors of these shares are .9 and 2.1 points.
    expect(shippedShare("averse")).toBeLessThan(0.055);
    expect(shippedShare("balanced")).toBeGreaterThan(0.09);
    expect(shippedShare("balanced")).toBeLessThan(0.23);
  });

  test("refuses sizes that disagree", () => {
    const input = inputOf(moderate);
    expect(() => decideGate({ ...input, outOfFold: new Float64Array(3) })).toThrow(
      /outOfFold must be 200 long/,
    );
    expect(() => decideGate({ ...input, fixedColumn: 2 })).toThrow(/fixed column 2 does not exist/);
  });
});

import { describe, expect, test } from "vitest";
import { observationDesign } from "../evaluate/index.ts";
import type { GateStrength, RewardMatrix } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { decideGate, type GateInput } from "./decide-gate.ts";

function gateOn(
  rewards: RewardMatrix,
  chosen: Int32Array,
  predicted: Float64Array,
  strength: GateStrength = "balanced",
): GateInput {
  const design = observationDesign(rewards);
  return {
    ...{ design, predicted, chosen, strength },
    weights: design.weights,
    clusters: Int32Array.from({ length: rewards.queries }, (_, query) => query),
    fixed: new Int32Array(rewards.queries),
  };
}

/**
 * A complete log of two prompts, 0 the fixed one; `gains[q]` is what prompt 1 gains on question q, and it is chosen where
 * that is not null.
 */
function makeInput(gains: readonly (number | null)[], strength: GateStrength = "balanced"): GateInput {
  const queries = gains.length;
  const rewards = {
    queries,
    prompts: 2,
    successes: Float64Array.from(gains.flatMap((gain) => [0.5, 0.5 + (gain ?? 0)])),
    trials: new Float64Array(2 * queries).fill(1),
  };
  const chosen = Int32Array.from(gains, (gain) => (gain === null ? 0 : 1));
  return gateOn(rewards, chosen, new Float64Array(2 * queries).fill(Number.NaN), strength);
}

const repeat = (count: number, gain: number | null): (number | null)[] => new Array(count).fill(gain);

describe("decideGate", () => {
  // 100 questions: 30 gain ½, 20 lose ½: the gain is .05, Σ(d − .05)² = 12.5 − .25 = 12.25. Two imagined questions, one
  // a whole point above and one below, add 2.
  const moderate = [...repeat(30, 0.5), ...repeat(20, -0.5), ...repeat(50, null)];
  const moderateError = Math.sqrt(2 + (100 / 99) * 12.25) / 100;

  test("gain, standard error and z by hand", () => {
    const decision = decideGate(makeInput(moderate));
    expect(decision.upliftOutOfFold).toBeCloseTo(0.05, 12);
    expect(decision.standardError).toBeCloseTo(moderateError, 12);
    expect(decision.z).toBeCloseTo(0.05 / moderateError, 12);
    expect(decision).toMatchObject({ questions: 100, switched: 0.5 });
  });

  test("z of 1.32 passes the balanced and neutral gates, not the averse one", () => {
    expect(decideGate(makeInput(moderate, "averse")).open).toBe(false);
    expect(decideGate(makeInput(moderate, "balanced")).open).toBe(true);
    expect(decideGate(makeInput(moderate, "neutral")).open).toBe(true);
  });

  test("neutral takes any positive gain, and nothing else", () => {
    const tiny = [...repeat(26, 0.5), ...repeat(25, -0.5), ...repeat(50, null)];
    expect(decideGate(makeInput(tiny, "balanced")).open).toBe(false);
    expect(decideGate(makeInput(tiny, "neutral")).open).toBe(true);
    expect(decideGate(makeInput([...repeat(20, 0.5), ...repeat(20, -0.5)], "neutral")).open).toBe(false);
    expect(decideGate(makeInput([...repeat(20, 0.5), ...repeat(30, -0.5)], "neutral")).open).toBe(false);
  });

  test("copies of a question within its group add no evidence", () => {
    const copied = makeInput(moderate.flatMap((gain) => repeat(9, gain)));
    const grouped = decideGate({
      ...copied,
      clusters: copied.clusters.map((_, query) => Math.floor(query / 9)),
    });
    expect(grouped.z).toBeCloseTo(0.05 / moderateError, 10);
    expect(decideGate(copied).standardError).toBeCloseTo(Math.sqrt(2 + (900 / 899) * 9 * 12.25) / 900, 12);
  });

  test("a model that never switches gains nothing and is not used", () => {
    for (const strength of ["averse", "balanced", "neutral"] as const) {
      expect(decideGate(makeInput(repeat(50, null), strength))).toMatchObject({
        open: false,
        upliftOutOfFold: 0,
        z: 0,
        switched: 0,
      });
    }
  });

  test("a few lucky questions are not enough, and the reason says so", () => {
    const lucky = [...repeat(5, 0.5), ...repeat(100, null)];
    const decision = decideGate(makeInput(lucky));
    expect(decision.z).toBeGreaterThan(1);
    expect(decision.open).toBe(false);
    expect(decision.reason).toMatch(/but only 5 groups of questions get another prompt.*at least 10/);
    expect(decideGate(makeInput(lucky, "neutral")).open).toBe(true);
  });

  test("z stays finite where every question gains the same", () => {
    const decision = decideGate(makeInput(repeat(20, 0.5), "averse"));
    expect(decision).toMatchObject({ open: true, upliftOutOfFold: 0.5 });
    expect(decision.standardError).toBeCloseTo(Math.SQRT2 / 20, 12);
    expect(decision.z).toBeCloseTo(10 / Math.SQRT2, 10);
    expect(decideGate(makeInput([0.5])).z).toBeCloseTo(0.5 / Math.SQRT2, 12);
  });

  test("says in words what was measured, what was wanted and what follows", () => {
    expect(decideGate(makeInput(moderate)).reason).toBe(
      "On 100 training questions left out of the fit, choosing by question changes success by +5.0 points (standard error 3.8, z = 1.3); the balanced gate wants z of at least 1, so every question gets its own choice.",
    );
    expect(decideGate(makeInput(moderate, "averse")).reason).toMatch(
      /the averse gate wants z of at least 2, so the fixed prompt is used for every question\.$/,
    );
    expect(decideGate(makeInput(repeat(20, -0.5), "neutral")).reason).toMatch(
      /by −50\.0 points.*a gain above 0/,
    );
  });

  test("weights count; questions of weight 0, and those without a choice, do not", () => {
    const input = makeInput([...repeat(15, 0.5), ...repeat(15, -0.5)]);
    const isFirst = (query: number): boolean => query < 15;
    const weights = input.weights.map((_, query) => (isFirst(query) ? 1 : 0));
    expect(decideGate({ ...input, weights })).toMatchObject({ upliftOutOfFold: 0.5, questions: 15 });
    const chosen = input.chosen.map((column, query) => (isFirst(query) ? column : -1));
    const fixed = input.fixed.map((column, query) => (isFirst(query) ? column : -1));
    expect(decideGate({ ...input, chosen, fixed })).toEqual(decideGate({ ...input, weights }));
    const uneven = decideGate({
      ...input,
      weights: input.weights.map((_, query) => (isFirst(query) ? 3 : 1)),
    });
    expect(uneven.upliftOutOfFold).toBeCloseTo((3 * 0.5 - 0.5) / 4, 12);
  });

  test("each question is compared with the fixed prompt of its fold", () => {
    const input = makeInput(repeat(30, 0.5));
    const fixed = input.fixed.map((_, query) => query % 2);
    expect(decideGate({ ...input, fixed })).toMatchObject({ upliftOutOfFold: 0.25, switched: 0.5 });
  });

  test("does no harm: pure noise ships at most as often as its z allows", () => {
    const random = seededRandom(31);
    const openShare = (strength: GateStrength): number => {
      let open = 0;
      for (let log = 0; log < 300; log++) {
        const gains = Array.from({ length: 120 }, () =>
          random.next() < 0.6 ? null : (random.nextInteger(3) - 1) / 2,
        );
        if (decideGate(makeInput(gains, strength)).open) open++;
      }
      return open / 300;
    };
    // Squared differences add up to 8 on average, to 10 with the imagined questions: P(z ≥ 2 √1.25) = .013,
    // P(z ≥ √1.25) = .132 of a normal; the standard errors of these shares are .7 and 2 points.
    expect(openShare("averse")).toBeLessThan(0.035);
    expect(openShare("balanced")).toBeGreaterThan(0.07);
    expect(openShare("balanced")).toBeLessThan(0.2);
  });

  test("refuses sizes that disagree", () => {
    const input = makeInput(moderate);
    expect(() => decideGate({ ...input, predicted: new Float64Array(3) })).toThrow(/100 × 2 = 200 long/);
    expect(() => decideGate({ ...input, chosen: new Int32Array(3) })).toThrow(/each of 100 units, found 3/);
    expect(() => decideGate({ ...input, fixed: input.fixed.map(() => 2) })).toThrow(
      /column 2 .* does not exist/,
    );
  });
});

describe("decideGate on partial logs", () => {
  /** One answer a question, of prompts drawn in turn, so that each has its share exactly; prompt 1 is better by `gain`. */
  function drawnLog(queries: number, prompts: number, gain: number): RewardMatrix {
    const random = seededRandom(5);
    const trials = Float64Array.from({ length: prompts * queries }, (_, cell) =>
      Number(cell % prompts === Math.floor(cell / prompts) % prompts),
    );
    const chance = (column: number): number => (column === 1 ? 0.4 + gain : 0.4);
    return {
      ...{ queries, prompts, trials },
      successes: trials.map((count, cell) => count * Number(random.next() < chance(cell % prompts))),
    };
  }

  test("one answer a question: predictions, corrected by the answers for as many as each stands for", () => {
    const queries = 90;
    const rewards = drawnLog(queries, 3, 0.3);
    const random = seededRandom(6);
    const predicted = Float64Array.from({ length: 3 * queries }, () => random.next());
    const chosen = Int32Array.from({ length: queries }, () => random.nextInteger(3));
    const score = (query: number, column: number): number => {
      const cell = 3 * query + column;
      const q = predicted[cell]!;
      return rewards.trials[cell] === 1 ? q + 3 * (rewards.successes[cell]! - q) : q;
    };
    const differences = Array.from(chosen, (column, query) =>
      column === 0 ? 0 : score(query, column) - score(query, 0),
    );
    const decision = decideGate(gateOn(rewards, chosen, predicted));
    const gain = differences.reduce((sum, value) => sum + value, 0) / queries;
    expect(decision.upliftOutOfFold).toBeCloseTo(gain, 12);
    expect(decision).toMatchObject({ questions: queries });
    // The two imagined questions have answers that stand for 3.
    const squares = differences.reduce((sum, value) => sum + (value - gain) ** 2, 0);
    const error = Math.sqrt(2 * 3 ** 2 + (queries / (queries - 1)) * squares) / queries;
    expect(decision.standardError).toBeCloseTo(error, 12);
  });

  test("opens where one answer a question shows a gain, not where there is none", () => {
    const gate = (gain: number) => {
      const rewards = drawnLog(1000, 2, gain);
      const predicted = Float64Array.from(rewards.trials, (_, cell) => (cell % 2 === 0 ? 0.4 : 0.4 + gain));
      return decideGate(gateOn(rewards, new Int32Array(1000).fill(1), predicted, "averse"));
    };
    expect(gate(0.3)).toMatchObject({ open: true, switched: 1 });
    expect(gate(0.3).upliftOutOfFold).toBeGreaterThan(0.2);
    expect(gate(0)).toMatchObject({ open: false });
  });

  test("shut, with the reason, where the chosen prompt was never tried", () => {
    const rewards = drawnLog(60, 2, 0.5);
    const trials = rewards.trials.map((count, cell) => (cell % 2 === 1 ? 0 : count));
    const never = {
      ...rewards,
      trials,
      successes: rewards.successes.map((sum, cell) => sum * trials[cell]!),
    };
    const decision = decideGate(gateOn(never, new Int32Array(60).fill(1), new Float64Array(120).fill(0.5)));
    expect(decision).toEqual({
      ...{ open: false, upliftOutOfFold: 0, standardError: 0, z: 0, questions: 0, switched: 0 },
      reason: expect.stringMatching(
        /^For 100 % of the questions the log holds no answers.*cannot be measured, and the fixed prompt is used/,
      ),
    });
  });

  test("shut where too few questions were answered under what is chosen", () => {
    const rewards = drawnLog(18, 2, 0.5);
    const decision = decideGate(
      gateOn(rewards, new Int32Array(18).fill(1), new Float64Array(36).fill(0.5), "neutral"),
    );
    expect(decision.open).toBe(false);
    expect(decision.reason).toMatch(/are worth 9\.0, and at least 10 are needed\. So the gain/);
  });

  test("shut where what was asked depended on the answers, and propensities were not recorded", () => {
    const rewards = drawnLog(60, 2, 0.5);
    const input = gateOn(rewards, new Int32Array(60).fill(1), new Float64Array(120).fill(0.5));
    const design = observationDesign(rewards, { isAdaptive: true });
    expect(decideGate({ ...input, design }).reason).toMatch(/depended on the answers before/);
    expect(decideGate({ ...input, design })).toMatchObject({ open: false, questions: 0 });
  });
});

import { describe, expect, test } from "vitest";
import { naiveArgmax } from "../../test/support/select/naive-argmax.ts";
import type { StrategyName, StrategyResult } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { evaluateStrategies, strategyOutcomes } from "./evaluate-strategies.ts";
import { STRATEGIES } from "./strategies.ts";
import type { StrategyInput } from "./strategy-input.ts";

/**
 * Rows of rewards (NaN: not labeled), scores and, where given, confidences; the first `training` are training. The
 * policy chooses by the highest score, and its gate is open.
 */
function makeInput(
  rewards: readonly (readonly number[])[],
  scores: readonly (readonly number[])[],
  training: number,
  more: Partial<StrategyInput> = {},
): StrategyInput {
  const units = rewards.length;
  const prompts = rewards[0]!.length;
  const flat = Float64Array.from(rewards.flat());
  const trainingColumns = Int32Array.from({ length: training }, (_, column) => column);
  return {
    rewards: {
      queries: units,
      prompts,
      successes: flat.map((reward) => (Number.isNaN(reward) ? 0 : reward)),
      trials: flat.map((reward) => (Number.isNaN(reward) ? 0 : 1)),
    },
    clusters: Int32Array.from({ length: units }, (_, unit) => unit),
    scores: Float64Array.from(scores.flat()),
    confidence: null,
    trainingColumns,
    heldOutColumns: Int32Array.from({ length: prompts - training }, (_, index) => training + index),
    fixedColumn: new Int32Array(units),
    chosen: Int32Array.from(scores, (row) => naiveArgmax(row, [...trainingColumns], 0)),
    open: new Uint8Array(units).fill(1),
    keepFixed: new Uint8Array(units),
    otherFold: null,
    seed: 1,
    protocol: "grouped",
    ...more,
  };
}

const byName = (results: readonly StrategyResult[]): Map<StrategyName, StrategyResult> =>
  new Map(results.map((result) => [result.name, result]));

describe("evaluateStrategies, by hand", () => {
  // Prompts 0, 1 training (0 fixed), 2 held out.
  const rewards = [
    [1, 0, 1],
    [0, 1, 0],
    [0, 1, 1],
    [1, 0, 0],
  ];
  const scores = [
    [0.6, 0.4, 0.9], // argmax 0, held-out 2, hybrid 0, all 2
    [0.4, 0.7, 0.1], // argmax 1, hybrid 1, all 1
    [0.3, 0.2, 0.1], // argmax 0, hybrid 2, all 0
    [0.2, 0.8, 0.9], // argmax 1, hybrid 1, all 2
  ];
  const results = byName(evaluateStrategies(makeInput(rewards, scores, 2)));

  test.each([
    ["fixed", 2 / 4, 0, 0],
    ["best-of-train", 2 / 4, 0, 0],
    ["argmax", 2 / 4, 0, 2 / 4],
    ["safe", 2 / 4, 0, 2 / 4],
    ["held-out", 2 / 4, 0, 1],
    ["all", 2 / 4, 0, 3 / 4],
    ["hybrid", 3 / 4, 1 / 4, 3 / 4],
    ["random", 2 / 4, 0, 1 / 2],
    ["oracle", 1, 2 / 4, 2 / 4],
  ] as const)("%s", (name, success, uplift, switched) => {
    expect(results.get(name)).toMatchObject({ questions: 4 });
    expect(results.get(name)!.success).toBeCloseTo(success, 12);
    expect(results.get(name)!.uplift).toBeCloseTo(uplift, 12);
    expect(results.get(name)!.switched).toBeCloseTo(switched, 12);
  });

  test("says where `all` chose no held-out prompt and why, also beside which questions could be judged", () => {
    expect(results.get("all")).not.toHaveProperty("reason");
    const between = scores.map(([first, second]) => [first!, second!, (first! + second!) / 2]);
    const all = byName(evaluateStrategies(makeInput(rewards, between, 2))).get("all")!;
    expect(all.success).toBe(results.get("argmax")!.success);
    expect(all.reason).toMatch(
      /^No held-out prompt was chosen: .* never exceeds the best of these, so this is argmax\.$/,
    );
    // Every second question lacks the held-out prompt, which is then predicted.
    const repeated = Array.from({ length: 60 }, (_, unit) => between[unit % 4]!);
    const holes = repeated.map((_, unit) => {
      const [first, second, third] = rewards[unit % 4]!;
      return [first!, second!, unit < 30 ? third! : Number.NaN];
    });
    const partial = byName(evaluateStrategies(makeInput(holes, repeated, 2)));
    expect(partial.get("all")!.success).toBeCloseTo(partial.get("argmax")!.success!, 12);
    expect(partial.get("all")!.reason).toBe(all.reason);
  });

  test("McNemar from the discordant questions: hybrid wins 2, loses 1; random is not binary", () => {
    expect(results.get("hybrid")!.mcnemarP).toBe(1);
    expect(results.get("oracle")!.mcnemarP).toBe(0.5);
    expect(results.get("random")!.mcnemarP).toBeNull();
  });

  test("lists every strategy in order; confidence-first under paper only", () => {
    const names = STRATEGIES.map(({ name }) => name);
    expect([...results.keys()]).toEqual(names.filter((name) => name !== "confidence-first"));
    const paper = evaluateStrategies(makeInput(rewards, scores, 2, { protocol: "paper" }));
    expect(paper.map(({ name }) => name)).toEqual(names);
  });

  test("confidence: ties averaged, or to the first prompt", () => {
    const confidence = Float64Array.of(0.5, 0.5, 1, 0.1, 0.9, 1, 0.9, 0.1, 1, 0.7, 0.7, 0);
    const paper = byName(
      evaluateStrategies(makeInput(rewards, scores, 2, { protocol: "paper", confidence })),
    );
    // (½ + 1 + 0 + ½) / 4 and (1 + 1 + 0 + 1) / 4
    expect(paper.get("confidence")!.success).toBeCloseTo(2 / 4, 12);
    expect(paper.get("confidence")!.switched).toBeCloseTo((0.5 + 1 + 0 + 0.5) / 4, 12);
    expect(paper.get("confidence-first")!.success).toBeCloseTo(3 / 4, 12);
  });

  test("what is missing is null, with the reason", () => {
    const two = byName(
      evaluateStrategies(
        makeInput(
          rewards.map((row) => row.slice(0, 2)),
          scores.map((row) => row.slice(0, 2)),
          2,
        ),
      ),
    );
    for (const name of ["held-out", "all", "hybrid"] as const) {
      expect(two.get(name)).toEqual({
        name,
        success: null,
        ci95: null,
        uplift: null,
        upliftCi95: null,
        switched: null,
        questions: 0,
        mcnemarP: null,
        reason: "The log has no held-out prompts.",
      });
    }
    expect(two.get("confidence")).toMatchObject({
      success: null,
      reason: "The log holds no confidence of the LLM.",
    });
    expect(two.get("fixed")).not.toHaveProperty("reason");
  });

  test("a log that tells too little: no value, and why; what looks at labels is judged where they are", () => {
    const partial = [
      [1, 0, Number.NaN],
      [0, Number.NaN, 0],
      [0, 1, 1],
      [Number.NaN, 0, 0],
    ];
    const found = byName(evaluateStrategies(makeInput(partial, scores, 2)));
    for (const name of ["fixed", "argmax", "safe", "held-out", "hybrid", "random"] as const) {
      expect(found.get(name)).toMatchObject({ success: null, uplift: null, questions: 0 });
      expect(found.get(name)!.reason).toMatch(/are worth \d\.\d, and at least 10 are needed/);
    }
    expect(found.get("oracle")).toMatchObject({ questions: 2, success: 1, uplift: 1 / 2 });
    expect(found.get("oracle")!.reason).toBe(
      "Measured on the 2 of 4 questions that are labeled under the fixed prompt and each of the 2 training prompts it may choose.",
    );
  });

  test("one answer a question: every question counts, with what is predicted and what corrects it", () => {
    // Prompts take turns, so that each has half of the answers: one stands for two.
    const units = 40;
    const answered = (unit: number): number => unit % 2;
    const success = (unit: number): number => Number(unit % 5 < 2);
    const log = Array.from({ length: units }, (_, unit) =>
      [0, 1].map((column) => (column === answered(unit) ? success(unit) : Number.NaN)),
    );
    const predicted = Array.from({ length: units }, (_, unit) => [0.5, unit % 4 < 2 ? 0.75 : 0.25]);
    const found = byName(evaluateStrategies(makeInput(log, predicted, 2)));
    const score = (unit: number, column: number): number => {
      const q = predicted[unit]![column]!;
      return column === answered(unit) ? q + 2 * (success(unit) - q) : q;
    };
    const mean = (of: (unit: number) => number): number =>
      Array.from({ length: units }, (_, unit) => of(unit)).reduce((sum, value) => sum + value, 0) / units;
    const best = (unit: number): number => (unit % 4 < 2 ? 1 : 0);
    expect(found.get("fixed")!.success).toBeCloseTo(
      mean((unit) => score(unit, 0)),
      12,
    );
    expect(found.get("argmax")).toMatchObject({ questions: units, switched: 0.5, mcnemarP: null });
    expect(found.get("argmax")!.success).toBeCloseTo(
      mean((unit) => score(unit, best(unit))),
      12,
    );
    expect(found.get("argmax")!.uplift).toBeCloseTo(
      mean((unit) => score(unit, best(unit)) - score(unit, 0)),
      12,
    );
    expect(found.get("argmax")).not.toHaveProperty("reason");
    // No question is labeled under both.
    expect(found.get("oracle")).toMatchObject({ success: null, questions: 0 });
  });

  test("an adaptive log without propensities has no value, and says why", () => {
    const log = rewards.map(([first]) => [first!, Number.NaN, Number.NaN]);
    const found = byName(
      evaluateStrategies(makeInput(log, scores, 2, { observation: { isAdaptive: true } })),
    );
    expect(found.get("fixed")).toMatchObject({ success: null });
    expect(found.get("fixed")!.reason).toMatch(/Record the propensity of every answer/);
  });

  test("safe follows the gate of each unit's fold", () => {
    const mixed = byName(
      evaluateStrategies(makeInput(rewards, scores, 2, { open: Uint8Array.of(0, 1, 0, 0) })),
    );
    // Argmax switches on units 1, where it wins, and 3, where it loses.
    expect(mixed.get("argmax")).toMatchObject({ success: 2 / 4, uplift: 0, switched: 2 / 4 });
    expect(mixed.get("safe")).toMatchObject({ success: 3 / 4, uplift: 1 / 4, switched: 1 / 4 });
    const unopened = byName(evaluateStrategies(makeInput(rewards, scores, 2, { open: new Uint8Array(4) })));
    expect(unopened.get("safe")).toEqual({ ...unopened.get("fixed")!, name: "safe" });
    expect(unopened.get("safe")!.upliftCi95).toEqual([0, 0]);
  });

  test("argmax is what the policy chose, whatever the scores; held-out rules keep the fixed prompt where asked to", () => {
    const found = byName(
      evaluateStrategies(
        makeInput(rewards, scores, 2, {
          chosen: Int32Array.of(0, 1, 1, 0),
          keepFixed: Uint8Array.of(0, 0, 1, 0),
        }),
      ),
    );
    expect(found.get("argmax")).toMatchObject({ success: 1, uplift: 2 / 4, switched: 2 / 4 });
    // 1, 0, the fixed prompt's 0, 0.
    expect(found.get("held-out")).toMatchObject({ success: 1 / 4, switched: 3 / 4 });
  });

  test("a question never asked does not count, and leaves pairs as they are", () => {
    const never = [Number.NaN, Number.NaN, Number.NaN];
    const found = byName(evaluateStrategies(makeInput([...rewards, never], [...scores, [0.1, 0.9, 0.5]], 2)));
    for (const [name, result] of byName(evaluateStrategies(makeInput(rewards, scores, 2)))) {
      const { success, uplift, switched, questions, mcnemarP } = result;
      if (result.reason === undefined)
        expect(found.get(name)).toMatchObject({ success, uplift, switched, questions, mcnemarP });
    }
  });

  test("best-of-train looks at the test labels, not at the fixed column", () => {
    const found = byName(
      evaluateStrategies(
        makeInput(
          [
            [0, 1],
            [0, 1],
            [1, 0],
          ],
          [
            [1, 0],
            [1, 0],
            [1, 0],
          ],
          2,
        ),
      ),
    );
    expect(found.get("best-of-train")).toMatchObject({ switched: 1 });
    expect(found.get("best-of-train")!.success).toBeCloseTo(2 / 3, 12);
    expect(found.get("best-of-train")!.uplift).toBeCloseTo(1 / 3, 12);
  });
});

describe("policies of several folds", () => {
  const units = 200;
  const random = seededRandom(8);
  const rewards = Array.from({ length: units }, () => [random.nextInteger(2), random.nextInteger(2)]);
  const scores = rewards.map(() => [random.next(), random.next()]);
  const input = makeInput(rewards, scores, 2);
  const gain = (unit: number, column: number): number => rewards[unit]![column]! - rewards[unit]![0]!;
  const other = (chosen: Int32Array, open: number): StrategyInput["otherFold"] => ({
    ...{ folds: 5, chosen, fixedColumn: new Int32Array(units) },
    open: new Uint8Array(units).fill(open),
  });
  const findResult = (name: StrategyName, otherFold: StrategyInput["otherFold"]): StrategyResult =>
    byName(evaluateStrategies({ ...input, otherFold })).get(name)!;
  const measureWidth = ({ upliftCi95 }: StrategyResult): number => upliftCi95![1] - upliftCi95![0];

  test("that choose alike add nothing", () => {
    expect(findResult("argmax", other(input.chosen, 1))).toEqual(findResult("argmax", null));
  });

  test("that choose otherwise widen the interval by what they disagree on, and move no mean", () => {
    const opposite = input.chosen.map((column) => 1 - column);
    const alone = findResult("argmax", null);
    const together = findResult("argmax", other(opposite, 1));
    expect(together.uplift).toBe(alone.uplift);
    const own = Array.from(input.chosen, (column, unit) => gain(unit, column));
    const mean = own.reduce((sum, value) => sum + value, 0) / units;
    const squares = 2 + (units / (units - 1)) * own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const apart = own.reduce((sum, value, unit) => sum + (value - gain(unit, opposite[unit]!)) ** 2, 0);
    // With five folds, 4 others, each with 1 / (2 √7 acos ¾) of the squared disagreement.
    const further = (4 * apart) / (2 * Math.sqrt(7) * Math.acos(3 / 4));
    expect(measureWidth(together) / measureWidth(alone)).toBeCloseTo(
      Math.sqrt((squares + further) / squares),
      8,
    );
  });

  test("with a shut gate disagree with `safe` by all it switches, and not with `random`", () => {
    const alone = findResult("safe", null);
    expect(measureWidth(findResult("safe", other(input.chosen, 0)))).toBeGreaterThan(
      1.2 * measureWidth(alone),
    );
    expect(findResult("random", other(input.chosen, 0))).toEqual(findResult("random", null));
  });
});

describe("strategyOutcomes", () => {
  test("names the chosen prompt of each unit, -1 where the choice is spread or the unit does not count", () => {
    const outcomes = strategyOutcomes(
      makeInput(
        [
          [1, 0],
          [Number.NaN, Number.NaN],
          [0, 1],
        ],
        [
          [0.9, 0.1],
          [0.1, 0.9],
          [0.1, 0.9],
        ],
        2,
      ),
    );
    const argmax = outcomes.find(({ name }) => name === "argmax")!;
    expect([...argmax.chosen]).toEqual([0, -1, 1]);
    expect([...argmax.reward]).toEqual([1, Number.NaN, 1]);
    expect([...argmax.fixedReward]).toEqual([1, Number.NaN, 0]);
    expect([...argmax.switched]).toEqual([0, Number.NaN, 1]);
    expect([...outcomes.find(({ name }) => name === "random")!.chosen]).toEqual([-1, -1, -1]);
  });

  test("refuses sizes that disagree and a fixed prompt that is not a training prompt", () => {
    const input = makeInput([[1, 0, 1]], [[0.1, 0.2, 0.3]], 2);
    expect(() => strategyOutcomes({ ...input, chosen: new Int32Array(2) })).toThrow(/chosen must be 1 long/);
    expect(() => strategyOutcomes({ ...input, keepFixed: new Uint8Array(2) })).toThrow(
      /keepFixed must be 1 long/,
    );
    const two = new Int32Array(2);
    const otherFold = { folds: 2, chosen: two, fixedColumn: two, open: new Uint8Array(2) };
    expect(() => strategyOutcomes({ ...input, otherFold })).toThrow(/otherFold\.chosen must be 1 long/);
    expect(() => strategyOutcomes({ ...input, chosen: Int32Array.of(2) })).toThrow(
      /chosen column 2 is not a training prompt \(0, 1\)/,
    );
    expect(() => strategyOutcomes({ ...input, fixedColumn: Int32Array.of(2) })).toThrow(
      /fixed column 2 is not a training prompt \(0, 1\)/,
    );
    expect(() => strategyOutcomes({ ...input, trainingColumns: Int32Array.of(0, 7) })).toThrow(
      /column 7 does not exist/,
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Protocol, StrategyName, StrategyResult } from "../types/index.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { evaluateStrategies, strategyOutcomes } from "./evaluate-strategies.ts";
import { STRATEGIES } from "./strategies.ts";
import type { StrategyInput } from "./strategy-input.ts";

/** Rows of rewards (NaN: not labelled), scores and, where given, confidences; the first `training` are training. */
function inputOf(
  rewards: readonly (readonly number[])[],
  scores: readonly (readonly number[])[],
  training: number,
  more: Partial<StrategyInput> = {},
): StrategyInput {
  const units = rewards.length;
  const prompts = rewards[0]!.length;
  const flat = Float64Array.from(rewards.flat());
  return {
    rewards: {
      queries: units,
      prompts,
      successes: flat.map((reward) => (Number.isNaN(reward) ? 0 : reward)),
      trials: flat.map((reward) => (Number.isNaN(reward) ? 0 : 1)),
    },
    weights: new Float64Array(units).fill(1),
    clusters: Int32Array.from({ length: units }, (_, unit) => unit),
    scores: Float64Array.from(scores.flat()),
    confidence: null,
    trainingColumns: Int32Array.from({ length: training }, (_, column) => column),
    heldOutColumns: Int32Array.from({ length: prompts - training }, (_, index) => training + index),
    fixedColumn: new Int32Array(units),
    shipped: new Uint8Array(units).fill(1),
    unknown: new Uint8Array(units),
    seed: 1,
    protocol: "grouped",
    ...more,
  };
}

const byName = (results: readonly StrategyResult[]): Map<StrategyName, StrategyResult> =>
  new Map(results.map((result) => [result.name, result]));

/** Random inputs: 2–4 training and 0–2 held-out prompts, ties in scores and confidences, holes in the labels. */
const arbitraryInput = (holes: boolean, protocol: Protocol = "grouped"): fc.Arbitrary<StrategyInput> =>
  fc
    .record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      units: fc.integer({ min: 1, max: 12 }),
      training: fc.integer({ min: 2, max: 4 }),
      heldOut: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ seed, units, training, heldOut }) => {
      const random = seededRandom(seed);
      const prompts = training + heldOut;
      const cells = units * prompts;
      const trials = Float64Array.from({ length: cells }, () =>
        holes && random.next() < 0.2 ? 0 : 1 + random.nextInteger(3),
      );
      const tenths = (): number => random.nextInteger(10) / 10;
      return {
        rewards: {
          queries: units,
          prompts,
          trials,
          successes: trials.map((count) => random.nextInteger(count + 1)),
        },
        weights: Float64Array.from({ length: units }, () => 1 + random.nextInteger(3)),
        clusters: Int32Array.from({ length: units }, () => random.nextInteger(units)),
        scores: Float64Array.from({ length: cells }, () => (random.next() < 0.1 ? Number.NaN : tenths())),
        confidence: Float64Array.from({ length: cells }, tenths),
        trainingColumns: Int32Array.from({ length: training }, (_, column) => column),
        heldOutColumns: Int32Array.from({ length: heldOut }, (_, index) => training + index),
        fixedColumn: Int32Array.from({ length: units }, () => random.nextInteger(training)),
        shipped: Uint8Array.from({ length: units }, () => random.nextInteger(2)),
        unknown: Uint8Array.from({ length: units }, () => Number(random.next() < 0.2)),
        seed,
        protocol,
      };
    });

/** The value of a choice written out literally: which columns share it, or null for units that do not count. */
function naiveValue(
  input: StrategyInput,
  candidates: readonly number[],
  choose: (unit: number, row: (values: Float64Array) => number[]) => readonly number[],
): { success: number; uplift: number; switched: number; questions: number } {
  const { queries, prompts, successes, trials } = input.rewards;
  let success = 0;
  let fixed = 0;
  let switched = 0;
  let weight = 0;
  let questions = 0;
  for (let unit = 0; unit < queries; unit++) {
    const row = (values: Float64Array): number[] => [...values.slice(unit * prompts, (unit + 1) * prompts)];
    const fixedColumn = input.fixedColumn[unit]!;
    if ([...candidates, fixedColumn].some((column) => row(trials)[column] === 0)) continue;
    const reward = (column: number): number => row(successes)[column]! / row(trials)[column]!;
    const chosen = choose(unit, row);
    const unitWeight = input.weights[unit]!;
    for (const column of chosen) {
      success += (unitWeight * reward(column)) / chosen.length;
      if (column !== fixedColumn) switched += unitWeight / chosen.length;
    }
    fixed += unitWeight * reward(fixedColumn);
    weight += unitWeight;
    questions++;
  }
  return {
    success: success / weight,
    uplift: (success - fixed) / weight,
    switched: switched / weight,
    questions,
  };
}

/** First by score, then the fixed prompt, then the lowest column. */
function naiveArgmax(scores: readonly number[], columns: readonly number[], fixedColumn: number): number {
  const scored = columns.filter((column) => !Number.isNaN(scores[column]!));
  const best = Math.max(...scored.map((column) => scores[column]!));
  const tied = scored.filter((column) => scores[column] === best);
  return tied.length === 0 || tied.includes(fixedColumn) ? fixedColumn : Math.min(...tied);
}

function expectSame(found: StrategyResult, naive: ReturnType<typeof naiveValue>): void {
  expect(found.questions).toBe(naive.questions);
  if (naive.questions === 0) {
    expect(found).toMatchObject({ success: null, uplift: null, switched: null, ci95: null, mcnemarP: null });
    expect(found.reason).toMatch(/^None of the \d+ questions/);
    return;
  }
  expect(found.success).toBeCloseTo(naive.success, 10);
  expect(found.uplift).toBeCloseTo(naive.uplift, 10);
  expect(found.switched).toBeCloseTo(naive.switched, 10);
}

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
  const results = byName(evaluateStrategies(inputOf(rewards, scores, 2)));

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
    const all = byName(evaluateStrategies(inputOf(rewards, between, 2))).get("all")!;
    expect(all.success).toBe(results.get("argmax")!.success);
    expect(all.reason).toMatch(
      /^No held-out prompt was chosen: .* never exceeds the best of these, so this is argmax\.$/,
    );
    const partial = byName(
      evaluateStrategies(inputOf([[0, 1, Number.NaN], ...rewards.slice(1)], between, 2)),
    );
    expect(partial.get("all")!.reason).toMatch(
      /^Measured on the 3 of 4 questions.*\. No held-out prompt was/,
    );
  });

  test("McNemar from the discordant questions: hybrid wins 2, loses 1; random is not binary", () => {
    expect(results.get("hybrid")!.mcnemarP).toBe(1);
    expect(results.get("oracle")!.mcnemarP).toBe(0.5);
    expect(results.get("random")!.mcnemarP).toBeNull();
  });

  test("lists every strategy in order; confidence-first under paper only", () => {
    const names = STRATEGIES.map(({ name }) => name);
    expect([...results.keys()]).toEqual(names.filter((name) => name !== "confidence-first"));
    const paper = evaluateStrategies(inputOf(rewards, scores, 2, { protocol: "paper" }));
    expect(paper.map(({ name }) => name)).toEqual(names);
  });

  test("confidence: ties averaged, or to the first prompt", () => {
    const confidence = Float64Array.of(0.5, 0.5, 1, 0.1, 0.9, 1, 0.9, 0.1, 1, 0.7, 0.7, 0);
    const paper = byName(evaluateStrategies(inputOf(rewards, scores, 2, { protocol: "paper", confidence })));
    // (½ + 1 + 0 + ½) / 4 and (1 + 1 + 0 + 1) / 4
    expect(paper.get("confidence")!.success).toBeCloseTo(2 / 4, 12);
    expect(paper.get("confidence")!.switched).toBeCloseTo((0.5 + 1 + 0 + 0.5) / 4, 12);
    expect(paper.get("confidence-first")!.success).toBeCloseTo(3 / 4, 12);
  });

  test("what is missing is null, with the reason", () => {
    const two = byName(
      evaluateStrategies(
        inputOf(
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

  test("partial log: each strategy on the questions where all it may choose is labelled, saying so", () => {
    const partial = [
      [1, 0, Number.NaN],
      [0, Number.NaN, 0],
      [0, 1, 1],
      [Number.NaN, 0, 0],
    ];
    const found = byName(evaluateStrategies(inputOf(partial, scores, 2)));
    expect(found.get("fixed")).toMatchObject({ questions: 3, success: 1 / 3, uplift: 0 });
    expect(found.get("argmax")).toMatchObject({ questions: 2, success: 1 / 2, uplift: 0 });
    expect(found.get("oracle")).toMatchObject({ questions: 2, success: 1, uplift: 1 / 2 });
    expect(found.get("held-out")).toMatchObject({ questions: 2 });
    expect(found.get("hybrid")).toMatchObject({ questions: 1, success: 1, uplift: 1 });
    expect(found.get("argmax")!.reason).toBe(
      "Measured on the 2 of 4 questions that are labelled under the fixed prompt and each of the 2 training prompts it may choose.",
    );
  });

  test("safe follows the gate of each unit's fold, and unknown questions get the fixed prompt", () => {
    const mixed = byName(
      evaluateStrategies(
        inputOf(rewards, scores, 2, {
          shipped: Uint8Array.of(0, 1, 0, 0),
          unknown: Uint8Array.of(0, 0, 0, 1),
        }),
      ),
    );
    // Argmax switches on units 1 and 3, but 3 is unknown.
    expect(mixed.get("argmax")).toMatchObject({ success: 3 / 4, uplift: 1 / 4, switched: 1 / 4 });
    expect(mixed.get("safe")).toMatchObject({ success: 3 / 4, uplift: 1 / 4, switched: 1 / 4 });
    const unshipped = byName(evaluateStrategies(inputOf(rewards, scores, 2, { shipped: new Uint8Array(4) })));
    expect(unshipped.get("safe")).toEqual({ ...unshipped.get("fixed")!, name: "safe" });
    expect(unshipped.get("safe")!.upliftCi95).toEqual([0, 0]);
  });

  test("best-of-train looks at the test labels, not at the fixed column", () => {
    const found = byName(
      evaluateStrategies(
        inputOf(
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

describe("evaluateStrategies, properties", () => {
  const options = { numRuns: 120 };

  test("every strategy agrees with its rule written out literally", () => {
    fc.assert(
      fc.property(arbitraryInput(true, "paper"), (input) => {
        const found = byName(evaluateStrategies(input));
        const training = [...input.trainingColumns];
        const heldOut = [...input.heldOutColumns];
        const every = [...training, ...heldOut];
        const fixedOf = (unit: number): number => input.fixedColumn[unit]!;
        const best =
          (columns: readonly number[], isUsed: (unit: number) => boolean = () => true) =>
          (unit: number, row: (values: Float64Array) => number[]): number[] => {
            if (input.unknown[unit] === 1 || !isUsed(unit)) return [fixedOf(unit)];
            return [naiveArgmax(row(input.scores), columns, fixedOf(unit))];
          };
        expectSame(
          found.get("fixed")!,
          naiveValue(input, [], (unit) => [fixedOf(unit)]),
        );
        expectSame(found.get("argmax")!, naiveValue(input, training, best(training)));
        expectSame(
          found.get("random")!,
          naiveValue(input, training, () => training),
        );
        if (input.shipped.includes(1)) {
          const shipped = (unit: number): boolean => input.shipped[unit] === 1;
          expectSame(found.get("safe")!, naiveValue(input, training, best(training, shipped)));
        }
        const means = training.map((column) => naiveValue(input, training, () => [column]).success);
        const top = Math.max(...means);
        if (found.get("best-of-train")!.questions > 0)
          expect(found.get("best-of-train")!.success).toBeCloseTo(top, 10);
        expectSame(
          found.get("oracle")!,
          naiveValue(input, training, (unit, row) => {
            const rewards = row(input.rewards.successes).map(
              (sum, at) => sum / row(input.rewards.trials)[at]!,
            );
            return [naiveArgmax(rewards, training, fixedOf(unit))];
          }),
        );
        const confident = (_unit: number, row: (values: Float64Array) => number[]): number[] => {
          const values = row(input.confidence!);
          const highest = Math.max(...training.map((column) => values[column]!));
          return training.filter((column) => values[column] === highest);
        };
        expectSame(found.get("confidence")!, naiveValue(input, training, confident));
        expectSame(
          found.get("confidence-first")!,
          naiveValue(input, training, (unit, row) => confident(unit, row).slice(0, 1)),
        );
        if (heldOut.length === 0) return;
        expectSame(found.get("held-out")!, naiveValue(input, heldOut, best(heldOut)));
        expectSame(found.get("all")!, naiveValue(input, every, best(every)));
        expectSame(
          found.get("hybrid")!,
          naiveValue(input, every, (unit, row) => {
            const low = training.every((column) => !(row(input.scores)[column]! >= 0.5));
            const anyHeldOut = heldOut.some((column) => !Number.isNaN(row(input.scores)[column]!));
            return best(low && anyHeldOut ? heldOut : training)(unit, row);
          }),
        );
      }),
      options,
    );
  });

  test("complete log: no strategy over training prompts beats the oracle, none over all beats nothing", () => {
    fc.assert(
      fc.property(arbitraryInput(false), (input) => {
        const found = byName(evaluateStrategies(input));
        const oracle = found.get("oracle")!.success!;
        for (const name of ["fixed", "best-of-train", "argmax", "safe", "random", "confidence"] as const)
          expect(found.get(name)!.success).toBeLessThanOrEqual(oracle + 1e-12);
        expect(found.get("fixed")).toMatchObject({ uplift: 0, upliftCi95: [0, 0], switched: 0 });
        for (const result of found.values()) {
          if (result.success === null) continue;
          const [lower, upper] = result.ci95!;
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
          expect(lower).toBeLessThanOrEqual(result.success + 1e-9);
          expect(upper).toBeGreaterThanOrEqual(result.success - 1e-9);
          expect(result.uplift).toBeCloseTo(result.success - found.get("fixed")!.success!, 10);
          if (result.switched === 0) expect(result.uplift).toBeCloseTo(0, 12);
        }
      }),
      options,
    );
  });

  test("permuting the units changes nothing but rounding", () => {
    fc.assert(
      fc.property(arbitraryInput(true), fc.integer(), (input, seed) => {
        const { queries, prompts } = input.rewards;
        const order = shuffledIndices(queries, seededRandom(seed));
        const rows = (values: Float64Array): Float64Array =>
          values.map((_, cell) => values[order[Math.floor(cell / prompts)]! * prompts + (cell % prompts)]!);
        const permuted: StrategyInput = {
          ...input,
          rewards: {
            ...input.rewards,
            successes: rows(input.rewards.successes),
            trials: rows(input.rewards.trials),
          },
          weights: input.weights.map((_, unit) => input.weights[order[unit]!]!),
          clusters: input.clusters.map((_, unit) => input.clusters[order[unit]!]!),
          scores: rows(input.scores),
          confidence: rows(input.confidence!),
          fixedColumn: input.fixedColumn.map((_, unit) => input.fixedColumn[order[unit]!]!),
          shipped: input.shipped.map((_, unit) => input.shipped[order[unit]!]!),
          unknown: input.unknown.map((_, unit) => input.unknown[order[unit]!]!),
        };
        const before = evaluateStrategies(input);
        evaluateStrategies(permuted).forEach((after, index) => {
          const { name, success, uplift, ci95, upliftCi95, ...rest } = before[index]!;
          expect(after).toMatchObject({ name, questions: rest.questions, mcnemarP: rest.mcnemarP });
          if (success === null) return;
          expect(after.success).toBeCloseTo(success, 10);
          expect(after.uplift).toBeCloseTo(uplift!, 10);
          for (const end of [0, 1] as const) {
            expect(after.ci95![end]).toBeCloseTo(ci95![end], 8);
            expect(after.upliftCi95![end]).toBeCloseTo(upliftCi95![end], 8);
          }
        });
      }),
      options,
    );
  });

  test("questions of weight 0 might as well not be there", () => {
    fc.assert(
      fc.property(arbitraryInput(true), (input) => {
        const last = input.rewards.queries - 1;
        if (last === 0) return;
        const weights = input.weights.map((weight, unit) => (unit === last ? 0 : weight));
        const { prompts } = input.rewards;
        const shorter: StrategyInput = {
          ...input,
          rewards: {
            queries: last,
            prompts,
            successes: input.rewards.successes.slice(0, last * prompts),
            trials: input.rewards.trials.slice(0, last * prompts),
          },
          weights: weights.slice(0, last),
          clusters: input.clusters.slice(0, last),
          scores: input.scores.slice(0, last * prompts),
          confidence: input.confidence!.slice(0, last * prompts),
          fixedColumn: input.fixedColumn.slice(0, last),
          shipped: input.shipped.slice(0, last),
          unknown: input.unknown.slice(0, last),
        };
        const values = (results: StrategyResult[]): unknown =>
          results.map(({ name, success, uplift, questions }) => ({ name, success, uplift, questions }));
        if (input.shipped[last] === 1 && !shorter.shipped.includes(1)) return;
        expect(values(evaluateStrategies({ ...input, weights }))).toEqual(
          values(evaluateStrategies(shorter)),
        );
      }),
      options,
    );
  });
});

describe("strategyOutcomes", () => {
  test("names the chosen prompt of each unit, -1 where the choice is spread or the unit does not count", () => {
    const outcomes = strategyOutcomes(
      inputOf(
        [
          [1, 0],
          [0, Number.NaN],
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
    const input = inputOf([[1, 0, 1]], [[0.1, 0.2, 0.3]], 2);
    expect(() => strategyOutcomes({ ...input, weights: new Float64Array(2) })).toThrow(
      /weights must be 1 long/,
    );
    expect(() => strategyOutcomes({ ...input, fixedColumn: Int32Array.of(2) })).toThrow(
      /fixed column 2 is not a training prompt \(0, 1\)/,
    );
    expect(() => strategyOutcomes({ ...input, trainingColumns: Int32Array.of(0, 7) })).toThrow(
      /column 7 does not exist/,
    );
  });
});

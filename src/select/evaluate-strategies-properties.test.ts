import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { naiveArgmax } from "../../test/support/select/naive-argmax.ts";
import type { Protocol, RewardMatrix, StrategyName, StrategyResult } from "../types/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../util/index.ts";
import { evaluateStrategies } from "./evaluate-strategies.ts";
import type { StrategyInput } from "./strategy-input.ts";

const byName = (results: readonly StrategyResult[]): Map<StrategyName, StrategyResult> =>
  new Map(results.map((result) => [result.name, result]));

/** How a made-up log was observed. */
type Shape = "complete" | "propensities";

/** Random inputs: 2–4 training and 0–2 held-out prompts, ties in scores and confidences, questions never asked. */
const arbitraryInput = (shape: Shape, protocol: Protocol = "grouped"): fc.Arbitrary<StrategyInput> =>
  fc
    .record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      units: shape === "complete" ? fc.integer({ min: 1, max: 12 }) : fc.integer({ min: 100, max: 160 }),
      training: fc.integer({ min: 2, max: 4 }),
      heldOut: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ seed, units, training, heldOut }): StrategyInput => {
      const random = seededRandom(seed);
      const prompts = training + heldOut;
      const cells = units * prompts;
      const tenths = (): number => random.nextInteger(10) / 10;
      // Predictions are needed wherever an answer is missing.
      const score = (): number => (shape === "complete" && random.next() < 0.1 ? Number.NaN : tenths());
      return {
        rewards:
          shape === "complete"
            ? completeRewards(units, prompts, random)
            : seenRewards(units, prompts, random),
        clusters: Int32Array.from({ length: units }, () => random.nextInteger(units)),
        scores: Float64Array.from({ length: cells }, score),
        confidence: Float64Array.from({ length: cells }, tenths),
        trainingColumns: Int32Array.from({ length: training }, (_, column) => column),
        heldOutColumns: Int32Array.from({ length: heldOut }, (_, index) => training + index),
        fixedColumn: Int32Array.from({ length: units }, () => random.nextInteger(training)),
        chosen: Int32Array.from({ length: units }, () => random.nextInteger(training)),
        open: Uint8Array.from({ length: units }, () => random.nextInteger(2)),
        keepFixed: Uint8Array.from({ length: units }, () => Number(random.next() < 0.2)),
        otherFold: null,
        seed,
        protocol,
      };
    });

/** Up to three repeats a pair, as many for every prompt; now and then a question that was never asked. */
function completeRewards(units: number, prompts: number, random: SeededRandom): RewardMatrix {
  const asked = Array.from({ length: units }, (_, unit) =>
    unit > 0 && random.next() < 0.1 ? 0 : 1 + random.nextInteger(3),
  );
  const trials = Float64Array.from(
    { length: units * prompts },
    (_, cell) => asked[Math.floor(cell / prompts)]!,
  );
  return { queries: units, prompts, trials, successes: trials.map((count) => random.nextInteger(count + 1)) };
}

/** Each pair seen with a probability of its own, which the log says, and questions that traffic brings more or less often. */
function seenRewards(units: number, prompts: number, random: SeededRandom): RewardMatrix {
  const draws = Float64Array.from({ length: units }, () => random.nextInteger(4));
  const seen = Array.from({ length: units * prompts }, () => 0.5 + random.next() / 2);
  const trials = Float64Array.from(seen, (probability, cell) =>
    draws[Math.floor(cell / prompts)] !== 0 && random.next() < probability ? 1 + random.nextInteger(2) : 0,
  );
  return {
    ...{ queries: units, prompts, trials, draws },
    successes: trials.map((count) => random.nextInteger(count + 1)),
    inversePropensity: trials.map((count, cell) => {
      if (draws[Math.floor(cell / prompts)] === 0) return Number.NaN;
      return count === 0 ? 0 : 1 / seen[cell]!;
    }),
  };
}

type Row = (values: Float64Array) => number[];

/** The value of a choice, written out literally. */
interface NaiveValue {
  readonly success: number;
  readonly uplift: number;
  readonly switched: number;
  readonly questions: number;
}

/**
 * What a choice is worth where all that it may choose is labeled or, unless it looks at labels, doubly robust:
 * prediction, and c times what the answer differs from it.
 * @param choose the columns that share a unit
 * @param needed columns whose labels the choice looks at, for one that does
 */
function naiveValue(
  input: StrategyInput,
  choose: (unit: number, row: Row) => readonly number[],
  needed: readonly number[] | null = null,
): NaiveValue {
  const { queries, prompts, successes, trials, inversePropensity, draws } = input.rewards;
  const totals = { success: 0, fixed: 0, switched: 0, weight: 0 };
  let questions = 0;
  for (let unit = 0; unit < queries; unit++) {
    const row: Row = (values) => [...values.slice(unit * prompts, (unit + 1) * prompts)];
    const fixedColumn = input.fixedColumn[unit]!;
    const correction = inversePropensity === undefined ? row(trials).map(Math.sign) : row(inversePropensity);
    const isAsked = inversePropensity === undefined ? correction[0] === 1 : !Number.isNaN(correction[0]);
    if (!isAsked || needed?.some((column) => row(trials)[column] === 0)) continue;
    const score = (column: number): number => {
      const mean = row(trials)[column] === 0 ? 0 : row(successes)[column]! / row(trials)[column]!;
      const c = correction[column]!;
      if (needed !== null || c === 1) return mean;
      const q = row(input.scores)[column]!;
      return q + c * (mean - q);
    };
    // What looks at labels counts for all questions that might have been labeled so.
    const weight =
      needed === null
        ? (draws?.[unit] ?? 1)
        : inversePropensity === undefined
          ? 1
          : Math.max(...needed.map((column) => correction[column]!));
    const chosen = choose(unit, row);
    for (const column of chosen) {
      totals.success += (weight * score(column)) / chosen.length;
      if (column !== fixedColumn) totals.switched += weight / chosen.length;
    }
    totals.fixed += weight * score(fixedColumn);
    totals.weight += weight;
    questions++;
  }
  const { success, fixed, switched, weight } = totals;
  return {
    success: success / weight,
    uplift: (success - fixed) / weight,
    switched: switched / weight,
    questions,
  };
}

function expectSame(found: StrategyResult, naive: NaiveValue): void {
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

describe("evaluateStrategies, properties", () => {
  const options = { numRuns: 120 };

  test.each(["complete", "propensities"] as const)(
    "%s log: every strategy agrees with its rule written out literally",
    (shape) => {
      let estimated = 0;
      let unavailable = 0;
      fc.assert(
        fc.property(arbitraryInput(shape, "paper"), (input) => {
          const found = byName(evaluateStrategies(input));
          const training = [...input.trainingColumns];
          const heldOut = [...input.heldOutColumns];
          const findFixed = (unit: number): number => input.fixedColumn[unit]!;
          const expectEstimated = (name: StrategyName, naive: NaiveValue): void => {
            const result = found.get(name)!;
            if (shape === "propensities" && result.success === null) {
              unavailable++;
              expect(result.reason).toMatch(/^By the recorded propensities/);
              return;
            }
            estimated++;
            expectSame(result, naive);
          };
          const best = (columns: readonly number[]) => (unit: number, row: Row) => [
            input.keepFixed[unit] === 1
              ? findFixed(unit)
              : naiveArgmax(row(input.scores), columns, findFixed(unit)),
          ];
          expectEstimated(
            "fixed",
            naiveValue(input, (unit) => [findFixed(unit)]),
          );
          expectEstimated(
            "argmax",
            naiveValue(input, (unit) => [input.chosen[unit]!]),
          );
          expectEstimated(
            "random",
            naiveValue(input, () => training),
          );
          expectEstimated(
            "safe",
            naiveValue(input, (unit) => [input.open[unit] === 1 ? input.chosen[unit]! : findFixed(unit)]),
          );
          const means = training.map((column) => naiveValue(input, () => [column]).success);
          if (found.get("best-of-train")!.success !== null)
            expect(found.get("best-of-train")!.success).toBeCloseTo(Math.max(...means), 10);
          const readRewards = (row: Row): number[] =>
            row(input.rewards.successes).map((sum, at) => sum / row(input.rewards.trials)[at]!);
          expectSame(
            found.get("oracle")!,
            naiveValue(
              input,
              (unit, row) => [naiveArgmax(readRewards(row), training, findFixed(unit))],
              training,
            ),
          );
          const confident = (_unit: number, row: Row): number[] => {
            const values = row(input.confidence!);
            const highest = Math.max(...training.map((column) => values[column]!));
            return training.filter((column) => values[column] === highest);
          };
          expectSame(found.get("confidence")!, naiveValue(input, confident, training));
          expectSame(
            found.get("confidence-first")!,
            naiveValue(input, (unit, row) => confident(unit, row).slice(0, 1), training),
          );
          if (heldOut.length === 0) return;
          expectEstimated("held-out", naiveValue(input, best(heldOut)));
          expectEstimated("all", naiveValue(input, best([...training, ...heldOut])));
          expectEstimated(
            "hybrid",
            naiveValue(input, (unit, row) => {
              const low = training.every((column) => !(row(input.scores)[column]! >= 0.5));
              const anyHeldOut = heldOut.some((column) => !Number.isNaN(row(input.scores)[column]!));
              return best(low && anyHeldOut ? heldOut : training)(unit, row);
            }),
          );
        }),
        options,
      );
      expect(unavailable).toBeLessThan(estimated / 20);
    },
  );

  test("complete log: no strategy over training prompts beats the oracle, none over all beats nothing", () => {
    fc.assert(
      fc.property(arbitraryInput("complete"), (input) => {
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

  test.each(["complete", "propensities"] as const)(
    "%s log: permuting the units changes nothing but rounding",
    (shape) => {
      fc.assert(
        fc.property(arbitraryInput(shape), fc.integer(), (input, seed) => {
          const order = shuffledIndices(input.rewards.queries, seededRandom(seed));
          const before = evaluateStrategies(input);
          evaluateStrategies(takeUnits(input, order)).forEach((after, index) => {
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
    },
  );

  test.each(["complete", "propensities"] as const)(
    "%s log: questions never asked might as well not be there",
    (shape) => {
      fc.assert(
        fc.property(arbitraryInput(shape), (input) => {
          const { queries, prompts, trials, draws } = input.rewards;
          const asked = Int32Array.from({ length: queries }, (_, unit) => unit).filter(
            (unit) => (draws ?? trials)[draws === undefined ? unit * prompts : unit]! > 0,
          );
          const shorter = takeUnits(input, asked);
          if (input.open.includes(1) && !shorter.open.includes(1)) return;
          const values = (results: StrategyResult[]): unknown =>
            results.map(({ name, success, uplift, questions }) => ({ name, success, uplift, questions }));
          expect(values(evaluateStrategies(input))).toEqual(values(evaluateStrategies(shorter)));
        }),
        options,
      );
    },
  );
});

/** The named units, in that order. */
function takeUnits(input: StrategyInput, order: Int32Array): StrategyInput {
  const { prompts, successes, trials, inversePropensity, draws } = input.rewards;
  const rows = (values: Float64Array): Float64Array =>
    Float64Array.from(
      { length: order.length * prompts },
      (_, cell) => values[order[Math.floor(cell / prompts)]! * prompts + (cell % prompts)]!,
    );
  const units = (values: Int32Array): Int32Array => order.map((unit) => values[unit]!);
  const flags = (values: Uint8Array): Uint8Array => Uint8Array.from(order, (unit) => values[unit]!);
  return {
    ...input,
    rewards: {
      ...{ queries: order.length, prompts, successes: rows(successes), trials: rows(trials) },
      ...(inversePropensity !== undefined && { inversePropensity: rows(inversePropensity) }),
      ...(draws !== undefined && { draws: Float64Array.from(order, (unit) => draws[unit]!) }),
    },
    clusters: units(input.clusters),
    scores: rows(input.scores),
    confidence: rows(input.confidence!),
    fixedColumn: units(input.fixedColumn),
    chosen: units(input.chosen),
    open: flags(input.open),
    keepFixed: flags(input.keepFixed),
  };
}

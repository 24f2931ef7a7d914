import { expect, test } from "vitest";
import type { RewardMatrix } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { selectionToUndo } from "./sensitivity.ts";

/** One answer a question, drawn between two prompts at random; right so many times of the answers under each. */
function halfLog(rightOfFirst: number, rightOfSecond: number): RewardMatrix {
  const units = 200;
  const trials = Float64Array.from({ length: 2 * units }, (_, cell) => Number(cell % 2 === (cell >> 1) % 2));
  const successes = trials.map((count, cell) =>
    count > 0 && (cell >> 2) % 100 < (cell % 2 === 0 ? rightOfFirst : rightOfSecond) ? 1 : 0,
  );
  return {
    queries: units,
    prompts: 2,
    successes,
    trials,
    inversePropensity: trials.map((count) => 2 * count),
  };
}

const input = (rewards: RewardMatrix) => ({
  ...{ rewards, chosen: 1, fixed: 0 },
  predicted: new Float64Array(2 * rewards.queries).fill(0.5),
  weights: new Float64Array(rewards.queries).fill(1),
});

test("a case by hand: success of .5 against .8", () => {
  // Worst: of the second 80 Γ⁻¹ right and 20 Γ wrong, of the first 50 Γ right and 50 Γ⁻¹ wrong;
  // equal where 80 / (80 + 20 Γ²) = 50 Γ² / (50 Γ² + 50), so that Γ⁴ = 4.
  const { gain, factor } = selectionToUndo(input(halfLog(50, 80)))!;
  expect(gain).toBeCloseTo(0.3, 12);
  expect(factor).toBeCloseTo(Math.SQRT2, 6);
});

test("a verdict that wants more falls to weaker selection", () => {
  const log = input(halfLog(50, 80));
  const { factor } = selectionToUndo({ ...log, above: 0.2 })!;
  expect(factor).toBeGreaterThan(1);
  expect(factor).toBeLessThan(1.3);
  expect(selectionToUndo({ ...log, above: 0.31 })!.factor).toBe(1);
  expect(selectionToUndo(input(halfLog(60, 50)))!.factor).toBe(1);
});

test("no selection undoes what no answer speaks against", () => {
  expect(selectionToUndo(input(halfLog(0, 100)))!.factor).toBeNull();
});

test("is null where one side was never seen", () => {
  expect(selectionToUndo({ ...input(halfLog(50, 80)), chosen: 0 })).toBeNull();
});

test("no weights within the factor undo more: against random ones", () => {
  const random = seededRandom(3);
  const rewards = halfLog(40, 60);
  const log = { ...input(rewards), predicted: Float64Array.from({ length: 400 }, () => random.next()) };
  const { factor } = selectionToUndo(log)!;
  const gainWith = (findWeight: (cell: number) => number): number => {
    const sums = [0, 1].map(() => ({ residual: 0, weight: 0 }));
    let predicted = 0;
    for (let cell = 0; cell < 400; cell++) {
      predicted += ((cell % 2 === 1 ? 1 : -1) * log.predicted[cell]!) / 200;
      if (rewards.trials[cell] === 0) continue;
      const weight = findWeight(cell);
      sums[cell % 2]!.residual += weight * (rewards.successes[cell]! - log.predicted[cell]!);
      sums[cell % 2]!.weight += weight;
    }
    return predicted + sums[1]!.residual / sums[1]!.weight - sums[0]!.residual / sums[0]!.weight;
  };
  expect(gainWith(() => 1)).toBeCloseTo(selectionToUndo(log)!.gain, 10);
  for (let trial = 0; trial < 200; trial++) {
    // Most against the gain, but for a random share.
    const share = random.next();
    const gain = gainWith((cell) => {
      const against = (cell % 2 === 1) !== rewards.successes[cell]! > log.predicted[cell]!;
      return random.next() < share ? factor! ** (against ? 1 : -1) : factor! ** (2 * random.next() - 1);
    });
    expect(gain).toBeGreaterThan(-1e-9);
  }
});

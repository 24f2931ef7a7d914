import { expect, test } from "vitest";
import { PUBLISHED_RESULTS } from "./published-results.ts";
import type { ChoiceRewards } from "./reference-choices.ts";
import { type SubsetOutcome, sizeMeans } from "./size-means.ts";

const UNITS = 40;
const clusters = {
  weights: new Float64Array(UNITS).fill(1),
  clusters: Int32Array.from({ length: UNITS }, (_, unit) => unit),
  seed: 3,
};

function choice(strategy: ChoiceRewards["strategy"], reward: (unit: number) => number): ChoiceRewards {
  const units = Array.from({ length: UNITS }, (_, unit) => unit);
  return {
    strategy,
    reward: Float64Array.from(units, reward),
    fixedReward: Float64Array.from(units, (unit) => Number(unit % 2 === 0)),
    alwaysFixed: strategy === "fixed",
  };
}

function outcome(subset: number[], ...choices: ChoiceRewards[]): SubsetOutcome {
  return { subset, choices, seen: null, heldOut: null, ties: null };
}

test("the mean of the subsets' means, its uplift paired with each subset's own fixed prompt", () => {
  const first = outcome(
    [0],
    choice("fixed", (unit) => Number(unit % 2 === 0)),
    choice("argmax", () => 1),
  );
  const second = outcome(
    [1],
    choice("fixed", (unit) => Number(unit % 2 === 0)),
    choice("argmax", () => 0),
  );
  const { size, subsets, strategies } = sizeMeans([first, second], clusters, null);
  expect([size, subsets]).toEqual([1, 2]);
  const [fixed, argmax] = strategies;
  expect(fixed).toMatchObject({ success: 0.5, uplift: 0, upliftCi95: [0, 0], units: UNITS, published: null });
  expect(argmax!.success).toBeCloseTo(0.5, 12);
  // One subset always succeeds, the other never: the mean over both is certain on every unit, unlike the uplift.
  expect(argmax!.uplift).toBeCloseTo(0, 12);
  expect(argmax!.upliftCi95![0]).toBeLessThan(-0.05);
  expect(argmax!.upliftCi95![1]).toBeGreaterThan(0.05);
});

test("a unit that does not count with one subset counts with none", () => {
  const partly = outcome(
    [0],
    choice("argmax", (unit) => (unit < 10 ? Number.NaN : 1)),
  );
  const whole = outcome(
    [1],
    choice("argmax", (unit) => (unit < 10 ? 0 : 1)),
  );
  const [argmax] = sizeMeans([partly, whole], clusters, null).strategies;
  expect(argmax).toMatchObject({ success: 1, units: UNITS - 10 });
});

test("published figures stand beside their own size and strategy, confidence only where it was published", () => {
  const published = PUBLISHED_RESULTS.mawps!;
  const at = (subset: number[]) =>
    new Map(
      sizeMeans(
        [
          outcome(
            subset,
            choice("argmax", () => 1),
            choice("confidence-first", () => 1),
          ),
        ],
        clusters,
        published,
      ).strategies.map(({ strategy, published: figure }) => [strategy, figure]),
    );
  expect(at([0, 1])).toEqual(
    new Map([
      ["argmax", 0.5629],
      ["confidence-first", null],
    ]),
  );
  expect(at([0, 1, 2, 3, 4, 5]).get("confidence-first")).toBe(0.5549);
  const { seen, heldOut } = sizeMeans(
    [
      {
        ...outcome(
          [0],
          choice("argmax", () => 1),
        ),
        seen: { accuracy: 1, precision: null, recall: 1, f1: null },
      },
    ],
    clusters,
    published,
  );
  expect(seen).toMatchObject({ accuracy: 1, precision: null, precisionSubsets: 0 });
  expect(seen.published).toEqual({ accuracy: 0.784, precision: 0.621 });
  expect(heldOut).toBeNull();
});

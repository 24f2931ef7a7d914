import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StrategyInput } from "../../select/index.ts";
import { referenceChoices, unseenTies } from "./reference-choices.ts";

/** Rewards and scores of `training` then `heldOut` prompts, one trial a pair. */
function input(
  training: number,
  heldOut: number,
  scores: readonly number[],
  rewards: readonly number[],
): StrategyInput {
  const prompts = training + heldOut;
  const units = scores.length / prompts;
  return {
    rewards: {
      queries: units,
      prompts,
      successes: Float64Array.from(rewards),
      trials: new Float64Array(units * prompts).fill(1),
    },
    clusters: Int32Array.from({ length: units }, (_, unit) => unit),
    scores: Float64Array.from(scores),
    confidence: null,
    trainingColumns: Int32Array.from({ length: training }, (_, column) => column),
    heldOutColumns: Int32Array.from({ length: heldOut }, (_, column) => training + column),
    fixedColumn: new Int32Array(units),
    chosen: new Int32Array(units),
    open: new Uint8Array(units),
    keepFixed: new Uint8Array(units),
    otherFold: null,
    seed: 1,
    protocol: "paper",
  };
}

/** As the reference's step 5 computes it: `np.argmax` over arrays, held-out prompts before training ones. */
function byReference(
  training: number,
  heldOut: number,
  scores: readonly number[],
  rewards: readonly number[],
) {
  const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
  const prompts = training + heldOut;
  const rows = Array.from({ length: scores.length / prompts }, (_, unit) => {
    const at = (values: readonly number[], from: number, to: number) =>
      values.slice(unit * prompts + from, unit * prompts + to);
    const [seen, unseen] = [at(scores, 0, training), at(scores, training, prompts)];
    const testData = [...at(rewards, training, prompts), ...at(rewards, 0, training)];
    const baseline = testData[argmax(seen) + heldOut]!;
    const onlyCombined = testData[argmax(unseen)]!;
    return {
      argmax: baseline,
      "held-out": onlyCombined,
      all: testData[argmax([...unseen, ...seen])]!,
      hybrid: Math.max(...seen) < 0.5 ? onlyCombined : baseline,
    };
  });
  return (name: "argmax" | "held-out" | "all" | "hybrid"): number[] => rows.map((row) => row[name]);
}

describe("the reference's choices", () => {
  test("equal its own computation, ties included", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(
            fc.integer({ min: 1, max: 4 }),
            fc.integer({ min: 1, max: 4 }),
            fc.integer({ min: 1, max: 6 }),
          )
          .chain(([training, heldOut, units]) => {
            const cells = units * (training + heldOut);
            // Few distinct scores, so that ties are common and some lie on the threshold.
            const score = fc.constantFrom(0.2, 0.4, 0.5, 0.6);
            return fc.tuple(
              fc.constant(training),
              fc.constant(heldOut),
              fc.array(score, { minLength: cells, maxLength: cells }),
              fc.array(fc.constantFrom(0, 1), { minLength: cells, maxLength: cells }),
            );
          }),
        ([training, heldOut, scores, rewards]) => {
          const expected = byReference(training, heldOut, scores, rewards);
          const choices = referenceChoices(input(training, heldOut, scores, rewards));
          for (const name of ["argmax", "held-out", "all", "hybrid"] as const)
            expect([...choices.find(({ strategy }) => strategy === name)!.reward], name).toEqual(
              expected(name),
            );
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  test("a unit where a candidate has no label does not count, for strategies that might choose it", () => {
    const partial = input(1, 1, [0.6, 0.4, 0.6, 0.4], [1, 0, 1, 0]);
    partial.rewards.trials[3] = 0;
    const choices = new Map(referenceChoices(partial).map((one) => [one.strategy, [...one.reward]]));
    expect(choices.get("argmax")).toEqual([1, 1]);
    expect(choices.get("all")).toEqual([1, Number.NaN]);
    expect(choices.get("held-out")).toEqual([0, Number.NaN]);
  });

  test("without held-out prompts there are only choices among the training prompts", () => {
    const names = referenceChoices(input(2, 0, [0.1, 0.2], [0, 1])).map(({ strategy }) => strategy);
    expect(names).toEqual(["fixed", "best-of-train", "argmax"]);
    expect(unseenTies(input(2, 0, [0.1, 0.2], [0, 1]))).toBeNull();
  });
});

test("ties of unseen prompts are counted, with what would come of giving them to the training prompt", () => {
  // Unit 0 ties, unit 1 has the unseen prompt ahead, unit 2 the training prompt.
  const ties = unseenTies(input(1, 1, [0.6, 0.6, 0.3, 0.7, 0.8, 0.2], [1, 0, 0, 1, 1, 0]));
  expect(ties).toEqual({ share: 1 / 3, successOfTraining: 1 });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { contractLog } from "../../../test/support/reward/contract-log.ts";
import type { RewardMatrix } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { trialPatterns } from "../trial-patterns.ts";
import { kernelRidge } from "./kernel-ridge.ts";
import { chooseDirectionPenalties, combineDirections, promptDirections } from "./prompt-directions.ts";

const QUERIES = 40;
const PROMPTS = 4;

/** Complete counts with one to three trials a question. */
function randomRewards(seed: number): RewardMatrix {
  const random = seededRandom(seed);
  const successes = new Float64Array(QUERIES * PROMPTS);
  const trials = new Float64Array(QUERIES * PROMPTS);
  for (let query = 0; query < QUERIES; query++) {
    const repeats = 1 + random.nextInteger(3);
    for (let prompt = 0; prompt < PROMPTS; prompt++) {
      trials[query * PROMPTS + prompt] = repeats;
      successes[query * PROMPTS + prompt] = random.nextInteger(repeats + 1);
    }
  }
  return { queries: QUERIES, prompts: PROMPTS, successes, trials };
}

function randomValues(length: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => random.next());
}

const MEANS = Float64Array.of(0.5, 0.4, 0.6, 0.3);

test("directions are orthonormal and the first holds most of what prompts share", () => {
  const random = seededRandom(2);
  const rewards: RewardMatrix = {
    queries: QUERIES,
    prompts: 2,
    trials: new Float64Array(2 * QUERIES).fill(1),
    successes: Float64Array.from(
      Array.from({ length: QUERIES }, () => (random.next() < 0.5 ? [1, 1] : [0, 0])).flat(),
    ),
  };
  const [pattern] = trialPatterns(rewards);
  const directions = promptDirections(rewards, pattern!, Float64Array.of(0.5, 0.5));
  expect(Math.abs(directions[0]!)).toBeCloseTo(Math.SQRT1_2, 10);
  expect(directions[0]!).toBeCloseTo(directions[1]!, 10);
  expect(directions[0]! * directions[2]! + directions[1]! * directions[3]!).toBeCloseTo(0, 12);
});

test("with one penalty for every direction nothing changes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
      const rewards = randomRewards(seed);
      const [pattern] = trialPatterns(rewards);
      const directions = promptDirections(rewards, pattern!, MEANS);
      const sources = [1, 2].map((step) => randomValues(QUERIES * PROMPTS, seed + step));
      const target = new Float64Array(QUERIES * PROMPTS);
      combineDirections(sources, PROMPTS, pattern!, directions, new Int32Array(PROMPTS).fill(1), target);
      target.forEach((value, index) => {
        expect(value).toBeCloseTo(sources[1]![index]!, 10);
      });
    }),
    { numRuns: 20 },
  );
});

test("each direction takes the penalty that predicts it best, as trying every combination finds", () => {
  for (const seed of [3, 4, 5]) {
    const rewards = randomRewards(seed);
    const [pattern] = trialPatterns(rewards);
    const directions = promptDirections(rewards, pattern!, MEANS);
    const predicted = [10, 20, 30].map((step) => randomValues(QUERIES * PROMPTS, seed * 100 + step));
    const chosen = chooseDirectionPenalties(rewards, pattern!, directions, predicted);
    const computeLoss = (choice: Int32Array): number => {
      const combined = new Float64Array(QUERIES * PROMPTS);
      combineDirections(predicted, PROMPTS, pattern!, directions, choice, combined);
      return combined.reduce((sum, value, index) => {
        const trials = rewards.trials[index]!;
        return sum + trials * (rewards.successes[index]! / trials - value) ** 2;
      }, 0);
    };
    let best = Infinity;
    for (let code = 0; code < 3 ** PROMPTS; code++)
      best = Math.min(
        best,
        computeLoss(Int32Array.from({ length: PROMPTS }, (_, place) => Math.floor(code / 3 ** place) % 3)),
      );
    expect(computeLoss(chosen)).toBeCloseTo(best, 8);
  }
});

test("a direction without signal is shrunk away, the shared one is kept", async () => {
  // Prompts succeed together on half of the questions, told by a feature; which of them is better is chance.
  const random = seededRandom(9);
  const { training } = contractLog({ features: "dense", labels: "complete", seed: 1, queries: 160 });
  const { prompts } = training.rewards;
  const { columns, values } = training.queries as { columns: number; values: Float32Array };
  const successes = training.rewards.trials.map((trials, index) => {
    const query = Math.floor(index / prompts);
    const chance = values[query * columns]! > 0 ? 0.9 : 0.1;
    let count = 0;
    for (let trial = 0; trial < trials; trial++) if (random.next() < chance) count++;
    return count;
  });
  const { candidates } = await kernelRidge().fit({
    ...training,
    rewards: { ...training.rewards, successes },
  });
  const penalties = candidates.flatMap(({ hyperparameters }) =>
    hyperparameters.directionPenalties === undefined ? [] : [hyperparameters.directionPenalties as number[]],
  );
  // Unmoved, between those moved to weaker and to stronger ones.
  expect(penalties[1]![0]).toBeLessThanOrEqual(9);
  expect(Math.max(...penalties[1]!.slice(1))).toBeGreaterThanOrEqual(27);
});

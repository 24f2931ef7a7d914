import type { RewardMatrix } from "../../../src/types/index.ts";
import { type SeededRandom, seededRandom } from "../../../src/util/index.ts";

/** A world of questions of several kinds, whose chances of success under each prompt are known. */
export interface Problem {
  readonly name: string;
  /** Share of the questions each kind has. */
  readonly shares: Float64Array;
  /** Kinds × prompts: chance of a right answer. */
  readonly chances: Float64Array;
  readonly prompts: number;
}

/** How much of the table of questions and prompts a log holds. */
export type Observation = "complete" | "half" | "one answer" | "adaptive";
export const OBSERVATIONS: readonly Observation[] = ["complete", "half", "one answer", "adaptive"];

/** A log drawn from a problem. */
export interface SimulatedLog {
  readonly kinds: Int32Array;
  /** Inverse propensities are there only where they were recorded (`adaptive`). */
  readonly rewards: RewardMatrix;
}

/** Kinds are of Zipf sizes, so that some are seen a few times only. */
const KINDS = 40;

function problem(
  name: string,
  prompts: number,
  seed: number,
  drawChances: (random: SeededRandom, kind: number) => readonly number[],
): Problem {
  const random = seededRandom(seed);
  const sizes = Float64Array.from({ length: KINDS }, (_, kind) => 1 / (kind + 4));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    name,
    prompts,
    shares: sizes.map((size) => size / total),
    chances: Float64Array.from(
      Array.from({ length: KINDS }, (_, kind) => drawChances(random, kind)).flat(),
      (chance) => Math.min(0.99, Math.max(0.01, chance)),
    ),
  };
}

/** Problems like the logs the product is measured on, and harder ones. */
export const PROBLEMS: readonly Problem[] = [
  // Much to gain, as in mirage-gpt4.
  problem("two prompts, much to gain", 2, 1, (random) => {
    const level = 0.4 + 0.4 * random.next();
    return [level, level + 0.3 * (random.next() - 0.5)];
  }),
  // As in bbh: hardly any choice differs.
  problem("one prompt dominates", 2, 2, (random, kind) => {
    const level = 0.5 + 0.4 * random.next();
    return [level, level - (kind % 10 === 3 ? -0.1 : 0.15 + 0.1 * random.next())];
  }),
  problem("one dominates, nearly all right", 2, 3, (random, kind) => {
    const level = 0.94 + 0.05 * random.next();
    return [level, level - (kind % 10 === 3 ? -0.03 : 0.06)];
  }),
  problem("nothing to gain", 2, 4, (random) => {
    const level = 0.3 + 0.6 * random.next();
    return [level, level];
  }),
  problem("four prompts", 4, 5, (random) => {
    const level = 0.3 + 0.5 * random.next();
    return [0, 1, 2, 3].map((prompt) => level + 0.25 * (random.next() - 0.5) - 0.02 * prompt);
  }),
  problem("seven prompts, nothing to gain", 7, 6, (random) => {
    const level = 0.3 + 0.6 * random.next();
    return [0, 1, 2, 3, 4, 5, 6].map(() => level);
  }),
];

/** Draws a log of so many questions. */
export function drawLog(
  { shares, chances, prompts }: Problem,
  observation: Observation,
  questions: number,
  random: SeededRandom,
): SimulatedLog {
  const kinds = Int32Array.from({ length: questions }, () => drawIndex(shares, random));
  const successes = new Float64Array(questions * prompts);
  const trials = new Float64Array(questions * prompts);
  const inverses = new Float64Array(questions * prompts);
  // Half of an adaptive log asks all prompts; then one with the best mean is asked always, the others with chance .1.
  const propensities = new Float64Array(prompts).fill(1);
  for (let unit = 0; unit < questions; unit++) {
    if (observation === "adaptive" && unit === Math.floor(questions / 2)) {
      const means = Float64Array.from({ length: prompts }, (_, column) =>
        successes.reduce((sum, count, cell) => sum + (cell % prompts === column ? count : 0), 0),
      );
      propensities.fill(0.1);
      propensities[means.indexOf(Math.max(...means))] = 1;
    }
    const only = random.nextInteger(prompts);
    const whole = random.next() < 0.1;
    for (let column = 0; column < prompts; column++) {
      const cell = unit * prompts + column;
      const asked =
        observation === "complete" ||
        (observation === "half" && random.next() < 0.5) ||
        (observation === "one answer" && column === only) ||
        (observation === "adaptive" && (whole || propensities[column] === 1));
      if (!asked) continue;
      trials[cell] = 1;
      successes[cell] = Number(random.next() < chances[kinds[unit]! * prompts + column]!);
      inverses[cell] = 1 / propensities[column]!;
    }
  }
  const rewards = { queries: questions, prompts, successes, trials };
  return {
    kinds,
    rewards: observation === "adaptive" ? { ...rewards, inversePropensity: inverses } : rewards,
  };
}

function drawIndex(shares: Float64Array, random: SeededRandom): number {
  let left = random.next();
  const found = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return found === -1 ? shares.length - 1 : found;
}

import type { SeededRandom } from "../../util/index.ts";
import type { SlotRewards } from "./allocation-types.ts";
import { derivedRandom } from "./slot-order.ts";

const DRAWS = 1000;

/**
 * Chance of each prompt to be the best, each prompt's success having the posterior Beta(1 + successes, 1 + failures).
 * One draw more for each prompt keeps all chances above 0 and below 1.
 */
export function chancesOfBest(rewards: SlotRewards, prompts: number, seed: number): Float64Array {
  const successes = new Float64Array(prompts);
  const failures = new Float64Array(prompts);
  for (const slot of rewards)
    slot.forEach((reward, prompt) => {
      if (Number.isNaN(reward)) return;
      successes[prompt]! += reward;
      failures[prompt]! += 1 - reward;
    });
  const random = derivedRandom(seed, "chances", rewards.length);
  const wins = new Float64Array(prompts).fill(1);
  for (let draw = 0; draw < DRAWS; draw++) {
    let best = 0;
    let highest = -1;
    for (let prompt = 0; prompt < prompts; prompt++) {
      const value = drawBeta(1 + successes[prompt]!, 1 + failures[prompt]!, random);
      if (value <= highest) continue;
      highest = value;
      best = prompt;
    }
    wins[best]! += 1;
  }
  return wins.map((count) => count / (DRAWS + prompts));
}

/**
 * Chance that one prompt is truly better than another, from the slots in which both were asked: of the slots on which
 * they differ, more than half must go to it, that share having a Beta posterior. 0.5 where they never met.
 */
export function chanceOfBetter(rewards: SlotRewards, one: number, other: number, seed: number): number {
  let gains = 0;
  let losses = 0;
  for (const slot of rewards) {
    const difference = slot[one]! - slot[other]!;
    if (difference > 0) gains += difference;
    else if (difference < 0) losses -= difference;
  }
  const random = derivedRandom(seed, "better", 0);
  let better = 0;
  for (let draw = 0; draw < DRAWS; draw++) if (drawBeta(1 + gains, 1 + losses, random) > 0.5) better++;
  return better / DRAWS;
}

function drawBeta(a: number, b: number, random: SeededRandom): number {
  const first = drawGamma(a, random);
  return first / (first + drawGamma(b, random));
}

/** Marsaglia and Tsang, ACM TOMS 26 (2000), for shapes ≥ 1. */
function drawGamma(shape: number, random: SeededRandom): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = random.nextNormal();
    const v = (1 + c * normal) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

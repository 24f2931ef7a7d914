import { describe, expect, test } from "vitest";
import { playAllocation } from "../../../test/support/play-allocation.ts";
import { seededRandom } from "../../util/index.ts";
import { promptsOfSlot, propensities, WHOLE_SLOT_CHANCE } from "./allocation-round.ts";
import type { AllocationRule, AllocationSettings } from "./allocation-types.ts";
import { chanceOfBetter, chancesOfBest } from "./chances-of-best.ts";
import { findLeader } from "./describe-allocation.ts";
import { plainMeans } from "./next-round.ts";
import { SlotOrder } from "./slot-order.ts";
import { weightedMeans } from "./weighted-means.ts";

const SETTINGS: AllocationSettings = {
  strategy: "halving",
  questions: 200,
  prompts: 8,
  repeats: 1,
  calls: 800,
  seed: 5,
};
const RULES: readonly AllocationRule[] = [
  { kind: "survivors", survivors: [1, 4, 6] },
  { kind: "survivors", survivors: [0, 1, 2, 3, 4, 5, 6, 7] },
  { kind: "pair", chances: [0.5, 0.2, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03] },
  { kind: "pair", chances: [0.993, ...new Array(7).fill(0.001)] },
];

test.each(RULES)("propensities are the shares of slots in which prompts are asked: %j", (rule) => {
  const slots = 20_000;
  const counts = new Float64Array(8);
  for (let slot = 0; slot < slots; slot++)
    for (const prompt of promptsOfSlot(SETTINGS, rule, slot)) counts[prompt]! += 1;
  propensities(rule, 8).forEach((chance, prompt) => {
    const error = Math.sqrt((chance * (1 - chance)) / slots);
    expect(Math.abs(counts[prompt]! / slots - chance)).toBeLessThanOrEqual(4 * error + 1e-12);
    expect(chance).toBeGreaterThanOrEqual(WHOLE_SLOT_CHANCE);
  });
});

test("every question has its slot, once for each repetition", () => {
  const order = new SlotOrder(50, 3, 1);
  expect(order.length).toBe(150);
  for (let repetition = 0; repetition < 3; repetition++) {
    const slots = Array.from({ length: 50 }, (_, place) => repetition * 50 + place);
    expect(new Set(slots.map((slot) => order.question(slot))).size).toBe(50);
    for (const slot of slots) expect(order.findSlot(order.question(slot), repetition)).toBe(slot);
  }
  expect(order.findSlot(0, 3)).toBeUndefined();
});

describe.each(["halving", "bandit"] as const)("%s", (strategy) => {
  const settings: AllocationSettings = { ...SETTINGS, strategy, questions: 400 };
  const success = [0.5, 0.3, 0.7, 0.4, 0.2, 0.5, 0.6, 0.1];

  test("keeps within its calls, and is the same for the same seed and rewards", () => {
    const random = seededRandom(1);
    const table = Array.from({ length: 400 * 8 }, (_, cell) => (random.next() < success[cell % 8]! ? 1 : 0));
    const drawReward = (question: number, prompt: number): number => table[question * 8 + prompt]!;
    const played = playAllocation(settings, drawReward);
    expect(playAllocation(settings, drawReward)).toEqual(played);
    const calls = played.rounds.reduce((sum, round) => sum + round.calls, 0);
    expect(calls).toBeLessThanOrEqual(800);
    expect(calls).toBeGreaterThan(780);
    expect(
      played.rewards.flatMap((slot) => [...slot]).filter((reward) => !Number.isNaN(reward)),
    ).toHaveLength(calls);
  });

  test("where a round begins says nothing of how its first slot is drawn", () => {
    let first = 0;
    let whole = 0;
    // A bandit has ten times as many rounds.
    const runs = strategy === "halving" ? 400 : 40;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      const own = { ...settings, calls: 480, seed };
      const { rounds, rewards } = playAllocation(own, () => (random.next() < 0.5 ? 1 : 0));
      for (const { firstSlot } of rounds.slice(1)) {
        first++;
        if (!rewards[firstSlot]!.some(Number.isNaN)) whole++;
      }
    }
    const error = Math.sqrt((WHOLE_SLOT_CHANCE * (1 - WHOLE_SLOT_CHANCE)) / first);
    expect(Math.abs(whole / first - WHOLE_SLOT_CHANCE)).toBeLessThan(3 * error);
  });

  test("finds the best prompt and spends more on those that compete", () => {
    let found = 0;
    const answers = new Float64Array(8);
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const own = { ...settings, seed };
      const { rounds, rewards } = playAllocation(own, (_, prompt) =>
        random.next() < success[prompt]! ? 1 : 0,
      );
      if (findLeader(own, rounds, rewards) === 2) found++;
      for (const slot of rewards)
        slot.forEach((reward, prompt) => {
          if (!Number.isNaN(reward)) answers[prompt]! += 1;
        });
    }
    expect(found).toBeGreaterThanOrEqual(15);
    expect(answers[2]).toBeGreaterThan(2 * answers[7]!);
  });

  test("plain means are biased by the allocation, weighted ones are not", () => {
    const prompts = 4;
    const truth = 0.5;
    const plain: number[] = [];
    const weighted: number[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed + 1000);
      const own = { ...settings, prompts, questions: 120, calls: 240, seed };
      const { rounds, rewards } = playAllocation(own, () => (random.next() < truth ? 1 : 0));
      plain.push(mean(plainMeans(rewards, prompts)));
      weighted.push(mean(weightedMeans(rounds, rewards, prompts)));
    }
    expect((mean(plain) - truth) / standardError(plain)).toBeLessThan(-4);
    expect(Math.abs(mean(weighted) - truth) / standardError(weighted)).toBeLessThan(3);
    expect(Math.abs(mean(weighted) - truth)).toBeLessThan(0.006);
  });
});

test("chances follow from the counts, and better is judged where both were asked", () => {
  const slot = (...rewards: number[]): Float64Array => Float64Array.from(rewards);
  const rewards = [
    ...Array.from({ length: 30 }, () => slot(1, 0, Number.NaN)),
    ...Array.from({ length: 30 }, () => slot(1, 1, 0)),
  ];
  const chances = chancesOfBest(rewards, 3, 1);
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  expect(chances[0]).toBeGreaterThan(0.95);
  for (const chance of chances) expect(chance).toBeGreaterThan(0);
  expect(chanceOfBetter(rewards, 0, 1, 1)).toBeGreaterThan(0.99);
  expect(chanceOfBetter(rewards, 1, 0, 1)).toBeLessThan(0.01);
  expect(chanceOfBetter(rewards.slice(0, 30), 0, 2, 1)).toBeCloseTo(0.5, 1);
});

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares) / values.length;
}

import { describe, expect, test } from "vitest";
import { observationDesign } from "../evaluate/index.ts";
import type { RewardMatrix } from "../types/index.ts";
import { type SeededRandom, seededRandom } from "../util/index.ts";
import { judgeTrade } from "./evaluate-trade.ts";
import { resolveKnob, type Trade } from "./knob.ts";
import { learnTrade, type TradeTraining } from "./learn-trade.ts";

const CHEAP = 1;
const DEAR = 10;

/** Half of the questions are easy: there a cheap candidate does as well as one ten times its price. */
function drawLog(
  questions: number,
  chanceOf: (isEasy: boolean, column: number) => number,
  random: SeededRandom,
): { training: TradeTraining; predicted: Float64Array; rewards: RewardMatrix } {
  const isEasy = Array.from({ length: questions }, () => random.next() < 0.5);
  const successes = new Float64Array(2 * questions);
  const predicted = new Float64Array(2 * questions);
  const costs = new Float64Array(2 * questions);
  for (let cell = 0; cell < successes.length; cell++) {
    const chance = chanceOf(isEasy[cell >> 1]!, cell % 2);
    successes[cell] = Number(random.next() < chance);
    predicted[cell] = Math.min(1, Math.max(0, chance + 0.05 * random.nextNormal()));
    costs[cell] = cell % 2 === 0 ? CHEAP : DEAR;
  }
  const rewards = {
    queries: questions,
    prompts: 2,
    successes,
    trials: new Float64Array(2 * questions).fill(1),
  };
  return {
    rewards,
    predicted,
    training: {
      design: observationDesign(rewards),
      predicted,
      predictedCosts: costs,
      costs,
      clusters: Int32Array.from({ length: questions }, (_, query) => query),
      keepFixed: new Uint8Array(questions),
      strength: "balanced",
      seed: 5,
    },
  };
}

const withKinds = (isEasy: boolean, column: number): number => (isEasy ? 0.9 : column === 0 ? 0.3 : 0.8);
const withoutKinds = (_: boolean, column: number): number => (column === 0 ? 0.6 : 0.8);

describe("a trade", () => {
  test("saves where the cheap candidate does as well, and keeps the success", () => {
    const { training } = drawLog(2000, withKinds, seededRandom(1));
    const trade = learnTrade(training);
    expect(trade.means[0]).toBeCloseTo(0.6, 1);
    expect(trade.means[1]).toBeCloseTo(0.85, 1);
    expect(trade.costs[0]).toBeCloseTo(CHEAP, 9);
    expect(trade.costs[1]).toBeCloseTo(DEAR, 9);
    expect(trade.points.some(({ isOpen }) => isOpen)).toBe(true);
    // Easy questions cost 1 in place of 10: about 5.5 on average.
    expect(trade.saving!.cost).toBeLessThan(6.5);
    expect(trade.saving!.success).toBeGreaterThan(trade.means[1]! - 0.01 - 1e-9);
  });

  test("what it promises holds on other questions", () => {
    const trade = learnTrade(drawLog(2000, withKinds, seededRandom(2)).training);
    const fresh = drawLog(4000, withKinds, seededRandom(3));
    const judged = judgeTrade({
      design: fresh.training.design,
      scores: fresh.predicted,
      predictedCosts: fresh.training.costs,
      logged: null,
      clusters: fresh.training.clusters,
      keepFixed: fresh.training.keepFixed,
      folds: new Int32Array(4000),
      trades: [trade],
      draws: Float64Array.from({ length: 4000 }, (_, unit) => unit / 4000),
      knob: { kind: "budget", value: 4 },
      seed: 5,
    });
    const [least, most] = judged.saving.successCi95;
    expect(most).toBeGreaterThan(-0.01);
    expect(judged.saving.isNonInferior).toBe(least >= -0.01);
    expect(judged.saving.share).toBeGreaterThan(0.35);
    expect(Math.abs(judged.knob!.cost - 4)).toBeLessThan(0.2);
    expect(judged.knob!.upliftCi95[0]).toBeGreaterThan(0);
    expect(judged.frontierArea).toBeGreaterThan(0.6);
    for (const { success, mixedSuccess, cost } of judged.frontier) {
      expect(cost).toBeGreaterThanOrEqual(CHEAP - 1e-9);
      expect(cost).toBeLessThanOrEqual(DEAR + 1e-9);
      expect(success).toBeGreaterThan(mixedSuccess - 0.02);
    }
  });

  test("with nothing to gain its gates open at any worth no more often than one gate would", () => {
    const draws = 60;
    let opened = 0;
    for (let draw = 0; draw < draws; draw++) {
      const { training } = drawLog(400, withoutKinds, seededRandom(100 + draw));
      if (learnTrade({ ...training, seed: draw }).points.some(({ isOpen }) => isOpen)) opened++;
    }
    // One gate of one standard error: 16 %; a binomial of 60 lies above 18 with probability .003.
    expect(opened).toBeLessThanOrEqual(18);
  });

  test("with a knob of no choice it is the single candidate's", () => {
    const trade: Trade = learnTrade(drawLog(300, withoutKinds, seededRandom(9)).training);
    const [setting] = resolveKnob(trade, { kind: "worth", value: 1e9 });
    expect(setting).toMatchObject({ isOpen: false, share: 1 });
  });

  test("questions that do not count are left out", () => {
    const { training } = drawLog(500, withKinds, seededRandom(4));
    const predicted = training.predicted.slice();
    for (let cell = 0; cell < 200; cell++) predicted[cell] = Number.NaN;
    const some = learnTrade({ ...training, predicted });
    const rows = <Values extends Float64Array>(values: Values): Values => values.slice(200) as Values;
    const { queries: _, ...counts } = training.design.rewards;
    const rest = learnTrade({
      ...training,
      design: observationDesign({
        ...counts,
        queries: 400,
        successes: rows(counts.successes),
        trials: rows(counts.trials),
      }),
      predicted: rows(training.predicted),
      predictedCosts: rows(training.predictedCosts),
      costs: rows(training.costs),
      clusters: training.clusters.slice(100),
      keepFixed: training.keepFixed.slice(100),
    });
    expect(some.means).toEqual(rest.means);
    expect(some.points.map(({ worth, cost }) => [worth, cost])).toEqual(
      rest.points.map(({ worth, cost }) => [worth, cost]),
    );
  });
});

import {
  clusterPlaces,
  doublyRobustTable,
  normalCdf,
  type ObservationDesign,
  sumByCluster,
} from "../evaluate/index.ts";
import type { GateStrength } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { GATE_THRESHOLDS } from "./decide-gate.ts";
import { bestSingle, mostSuccessful, type Trade, type TradePoint } from "./knob.ts";
import { worthGrid, worthiestCandidate } from "./worth-grid.ts";

/** What a trade is learned from: Q training questions by C candidates. */
export interface TradeTraining {
  readonly design: ObservationDesign;
  /** Q × C: predicted success, without any label of the question's fold; NaN rows do not count. */
  readonly predicted: Float64Array;
  /** Q × C: predicted cost. */
  readonly predictedCosts: Float64Array;
  /** Q × C: what each question tells of the candidates' costs, doubly robust: see `costTable`. */
  readonly costs: Float64Array;
  /** Q long: question groups. */
  readonly clusters: Int32Array;
  /** Q long: 1 for questions that get the best single candidate whatever their scores. */
  readonly keepFixed: Uint8Array;
  readonly strength: GateStrength;
  readonly seed: number;
}

/** Success that may be lost where cost is to be saved "at no loss". */
export const SAVING_MARGIN = 0.01;
/** Confidence with which no more is lost, over all uses that are looked at. */
const ONE_SIDED_95 = 0.95;
const DRAWS = 200;

/**
 * Learns at which worths of a right answer choosing by question beats the best single candidate: at each worth of a grid
 * the net gain, worth · Δ success − Δ cost, out of fold, with its clustered standard error. A gate opens where the gain
 * exceeds as many standard errors as the largest of all worths' would by chance, with the confidence of one gate of this
 * strength, so that looking at many worths opens none more often (simultaneous bands by the multiplier bootstrap;
 * Chernozhukov, Chetverikov and Kato, Annals of Statistics 41, 2013).
 */
export function learnTrade(training: TradeTraining): Trade {
  const { design, predicted, predictedCosts, costs, clusters, keepFixed, strength, seed } = training;
  const { queries, prompts } = design.rewards;
  const rewards = doublyRobustTable(design.rewards, predicted);
  const counts = (query: number): boolean => {
    for (let cell = query * prompts; cell < (query + 1) * prompts; cell++)
      if (Number.isNaN(rewards[cell]!) || Number.isNaN(costs[cell]!) || Number.isNaN(predicted[cell]!))
        return false;
    return true;
  };
  const counted = Int32Array.from({ length: queries }, (_, query) => query).filter(counts);
  const weights = design.weights.map((weight, query) => (counts(query) ? weight : 0));
  const computeMean = (table: Float64Array, columnOf: (query: number) => number): number => {
    let sum = 0;
    let total = 0;
    for (const query of counted) {
      sum += weights[query]! * table[query * prompts + columnOf(query)]!;
      total += weights[query]!;
    }
    return sum / total;
  };
  const singles = Array.from({ length: prompts }, (_, column) => column);
  const alone = {
    means: singles.map((column) => computeMean(rewards, () => column)),
    costs: singles.map((column) => computeMean(costs, () => column)),
    points: [],
    saving: null,
  };
  const priced = { scores: predicted, costs: predictedCosts, candidates: prompts };
  const known = counted.filter((query) => keepFixed[query] === 0);
  const grid = worthGrid({
    scores: pickRows(predicted, known, prompts),
    costs: pickRows(predictedCosts, known, prompts),
    candidates: prompts,
  });
  const choices = grid.map((worth) => {
    const single = bestSingle(alone, worth);
    const column = (query: number): number =>
      keepFixed[query] === 1 ? single : worthiestCandidate(priced, query * prompts, worth);
    return {
      worth,
      single,
      chosen: Int32Array.from({ length: queries }, (_, query) => (counts(query) ? column(query) : -1)),
    };
  });
  const places = clusterPlaces(clusters);
  const gains = choices.map(({ worth, single, chosen }) =>
    influences((query) => {
      const [there, here] = [query * prompts + chosen[query]!, query * prompts + single];
      return worth * (rewards[there]! - rewards[here]!) - (costs[there]! - costs[here]!);
    }),
  );
  const critical = largestByChance(
    gains.map(({ values, standardError }) => ({ values, standardError })),
    normalCdf(GATE_THRESHOLDS[strength]),
    seed,
  );
  const points = choices.map(({ worth, single, chosen }, index): TradePoint => {
    const { mean, standardError } = gains[index]!;
    const isOpen = standardError > 0 && mean > critical * standardError;
    const used = (query: number): number => (isOpen ? chosen[query]! : single);
    return { worth, isOpen, success: computeMean(rewards, used), cost: computeMean(costs, used) };
  });
  const trade = { ...alone, points };
  return { ...trade, saving: findSaving(trade) };

  /** The cheapest use whose success is shown to be that of the most successful candidate, up to the margin. */
  function findSaving(learned: Trade): TradePoint | null {
    const best = mostSuccessful(learned);
    const uses = choices.flatMap(({ worth, single, chosen }) => [
      { worth, isOpen: false, columnOf: () => single },
      { worth, isOpen: true, columnOf: (query: number) => chosen[query]! },
    ]);
    const kept = uses.map(({ columnOf }) =>
      influences((query) => rewards[query * prompts + columnOf(query)]! - rewards[query * prompts + best]!),
    );
    const sure = largestByChance(kept, ONE_SIDED_95, seed);
    let cheapest: TradePoint | null = null;
    for (const [index, { worth, isOpen, columnOf }] of uses.entries()) {
      const { mean, standardError } = kept[index]!;
      const cost = computeMean(costs, columnOf);
      if (mean - sure * standardError < -SAVING_MARGIN || cost >= (cheapest?.cost ?? learned.costs[best]!))
        continue;
      cheapest = { worth, isOpen, success: computeMean(rewards, columnOf), cost };
    }
    return cheapest;
  }

  /** Mean of a value over the questions that count, and how far each cluster pulls it. */
  function influences(read: (query: number) => number): Influences {
    const values = new Float64Array(queries).fill(Number.NaN);
    for (const query of counted) values[query] = read(query);
    const { numerators, denominators } = sumByCluster(values, weights, places);
    const total = denominators.reduce((sum, weight) => sum + weight, 0);
    const mean = numerators.reduce((sum, value) => sum + value, 0) / total;
    const pulls = numerators.map((value, place) => (value - mean * denominators[place]!) / total);
    return {
      mean,
      values: pulls,
      standardError: Math.sqrt(pulls.reduce((sum, pull) => sum + pull * pull, 0)),
    };
  }
}

interface Influences {
  readonly mean: number;
  readonly values: Float64Array;
  readonly standardError: number;
}

/** The quantile, over random signs of the clusters' pulls, of the largest of all means in standard errors. */
function largestByChance(
  gains: readonly Pick<Influences, "values" | "standardError">[],
  level: number,
  seed: number,
): number {
  const moved = gains.filter(({ standardError }) => standardError > 0);
  if (moved.length === 0) return 0;
  const random = seededRandom(seed);
  const clusters = moved[0]!.values.length;
  const largest = new Float64Array(DRAWS).fill(Number.NEGATIVE_INFINITY);
  const multipliers = new Float64Array(clusters);
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let place = 0; place < clusters; place++) multipliers[place] = random.nextNormal();
    for (const { values, standardError } of moved) {
      let sum = 0;
      for (let place = 0; place < clusters; place++) sum += multipliers[place]! * values[place]!;
      largest[draw] = Math.max(largest[draw]!, sum / standardError);
    }
  }
  largest.sort();
  return Math.max(0, largest[Math.min(DRAWS - 1, Math.ceil(level * DRAWS) - 1)]!);
}

function pickRows(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  rows.forEach((row, index) => {
    picked.set(values.subarray(row * width, (row + 1) * width), index * width);
  });
  return picked;
}

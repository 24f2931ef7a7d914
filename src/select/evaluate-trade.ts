import {
  clusteredMean,
  costTable,
  doublyRobustTable,
  meanCorrection,
  meanIntervals,
  type ObservationDesign,
} from "../evaluate/index.ts";
import type {
  CandidateResult,
  FrontierPoint,
  Interval,
  Knob,
  KnobResult,
  SavingResult,
} from "../types/index.ts";
import {
  bestSingle,
  candidateUnder,
  efficientPoints,
  type KnobMixture,
  mixedSuccess,
  mostSuccessful,
  resolveKnob,
  type Trade,
} from "./knob.ts";
import { SAVING_MARGIN } from "./learn-trade.ts";
import { type PricedScores, worthGrid, worthiestCandidate } from "./worth-grid.ts";

/** What trades are judged on: U test units by C candidates, and what each fold learned without its units. */
export interface TradeInput {
  readonly design: ObservationDesign;
  /** U × C: predicted success. */
  readonly scores: Float64Array;
  /** U × C: predicted cost. */
  readonly predictedCosts: Float64Array;
  /** Sums and counts of logged costs, U × C; null where costs are given, one a candidate. */
  readonly logged: { readonly sums: Float64Array; readonly counts: Float64Array } | null;
  readonly clusters: Int32Array;
  /** U long: 1 for units that get the best single candidate whatever their scores. */
  readonly keepFixed: Uint8Array;
  /** U long: the fold each unit tests. */
  readonly folds: Int32Array;
  /** One a fold. */
  readonly trades: readonly Trade[];
  /** U long, in [0, 1): see `candidateUnder`. */
  readonly draws: Float64Array;
  readonly knob: Knob | null;
  readonly seed: number;
}

/** The part of a `TradeResult` that costs make. */
export interface JudgedTrade {
  /** Cost of each candidate. */
  readonly costs: readonly number[];
  readonly frontier: readonly FrontierPoint[];
  readonly frontierArea: number | null;
  readonly knob: KnobResult | null;
  readonly saving: SavingResult;
  /** Share of the variance of logged costs within candidates that was predicted; null where given. */
  readonly explained: number | null;
}

/** Success of every candidate put to every unit. */
export function judgeCandidates(
  design: ObservationDesign,
  scores: Float64Array,
  clusters: Int32Array,
  seed: number,
): Pick<CandidateResult, "success" | "successCi95">[] {
  const { prompts } = design.rewards;
  const table = doublyRobustTable(design.rewards, scores);
  const estimates = successIntervals(
    design,
    Array.from({ length: prompts }, (_, column) => findColumn(table, prompts, () => column, clusters.length)),
    clusters,
    seed,
  );
  return estimates.map((estimate) => ({
    // A mean of scores may leave what a success can be.
    success: estimate === null ? null : Math.min(1, Math.max(0, estimate.mean)),
    successCi95: estimate?.interval ?? null,
  }));
}

/**
 * What choosing by question at every worth of a right answer would have, success and cost, on units that no fold had
 * learned from; and what the knob, and saving at equal success, do there, set by each fold on its training side.
 */
export function judgeTrade(input: TradeInput): JudgedTrade {
  const { design, scores, predictedCosts, logged, clusters, keepFixed, folds, trades, draws, seed } = input;
  const { queries: units, prompts: width } = design.rewards;
  const rewards = doublyRobustTable(design.rewards, scores);
  const costs =
    logged === null ? predictedCosts : costTable(design.rewards, logged.sums, logged.counts, predictedCosts);
  const priced: PricedScores = { scores, costs: predictedCosts, candidates: width };
  const describeTrade = (unit: number): Trade => trades[folds[unit]!]!;
  const rowMean = (table: Float64Array, chosen: Int32Array): Float64Array =>
    findColumn(table, width, (unit) => chosen[unit]!, units);
  const meanCost = (values: Float64Array): { mean: number; interval: Interval } => {
    const { mean, standardError } = clusteredMean(values, design.weights, clusters);
    return { mean, interval: [mean - NORMAL_95 * standardError, mean + NORMAL_95 * standardError] };
  };
  const all = (choose: (unit: number) => number): Int32Array =>
    Int32Array.from({ length: units }, (_, unit) => choose(unit));

  const singles = Array.from({ length: width }, (_, column) => ({
    cost: meanCost(
      rowMean(
        costs,
        all(() => column),
      ),
    ).mean,
    success: weightedMean(
      rowMean(
        rewards,
        all(() => column),
      ),
      design.weights,
    ),
  }));
  const hull = efficientPoints(singles);
  const grid = worthGrid(priced);
  const choices = grid.map((worth) =>
    all((unit) =>
      keepFixed[unit] === 1
        ? bestSingle(describeTrade(unit), worth)
        : worthiestCandidate(priced, unit * width, worth),
    ),
  );
  const successes = successIntervals(
    design,
    choices.map((chosen) => rowMean(rewards, chosen)),
    clusters,
    seed,
  );
  const frontier = grid.map((worth, index): FrontierPoint => {
    const chosen = choices[index]!;
    const cost = meanCost(rowMean(costs, chosen));
    const success = successes[index];
    return {
      worth,
      cost: cost.mean,
      costCi95: cost.interval,
      success: success?.mean ?? Number.NaN,
      successCi95: success?.interval ?? [Number.NaN, Number.NaN],
      mixedSuccess: mixedSuccess(hull, cost.mean),
      shares: listShares(chosen, design.weights, width),
    };
  });
  return {
    costs: singles.map(({ cost }) => cost),
    frontier,
    frontierArea: computeArea(frontier, singles),
    knob: input.knob === null ? null : judgeKnob(input.knob),
    saving: judgeSaving(),
    explained: logged === null ? null : explainedVariance(logged, predictedCosts, width),
  };

  function judgeKnob(knob: Knob): KnobResult {
    const open = trades.map((trade) => resolveKnob(trade, knob));
    // The same knob with every gate shut: single candidates, mixed where it is a budget.
    const shut = trades.map((trade) => resolveKnob(closeAll(trade), knob));
    const pick = (mixtures: readonly KnobMixture[]): Int32Array =>
      all((unit) =>
        candidateUnder(
          mixtures[folds[unit]!]!,
          describeTrade(unit),
          priced,
          unit * width,
          keepFixed[unit] === 1,
          draws[unit]!,
        ),
      );
    const [chosen, single] = [pick(open), pick(shut)];
    const success = successIntervals(design, [rowMean(rewards, chosen)], clusters, seed)[0];
    const cost = meanCost(rowMean(costs, chosen));
    const gain = difference(rowMean(rewards, chosen), rowMean(rewards, single));
    const paid = difference(rowMean(costs, chosen), rowMean(costs, single));
    const uplift = meanCost(gain);
    const net =
      knob.kind === "worth" ? meanCost(gain.map((value, unit) => knob.value * value - paid[unit]!)) : null;
    return {
      ...knob,
      cost: cost.mean,
      costCi95: cost.interval,
      success: success?.mean ?? Number.NaN,
      successCi95: success?.interval ?? [Number.NaN, Number.NaN],
      uplift: uplift.mean,
      upliftCi95: uplift.interval,
      netGain: net?.mean ?? null,
      netGainCi95: net?.interval ?? null,
      openFolds: open.filter((mixture) => mixture.some(({ isOpen, share }) => isOpen && share > 0)).length,
    };
  }

  function judgeSaving(): SavingResult {
    const best = all((unit) => mostSuccessful(describeTrade(unit)));
    const chosen = all((unit) => {
      const { saving } = describeTrade(unit);
      if (saving === null) return best[unit]!;
      return saving.isOpen && keepFixed[unit] === 0
        ? worthiestCandidate(priced, unit * width, saving.worth)
        : bestSingle(describeTrade(unit), saving.worth);
    });
    const saved = meanCost(difference(rowMean(costs, best), rowMean(costs, chosen)));
    const kept = meanCost(difference(rowMean(rewards, chosen), rowMean(rewards, best)));
    const bestCost = meanCost(rowMean(costs, best)).mean;
    return {
      atMargin: SAVING_MARGIN,
      cost: saved.mean,
      costCi95: saved.interval,
      // Of what costs nothing, nothing can be saved.
      share: bestCost === 0 ? 0 : saved.mean / bestCost,
      success: kept.mean,
      successCi95: kept.interval,
      isNonInferior: kept.interval[0] >= -SAVING_MARGIN,
      openFolds: trades.filter(({ saving }) => saving !== null).length,
    };
  }
}

const NORMAL_95 = 1.96;

/** The trade of someone who may use single candidates only. */
function closeAll(trade: Trade): Trade {
  const points = trade.points.map((point) => {
    const single = bestSingle(trade, point.worth);
    return { ...point, isOpen: false, success: trade.means[single]!, cost: trade.costs[single]! };
  });
  return { ...trade, points };
}

function successIntervals(
  design: ObservationDesign,
  columns: readonly Float64Array[],
  clusters: Int32Array,
  seed: number,
): ReturnType<typeof meanIntervals> {
  const unseen = design.kind === "complete" ? {} : { unseen: meanCorrection(design.rewards) };
  return meanIntervals(
    columns.map((values) => ({ values, bounds: [0, 1] as const, ...unseen })),
    design.weights,
    clusters,
    { seed },
  );
}

function findColumn(
  table: Float64Array,
  width: number,
  choose: (unit: number) => number,
  units: number,
): Float64Array {
  return Float64Array.from({ length: units }, (_, unit) => table[unit * width + choose(unit)]!);
}

function difference(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, unit) => value - other[unit]!);
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, unit) => {
    if (Number.isNaN(value)) return;
    sum += weights[unit]! * value;
    total += weights[unit]!;
  });
  return sum / total;
}

function listShares(chosen: Int32Array, weights: Float64Array, width: number): number[] {
  const shares = new Array<number>(width).fill(0);
  let total = 0;
  chosen.forEach((column, unit) => {
    shares[column]! += weights[unit]!;
    total += weights[unit]!;
  });
  return shares.map((sum) => sum / total);
}

/** See `TradeResult.frontierArea`: by the trapezoidal rule, the dearest candidate as the last point. */
function computeArea(
  frontier: readonly { readonly cost: number; readonly success: number }[],
  singles: readonly { readonly cost: number; readonly success: number }[],
): number | null {
  const cheapest = singles.reduce((least, own) => (own.cost < least.cost ? own : least));
  const dearest = singles.reduce((most, own) => (own.cost > most.cost ? own : most));
  if (!(dearest.cost > cheapest.cost && dearest.success > cheapest.success)) return null;
  const points = [cheapest, ...frontier, dearest]
    .map(({ cost, success }) => ({
      x: (cost - cheapest.cost) / (dearest.cost - cheapest.cost),
      y: (success - cheapest.success) / (dearest.success - cheapest.success),
    }))
    .sort((one, other) => one.x - other.x);
  let area = 0;
  for (let index = 1; index < points.length; index++) {
    const [before, here] = [points[index - 1]!, points[index]!];
    area += ((here.x - before.x) * (before.y + here.y)) / 2;
  }
  return area;
}

function explainedVariance(
  { sums, counts }: { readonly sums: Float64Array; readonly counts: Float64Array },
  predicted: Float64Array,
  width: number,
): number {
  let left = 0;
  let total = 0;
  for (let column = 0; column < width; column++) {
    let sum = 0;
    let count = 0;
    for (let cell = column; cell < sums.length; cell += width) {
      sum += sums[cell]!;
      count += counts[cell]!;
    }
    for (let cell = column; cell < sums.length; cell += width) {
      if (counts[cell] === 0) continue;
      const mean = sums[cell]! / counts[cell]!;
      left += counts[cell]! * (mean - predicted[cell]!) ** 2;
      total += counts[cell]! * (mean - sum / count) ** 2;
    }
  }
  return total === 0 ? 1 : Math.max(0, 1 - left / total);
}

import { UsageError } from "../errors.ts";
import type { Knob } from "../types/index.ts";
import { quickHash } from "../util/index.ts";
import { type PricedScores, worthiestCandidate } from "./worth-grid.ts";

/** What choosing at one worth of a right answer does on questions it was not learned from. */
export interface TradePoint {
  readonly worth: number;
  /** Whether choosing by question passed the gate here; else the best single candidate at this worth is used. */
  readonly isOpen: boolean;
  /** Mean success of what is so used. */
  readonly success: number;
  /** Mean cost of it. */
  readonly cost: number;
}

/** How success is traded for cost: learned once, asked at any knob. C candidates. */
export interface Trade {
  /** Success of each candidate put to every question. */
  readonly means: readonly number[];
  /** Cost likewise. */
  readonly costs: readonly number[];
  /** By rising worth, at least one. */
  readonly points: readonly TradePoint[];
  /** The cheapest point whose success is that of the most successful candidate within the margin; null where none is. */
  readonly saving: TradePoint | null;
}

/** What a knob comes to: choosing at a worth, by question or not. */
export interface KnobSetting {
  readonly worth: number;
  readonly isOpen: boolean;
}

/** Settings with the shares of the questions that get each; they sum to 1. */
export type KnobMixture = readonly (KnobSetting & { readonly share: number })[];

/** Share of the most successful candidate's success that may be lost to floating point. */
const ROUNDING = 1e-9;

/**
 * What a knob comes to under a trade. Between two worths of the trade the stricter gate holds; outside them it is shut.
 * A budget between two points is met by mixing them.
 * @throws UsageError where a budget is below what the cheapest use costs
 */
export function resolveKnob(trade: Trade, knob: Knob): KnobMixture {
  switch (knob.kind) {
    case "worth":
      return [{ worth: knob.value, isOpen: isOpenAt(trade, knob.value), share: 1 }];
    case "keep":
      return [{ ...cheapestKeeping(trade, knob.value), share: 1 }];
    case "budget":
      return mixForBudget(trade, knob.value);
  }
}

/** The candidate that is worth most to all questions alike. */
export function bestSingle({ means, costs }: Trade, worth: number): number {
  return worthiestCandidate(
    { scores: Float64Array.from(means), costs: Float64Array.from(costs), candidates: means.length },
    0,
    worth,
  );
}

/** The candidate of the most success, of equals the cheaper. */
export function mostSuccessful({ means, costs }: Trade): number {
  return means.reduce(
    (best, mean, column) =>
      mean > means[best]! || (mean === means[best]! && costs[column]! < costs[best]!) ? column : best,
    0,
  );
}

/**
 * The candidate for one question.
 * @param start where the question's row begins
 * @param keepSingle whether it is to get the best single candidate whatever its scores
 * @param draw in [0, 1): decides between what is mixed; the same question is best given the same one always
 */
export function candidateUnder(
  mixture: KnobMixture,
  trade: Trade,
  priced: PricedScores,
  start: number,
  keepSingle: boolean,
  draw: number,
): number {
  const setting = settingAt(mixture, draw);
  return setting.isOpen && !keepSingle
    ? worthiestCandidate(priced, start, setting.worth)
    : bestSingle(trade, setting.worth);
}

/** In [0, 1), always the same for a question. */
export function drawForQuestion(text: string): number {
  return quickHash(text) / 2 ** 53;
}

/** The part of a mixture that a draw in [0, 1) falls on. */
export function settingAt(mixture: KnobMixture, draw: number): KnobSetting {
  let place = draw;
  for (const part of mixture) {
    if (place < part.share) return part;
    place -= part.share;
  }
  return mixture.at(-1)!;
}

function isOpenAt({ points }: Trade, worth: number): boolean {
  const above = points.findIndex((point) => point.worth >= worth);
  if (above === -1) return false;
  if (points[above]!.worth === worth) return points[above]!.isOpen;
  return above > 0 && points[above]!.isOpen && points[above - 1]!.isOpen;
}

function cheapestKeeping(trade: Trade, share: number): KnobSetting {
  const best = mostSuccessful(trade);
  const wanted = share * trade.means[best]! - ROUNDING;
  const enough = trade.points.filter(({ success }) => success >= wanted);
  const cheapest = enough.reduce<TradePoint | undefined>(
    (least, point) => (least === undefined || point.cost < least.cost ? point : least),
    undefined,
  );
  // At the largest worth the best single candidate is the most successful one.
  return cheapest ?? { worth: Number.MAX_VALUE, isOpen: false };
}

function mixForBudget(trade: Trade, budget: number): KnobMixture {
  const hull = efficientPoints(trade.points);
  const cheapest = hull[0]!;
  if (budget < cheapest.cost * (1 - ROUNDING))
    throw new UsageError(
      `a budget of ${budget} a question cannot be met: the cheapest candidate costs ${cheapest.cost.toPrecision(3)} on average`,
      { budget, cheapest: cheapest.cost },
    );
  const above = hull.findIndex(({ cost }) => cost > budget);
  if (above === -1) return [{ ...hull.at(-1)!, share: 1 }];
  if (above === 0) return [{ ...cheapest, share: 1 }];
  const [below, next] = [hull[above - 1]!, hull[above]!];
  const share = (budget - below.cost) / (next.cost - below.cost);
  return [
    { ...below, share: 1 - share },
    { ...next, share },
  ];
}

/** The points that no mixture of others beats, by rising cost: the upper hull of success over cost. */
export function efficientPoints<Point extends { readonly cost: number; readonly success: number }>(
  points: readonly Point[],
): Point[] {
  const sorted = [...points].sort((one, other) => one.cost - other.cost || other.success - one.success);
  const hull: Point[] = [];
  for (const point of sorted) {
    if (hull.length > 0 && point.success <= hull.at(-1)!.success) continue;
    while (hull.length > 1) {
      const [first, second] = [hull.at(-2)!, hull.at(-1)!];
      const rise = (second.success - first.success) * (point.cost - first.cost);
      if (rise > (point.success - first.success) * (second.cost - first.cost)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** Success that a mixture of points has at a cost; of the nearest end outside their range. @param hull efficient points */
export function mixedSuccess(
  hull: readonly { readonly cost: number; readonly success: number }[],
  cost: number,
): number {
  const above = hull.findIndex((point) => point.cost > cost);
  if (above === -1) return hull.at(-1)!.success;
  if (above === 0) return hull[0]!.success;
  const [below, next] = [hull[above - 1]!, hull[above]!];
  const share = (cost - below.cost) / (next.cost - below.cost);
  return below.success + share * (next.success - below.success);
}

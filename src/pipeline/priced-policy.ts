import { costTable } from "../evaluate/index.ts";
import { type CostModel, predictCosts } from "../reward/index.ts";
import { learnTrade, type Trade, type TradeTraining } from "../select/index.ts";
import type { GateStrength, Knob } from "../types/index.ts";
import { modelCosts, type QuestionCosts } from "./candidate-costs.ts";

/** What a policy knows of costs. */
export interface PricedPolicy {
  readonly trade: Trade;
  readonly costModel: CostModel;
  readonly costUnit: string;
  /** What is wanted where the caller says nothing; null for success alone. */
  readonly knob: Knob | null;
}

/** How a trade is learned. */
export interface TradeSettings {
  readonly gate: GateStrength;
  readonly costUnit: string;
  readonly knob: Knob | null;
  readonly seed: number;
}

/** A line of costs has two numbers a candidate, so that it is taken as not having seen the questions it is asked for. */
export function fitPriced(
  costs: QuestionCosts | undefined,
  { gate: strength, seed, costUnit, knob }: TradeSettings,
  learned: Pick<TradeTraining, "design" | "keepFixed" | "clusters" | "predicted">,
): PricedPolicy | null {
  const costModel = costs === undefined || learned.design.kind === null ? null : modelCosts(costs);
  if (costs === undefined || costModel === null) return null;
  const predictedCosts = predictCosts(costModel, costs.lengths);
  const table =
    costs.given !== null || costs.costs === null
      ? predictedCosts
      : costTable(learned.design.rewards, costs.costs.sums, costs.costs.counts, predictedCosts);
  const trade = learnTrade({ ...learned, predictedCosts, costs: table, strength, seed });
  return { trade, costModel, costUnit, knob };
}

import { type CostEstimate, CostForecast } from "../cost/cost-forecast.ts";
import { costOf, type ModelPrice } from "../cost/prices.ts";
import { mostInputTokens } from "../cost/token-bound.ts";
import type { CallPlan } from "./call-plan.ts";

/** What a plan's calls take, before the first is made. */
export interface PlanEstimate {
  /** A guess from usual texts: 4 bytes a token, answers of 200 tokens or the limit. */
  readonly expected: CostEstimate;
  /** A bound; without a limit of tokens the output has none, and neither has the cost. */
  readonly most: { readonly inputTokens: number; readonly outputTokens?: number; readonly cost?: number };
}

/**
 * Renders every call once.
 * @throws UsageError where a prompt leaves no room for an answer
 */
export function estimateCalls(
  plan: CallPlan,
  price: ModelPrice | undefined,
  maxTokens?: number,
): PlanEstimate {
  const forecast = new CostForecast(plan.kinds, price, maxTokens);
  let inputTokens = 0;
  let outputTokens: number | undefined = 0;
  for (let index = 0; index < plan.length; index++) {
    const call = plan.call(index);
    const { bytes, messages, sampling } = plan.render(call);
    forecast.add(call.kind, bytes);
    inputTokens += mostInputTokens(messages);
    outputTokens =
      outputTokens === undefined || sampling.maxTokens === undefined
        ? undefined
        : outputTokens + sampling.maxTokens;
  }
  return {
    expected: forecast.remaining,
    most: {
      inputTokens,
      ...(outputTokens !== undefined && { outputTokens }),
      ...(outputTokens !== undefined &&
        price !== undefined && { cost: costOf(price, inputTokens, outputTokens) }),
    },
  };
}

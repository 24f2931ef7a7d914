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
 * @param calls where only so many of the plan's calls will be made, nobody knows which: the most is then that of the
 * dearest ones
 * @throws UsageError where a prompt leaves no room for an answer
 */
export function estimateCalls(
  plan: CallPlan,
  price: ModelPrice | undefined,
  maxTokens?: number,
  calls: number = plan.length,
): PlanEstimate {
  const forecast = new CostForecast(plan.kinds, price, maxTokens);
  const made = Math.min(calls, plan.length);
  const inputs = new Float64Array(plan.length);
  const outputs = new Float64Array(plan.length);
  let isLimited = true;
  for (let index = 0; index < plan.length; index++) {
    const call = plan.call(index);
    const { bytes, messages, sampling } = plan.render(call);
    forecast.add(call.kind, bytes);
    inputs[index] = mostInputTokens(messages);
    outputs[index] = sampling.maxTokens ?? 0;
    if (sampling.maxTokens === undefined) isLimited = false;
  }
  const inputTokens = sumOfLargest(inputs, made);
  const outputTokens = isLimited ? sumOfLargest(outputs, made) : undefined;
  return {
    expected: scaled(forecast.remaining, made / Math.max(1, plan.length), made),
    most: {
      inputTokens,
      ...(outputTokens !== undefined && { outputTokens }),
      ...(outputTokens !== undefined &&
        price !== undefined && { cost: costOf(price, inputTokens, outputTokens) }),
    },
  };
}

function sumOfLargest(values: Float64Array, count: number): number {
  const chosen =
    count === values.length
      ? values
      : Float64Array.from(values)
          .sort()
          .subarray(values.length - count);
  return chosen.reduce((sum, value) => sum + value, 0);
}

function scaled(estimate: CostEstimate, share: number, calls: number): CostEstimate {
  if (share === 1) return estimate;
  return {
    calls,
    inputTokens: Math.round(estimate.inputTokens * share),
    outputTokens: Math.round(estimate.outputTokens * share),
    ...(estimate.cost !== undefined && { cost: estimate.cost * share }),
  };
}

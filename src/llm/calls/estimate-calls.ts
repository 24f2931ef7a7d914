import { type CostEstimate, CostForecast } from "../cost/cost-forecast.ts";
import { computeCost, type ModelPrice } from "../cost/prices.ts";
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
 * @param isOpen 1 for each call of the plan that may be made, 0 for others @default all
 * @throws UsageError where a prompt leaves no room for an answer
 */
export function estimateCalls(
  plan: CallPlan,
  price: ModelPrice | undefined,
  maxTokens?: number,
  calls: number = plan.length,
  isOpen?: Uint8Array,
): PlanEstimate {
  const forecast = new CostForecast(plan.kinds, price, maxTokens);
  const open = isOpen === undefined ? plan.length : isOpen.reduce((sum, value) => sum + value, 0);
  const made = Math.min(calls, open);
  const inputs = new Float64Array(open);
  const outputs = new Float64Array(open);
  let place = 0;
  let isLimited = true;
  for (let index = 0; index < plan.length; index++) {
    const call = plan.call(index);
    const { bytes, messages, sampling } = plan.render(call);
    if (isOpen?.[index] === 0) continue;
    forecast.add(call.kind, bytes);
    inputs[place] = mostInputTokens(messages);
    outputs[place] = sampling.maxTokens ?? 0;
    place++;
    if (sampling.maxTokens === undefined) isLimited = false;
  }
  const inputTokens = sumOfLargest(inputs, made);
  const outputTokens = isLimited ? sumOfLargest(outputs, made) : undefined;
  return {
    expected: scaled(forecast.remaining, made / Math.max(1, open), made),
    most: {
      inputTokens,
      ...(outputTokens !== undefined && { outputTokens }),
      ...(outputTokens !== undefined &&
        price !== undefined && { cost: computeCost(price, inputTokens, outputTokens) }),
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

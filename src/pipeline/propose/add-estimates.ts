import type { PlanEstimate } from "../../llm/index.ts";

/** What two plans take together; unknown where either is. */
export function addEstimates(one: PlanEstimate, other: PlanEstimate): PlanEstimate {
  const cost = sum(one.expected.cost, other.expected.cost);
  const mostCost = sum(one.most.cost, other.most.cost);
  const mostOutput = sum(one.most.outputTokens, other.most.outputTokens);
  return {
    expected: {
      calls: one.expected.calls + other.expected.calls,
      inputTokens: one.expected.inputTokens + other.expected.inputTokens,
      outputTokens: one.expected.outputTokens + other.expected.outputTokens,
      ...(cost !== undefined && { cost }),
    },
    most: {
      inputTokens: one.most.inputTokens + other.most.inputTokens,
      ...(mostOutput !== undefined && { outputTokens: mostOutput }),
      ...(mostCost !== undefined && { cost: mostCost }),
    },
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

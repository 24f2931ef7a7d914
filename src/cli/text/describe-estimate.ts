import type { CallsAhead, PlanEstimate } from "../../llm/index.ts";

/** What earlier sessions left to do and what that takes, in lines. */
export function describeCallsAhead({ calls, answered, setAside, left, estimate }: CallsAhead): string[] {
  const aside = setAside === 0 ? "" : `, ${setAside} given up or held`;
  const earlier = answered + setAside === 0 ? [] : [`  ${answered} of ${calls} answered before${aside}.`];
  if (left === 0) return [...earlier, "  Nothing is left to ask."];
  return [...earlier, ...(earlier.length > 0 ? [`  ${left} left:`] : []), ...describeEstimate(estimate)];
}

/** Tokens and dollars of calls that are ahead, in lines. */
export function describeEstimate({ expected, most }: PlanEstimate): string[] {
  const lines = [
    `  about    ${expected.inputTokens} tokens in, ${expected.outputTokens} out${dollars(expected.cost)}`,
    most.outputTokens === undefined
      ? `  at most  ${most.inputTokens} tokens in; without --max-tokens answers have no limit`
      : `  at most  ${most.inputTokens} tokens in, ${most.outputTokens} out${dollars(most.cost)}`,
  ];
  if (expected.cost === undefined)
    lines.push("  The price is not known: name it by --price-input and --price-output, or --prices.");
  return lines;
}

/** What was spent, in a line, or nothing where the price is not known. */
export function describeCost({
  cost,
  possibleCost,
}: {
  readonly cost?: number;
  readonly possibleCost?: number;
}): string[] {
  if (cost === undefined) return [];
  const more = (possibleCost ?? 0) > 0 ? `, at most $${possibleCost!.toFixed(4)} more for lost attempts` : "";
  return [`Cost so far: ${inDollars(cost)}${more}.`];
}

function dollars(cost: number | undefined): string {
  return cost === undefined ? "" : `, ${inDollars(cost)}`;
}

function inDollars(cost: number): string {
  return cost === 0 ? "$0" : `$${cost.toFixed(4)}`;
}

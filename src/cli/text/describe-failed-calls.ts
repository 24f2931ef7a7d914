import type { CallsSummary } from "../../llm/index.ts";

/**
 * How many calls were given up, what sends them again, and why the last one failed, in lines; nothing without any.
 * @param journal where the others can be looked up; undefined where nobody looks
 */
export function describeFailedCalls(
  { calls, lastFailure }: Pick<CallsSummary, "calls" | "lastFailure">,
  journal?: string,
): string[] {
  if (calls.failed === 0) return [];
  const where = journal === undefined ? "" : ` (see ${journal})`;
  return [
    `${calls.failed} calls were given up${where}; the same command sends those again that cost nothing, --retry-failed all of them.`,
    ...(lastFailure === undefined ? [] : [`The last: ${lastFailure}`]),
  ];
}

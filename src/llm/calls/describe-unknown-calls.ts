import type { UnknownCall } from "./journal-state.ts";

/** Says which calls were sent without an answer being kept, and what that may cost twice. */
export function describeUnknownCalls(unknown: readonly UnknownCall[], isHeld: boolean): string {
  const cost = unknown.reduce((sum, { mostCost }) => sum + (mostCost ?? 0), 0);
  const names = unknown.map(
    ({ queryId, promptId, repetition }) => `  ${queryId} / ${promptId} / repetition ${repetition}`,
  );
  const price = cost > 0 ? ` and may be billed twice, at most $${cost.toFixed(6)} in all` : "";
  const next = isHeld ? "They are held" : "They are sent again (--hold-unknown leaves them alone)";
  return `${unknown.length} calls were sent by a session that ended before their answers were kept${price}. ${next}:\n${names.join("\n")}`;
}

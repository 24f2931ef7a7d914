import type { CallPlan } from "./call-plan.ts";
import type { UnknownCall } from "./journal-state.ts";

/**
 * Says which calls were sent without an answer being kept, what becomes of them, and what that may cost twice.
 * @param plan the calls that are made next; unknown calls besides are left as they are
 */
export function describeUnknownCalls(
  unknown: readonly UnknownCall[],
  plan: Pick<CallPlan, "indexOf">,
  isHeld: boolean,
): string {
  const planned = unknown.filter((call) => plan.indexOf(call) !== undefined);
  const others = unknown.filter((call) => plan.indexOf(call) === undefined);
  const isMixed = planned.length > 0 && others.length > 0;
  /** Who, and "is" or "are". */
  const subject = ({ length }: readonly UnknownCall[]): string =>
    `${isMixed ? `${length} of them` : length === 1 ? "It" : "They"} ${length === 1 ? "is" : "are"}`;
  const sentences = [
    `${unknown.length === 1 ? "1 call was" : `${unknown.length} calls were`} sent by a session that ended before the answer was kept, and may have been billed.`,
  ];
  if (planned.length > 0)
    sentences.push(
      isHeld
        ? `${subject(planned)} held:`
        : `${subject(planned)} sent again${billedTwice(planned)} (--skip-uncertain prevents that):`,
      ...planned.map(describeName),
    );
  if (others.length > 0)
    sentences.push(
      `${subject(others)} not among the calls that are made next, and left alone:`,
      ...others.map(describeName),
    );
  return sentences.join("\n");
}

function billedTwice(unknown: readonly UnknownCall[]): string {
  const cost = unknown.reduce((sum, { mostCost }) => sum + (mostCost ?? 0), 0);
  return cost > 0 ? ` and may be billed twice, at most $${cost.toFixed(6)} in all` : "";
}

function describeName({ queryId, promptId, repetition }: UnknownCall): string {
  return `  ${queryId} / ${promptId} / repetition ${repetition}`;
}

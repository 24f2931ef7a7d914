import { assignQuestionGroups, type GroupBy, questionTextKey } from "../../data/index.ts";
import type { Query } from "../../types/index.ts";

/** Questions fit to judge a chooser by, and how many were not. */
export interface HeldOutQuestions {
  readonly kept: readonly Query[];
  /** Their text stands in the log. */
  readonly inLog: number;
  /** Of a question group that stands in the log. */
  readonly knownGroup: number;
  /** Of the group of a question kept before, or with its text. */
  readonly sameGroup: number;
}

/**
 * Leaves out what the chooser has learned from: questions of the log, and others of their groups. Of what remains one a
 * group is kept, so that each tells something of its own.
 * @param includeKnown keep questions of known groups, and all of one group; only texts that stand in the log, or twice, go
 * @param groupBy what counted as the same question when the chooser was trained
 */
export function heldOutQuestions(
  given: readonly Query[],
  logged: readonly Query[],
  includeKnown: boolean,
  groupBy: GroupBy,
): HeldOutQuestions {
  const groups = assignQuestionGroups([...logged, ...given], groupBy);
  const loggedGroups = new Set(groups.subarray(0, logged.length));
  const loggedTexts = new Set(logged.map(({ text }) => questionTextKey(text)));
  const seen = new Set<string | number>();
  const kept: Query[] = [];
  let inLog = 0;
  let knownGroup = 0;
  let sameGroup = 0;
  for (const [index, query] of given.entries()) {
    const group = groups[logged.length + index]!;
    const text = questionTextKey(query.text);
    const identity = includeKnown ? text : group;
    const isKnown = loggedGroups.has(group);
    if (loggedTexts.has(text)) inLog++;
    else {
      if (isKnown) knownGroup++;
      if (isKnown && !includeKnown) continue;
      if (seen.has(identity)) sameGroup++;
      else kept.push(query);
      seen.add(identity);
    }
  }
  return { kept, inLog, knownGroup, sameGroup };
}

import { assignQuestionGroups } from "../../data/index.ts";
import type { Query } from "../../types/index.ts";

/** Questions fit to judge a chooser by, and how many were not. */
export interface HeldOutQuestions {
  readonly kept: readonly Query[];
  /** Their text stands in the log. */
  readonly inLog: number;
  /** Of a form or group that stands in the log. */
  readonly knownForm: number;
  /** Of the form of a question kept before, or with its text. */
  readonly sameForm: number;
}

/**
 * Leaves out what the chooser has learned from: questions of the log, and those of its forms (numbers masked) and groups.
 * Of what remains one a form is kept, so that each tells something of its own.
 * @param includeKnown keep questions of known forms, and all of one form; only texts that stand in the log, or twice, go
 */
export function heldOutQuestions(
  given: readonly Query[],
  logged: readonly Query[],
  includeKnown: boolean,
): HeldOutQuestions {
  const groups = assignQuestionGroups([...logged, ...given]);
  const loggedGroups = new Set(groups.subarray(0, logged.length));
  const loggedTexts = new Set(logged.map(({ text }) => sameText(text)));
  const seen = new Set<string | number>();
  const kept: Query[] = [];
  let inLog = 0;
  let knownForm = 0;
  let sameForm = 0;
  for (const [index, query] of given.entries()) {
    const group = groups[logged.length + index]!;
    const text = sameText(query.text);
    const identity = includeKnown ? text : group;
    const isKnown = loggedGroups.has(group);
    if (loggedTexts.has(text)) inLog++;
    else {
      if (isKnown) knownForm++;
      if (isKnown && !includeKnown) continue;
      if (seen.has(identity)) sameForm++;
      else kept.push(query);
      seen.add(identity);
    }
  }
  return { kept, inLog, knownForm, sameForm };
}

function sameText(text: string): string {
  return text.normalize("NFKC").replaceAll(/\s+/g, " ").trim().toLowerCase();
}

import type { EvaluationResult, Interval } from "../types/index.ts";
import { quotedName } from "./plain-text.ts";
import { candidateNoun } from "./trade-words.ts";

/** A way to choose prompts that the first screen shows. */
export interface MainRow {
  /** In words; the prompt's id in backticks. */
  readonly label: string;
  readonly success: number;
  readonly ci95: Interval | null;
  /** Over the best single prompt; null for that itself, and for what nobody can reach. */
  readonly gain: number | null;
  readonly gainCi95: Interval | null;
  readonly role: "single" | "choosing" | "bound";
}

/** The rows that apply: the best single prompt, choosing per question, and what no one can reach. */
export function mainRows(result: EvaluationResult): MainRow[] {
  const strategy = (name: "fixed" | "argmax" | "oracle") => {
    const found = result.strategies.find((each) => each.name === name);
    return found?.success == null ? undefined : { ...found, success: found.success };
  };
  const fixed = strategy("fixed");
  const choice = strategy("argmax");
  const oracle = strategy("oracle");
  const rows: MainRow[] = [];
  if (fixed !== undefined)
    rows.push({
      label: `best single ${candidateNoun(result.choose).one}, ${quotedName(result.fixed.promptId)}`,
      ...{ success: fixed.success, ci95: fixed.ci95, gain: null, gainCi95: null, role: "single" },
    });
  if (result.trainingPrompts.length === 1) return rows;
  if (choice !== undefined)
    rows.push({
      label: "choosing per question",
      ...{ success: choice.success, ci95: choice.ci95, gain: choice.uplift, gainCi95: choice.upliftCi95 },
      role: "choosing",
    });
  // Where it is known for some of the questions only, it is no bound of the rows above.
  if (oracle !== undefined && oracle.questions === fixed?.questions)
    rows.push({
      label: `any ${candidateNoun(result.choose).one} right`,
      ...{ success: oracle.success, ci95: oracle.ci95, gain: null, gainCi95: null, role: "bound" },
    });
  return rows;
}

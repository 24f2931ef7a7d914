import type { OptimizedChoice } from "../../pipeline/index.ts";
import { pluralize } from "../../report/index.ts";
import { simulatedLines } from "../session/is-simulated-run.ts";

/** Where the choices for many questions are, and how often they are not the best single prompt. */
export function describeChoices(
  { file, choices }: { readonly file: string; readonly choices: readonly OptimizedChoice[] },
  simulated: boolean,
): string {
  const switched = choices.filter((choice) => choice.candidateId !== choice.fixedCandidateId).length;
  const fixed = choices[0] === undefined ? "" : ` (${choices[0].fixedCandidateId})`;
  return [
    ...simulatedLines(simulated),
    `Wrote ${pluralize(choices.length, "choice")}, ${switched} of them not the best single prompt${fixed}:`,
    file,
  ].join("\n");
}

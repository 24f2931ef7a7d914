import type { EvaluatedChoice } from "../report/index.ts";
import type { StrategyInput } from "../select/index.ts";
import type { EvaluationFold } from "./evaluation-fold.ts";
import type { LearnableLog } from "./prepared-log.ts";

/**
 * Which prompts the folds' policies choose for the units they are tested on, whether or not these are labeled under
 * them.
 * @param input of the same folds
 * @returns one a unit, in the input's order
 */
export function evaluatedChoices(
  prepared: LearnableLog,
  folds: readonly EvaluationFold[],
  input: StrategyInput,
): EvaluatedChoice[] {
  const { fixedColumn, chosen, open } = input;
  const promptId = (column: number): string => prepared.log.prompts[prepared.trainingPrompts[column]!]!.id;
  const choices: EvaluatedChoice[] = [];
  folds.forEach(({ test }, fold) => {
    for (const query of test.queryIndex) {
      const unit = choices.length;
      const fixed = fixedColumn[unit]!;
      const argmax = chosen[unit]!;
      choices.push({
        queryId: prepared.log.queries[query]!.id,
        question: prepared.texts[query]!,
        fold,
        fixed: promptId(fixed),
        argmax: promptId(argmax),
        safe: promptId(open[unit] === 1 ? argmax : fixed),
        reason: findReason(input, unit, promptId),
      });
    }
  });
  return choices;
}

function findReason(
  { scores, rewards, fixedColumn, chosen, keepFixed }: StrategyInput,
  unit: number,
  promptId: (column: number) => string,
): string {
  const column = chosen[unit]!;
  const fixed = fixedColumn[unit]!;
  if (keepFixed[unit] === 1) return "Nothing in the log is like this question.";
  const estimate = (which: number): string =>
    `${(100 * scores[unit * rewards.prompts + which]!).toFixed(0)} %`;
  return column === fixed
    ? `No other prompt is estimated to be clearly better than ${promptId(fixed)} (${estimate(fixed)}).`
    : `Estimated success: ${promptId(column)} ${estimate(column)}, ${promptId(fixed)} ${estimate(fixed)}.`;
}

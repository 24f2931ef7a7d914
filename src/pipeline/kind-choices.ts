import { observationDesign, policyGain, selectColumns, selectValues } from "../evaluate/index.ts";
import type { ChosenKind, KindChoice } from "../report/index.ts";
import type { StrategyInput } from "../select/index.ts";
import { groupLog } from "./group-log.ts";
import type { PolicySettings } from "./policy.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** Kinds of question with what the folds' choosers do there; together they hold every question. */
export interface KindChoices {
  readonly kinds: readonly ChosenKind[];
  /** Questions of no kind; null where there are none, or no kinds. */
  readonly otherQuestions: { readonly questions: number; readonly choice: KindChoice } | null;
}

/**
 * Groups the questions and says of each kind which prompts the ungated choice takes there and what that gains, by the
 * same estimate as the gain on all questions: weighted by questions, the kinds' gains add up to it.
 * @param input of a protocol that tests each question once
 * @param queryIndex index into the log's queries, one a unit of `input`
 */
export async function chooseByKind(
  prepared: LearnableLog,
  settings: PolicySettings,
  input: StrategyInput,
  queryIndex: Int32Array,
  fixedPromptId: string,
): Promise<KindChoices> {
  const { chosen } = input;
  const chosenOf = new Map(Array.from(queryIndex, (query, unit) => [query, chosen[unit]!]));
  const { kinds, kindOfQuestion, queries } = await groupLog(prepared, settings, fixedPromptId, (query) =>
    chosenOf.get(query),
  );
  if (kinds.length === 0) return { kinds: [], otherQuestions: null };
  const kindOfQuery = new Map(Array.from(queries, (query, row) => [query, kindOfQuestion[row]!]));
  const kindOfUnit = queryIndex.map((query) => kindOfQuery.get(query) ?? -1);
  const choiceOf = kindChooser(prepared, input, kindOfUnit);
  const others = kindOfUnit.filter((kind) => kind === -1).length;
  return {
    kinds: kinds.map((kind, index) => ({ ...kind, choice: choiceOf(index) })),
    otherQuestions: others === 0 ? null : { questions: others, choice: choiceOf(-1) },
  };
}

function kindChooser(
  prepared: LearnableLog,
  input: StrategyInput,
  kindOfUnit: Int32Array,
): (kind: number) => KindChoice {
  const { chosen, fixedColumn, otherFold, clusters } = input;
  const columns = Array.from(input.trainingColumns);
  const design = observationDesign(selectColumns(input.rewards, columns), input.observation);
  const predicted = selectValues(input.scores, input.rewards.prompts, columns);
  const at = (column: number): number => columns.indexOf(column);
  const policies = {
    chosen: chosen.map(at),
    fixed: fixedColumn.map(at),
    ...(otherFold !== null && {
      otherFolds: {
        folds: otherFold.folds,
        policies: [{ chosen: otherFold.chosen.map(at), fixed: otherFold.fixedColumn.map(at) }],
      },
    }),
  };
  return (kind) => {
    const weights = design.weights.map((weight, unit) => (kindOfUnit[unit] === kind ? weight : 0));
    const gain =
      design.kind === null
        ? null
        : policyGain({ ...policies, rewards: design.rewards, predicted, weights, clusters });
    return {
      prompts: takenPrompts(
        chosen.filter((_, unit) => kindOfUnit[unit] === kind),
        prepared,
      ),
      gain: gain?.mean ?? null,
      gainCi95: gain?.interval ?? null,
    };
  };
}

function takenPrompts(chosen: Int32Array, { log, trainingPrompts }: LearnableLog): KindChoice["prompts"] {
  const counts = new Map<number, number>();
  for (const column of chosen) counts.set(column, (counts.get(column) ?? 0) + 1);
  return [...counts]
    .sort(([one, oneCount], [other, otherCount]) => otherCount - oneCount || one - other)
    .map(([column, count]) => ({
      promptId: log.prompts[trainingPrompts[column]!]!.id,
      share: count / chosen.length,
    }));
}

import { calibrationBins, labeledPairs } from "../evaluate/index.ts";
import type { CalibrationBin, Mistake } from "../report/index.ts";
import type { StrategyInput } from "../select/index.ts";
import type { EvaluationResult } from "../types/index.ts";
import { headlineProtocol } from "./headline-protocol.ts";
import { chooseByKind, type KindChoices } from "./kind-choices.ts";
import { type PlacedMistake, withAnswers } from "./mistake-answers.ts";
import type { PolicySettings } from "./policy.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** What the report shows of an evaluation beside its result. */
export interface EvaluationDetails extends KindChoices {
  /** Of the training prompts' predicted rewards. */
  readonly calibration: readonly CalibrationBin[];
  readonly mistakes: readonly Mistake[];
}

/** An evaluation with what the report shows beside it. */
export interface DetailedEvaluation {
  readonly result: EvaluationResult;
  readonly details: EvaluationDetails;
}

const MISTAKES_SHOWN = 12;

/**
 * @param queryIndex index into the log's queries, one a unit of `input`
 * @param fixedPromptId of the result
 */
export async function evaluationDetails(
  prepared: LearnableLog,
  settings: PolicySettings,
  input: StrategyInput,
  queryIndex: Int32Array,
  fixedPromptId: string,
): Promise<EvaluationDetails> {
  return {
    calibration: calibrationBins(labeledPairs(input.scores, input.rewards, input.trainingColumns)).flatMap(
      ({ predicted, observed, weight }) =>
        predicted === null || observed === null ? [] : [{ predicted, observed, pairs: weight }],
    ),
    mistakes: await withAnswers(prepared, worstMistakes(prepared, input, queryIndex)),
    // Kinds are shown beside the headline alone, and the others test questions twice or not at all.
    ...(input.protocol === headlineProtocol(prepared)
      ? await chooseByKind(prepared, settings, input, queryIndex, fixedPromptId)
      : { kinds: [], otherQuestions: null }),
  };
}

/** Questions for which the choice lost most against another prompt, by the answers there are, each question once. */
function worstMistakes(
  prepared: LearnableLog,
  { rewards, scores, chosen, trainingColumns }: StrategyInput,
  queryIndex: Int32Array,
): readonly PlacedMistake[] {
  const promptId = (column: number): string => prepared.log.prompts[prepared.trainingPrompts[column]!]!.id;
  const seen = new Set<number>();
  const mistakes: PlacedMistake[] = [];
  chosen.forEach((column, unit) => {
    const query = queryIndex[unit]!;
    const start = unit * rewards.prompts;
    if (rewards.trials[start + column] === 0 || seen.has(query)) return;
    seen.add(query);
    const observed = Array.from(trainingColumns, (other) =>
      rewards.trials[start + other] === 0
        ? Number.NEGATIVE_INFINITY
        : rewards.successes[start + other]! / rewards.trials[start + other]!,
    );
    const success = observed[column]!;
    const bestSuccess = Math.max(...observed);
    if (bestSuccess <= success) return;
    mistakes.push({
      query,
      mistake: {
        question: prepared.texts[query]!,
        chosenPromptId: promptId(column),
        predicted: scores[start + column]!,
        success,
        bestPromptId: promptId(observed.indexOf(bestSuccess)),
        bestSuccess,
      },
    });
  });
  const loss = ({ mistake: { success, bestSuccess } }: PlacedMistake): number => bestSuccess - success;
  return mistakes
    .sort((one, other) => loss(other) - loss(one) || other.mistake.predicted - one.mistake.predicted)
    .slice(0, MISTAKES_SHOWN);
}

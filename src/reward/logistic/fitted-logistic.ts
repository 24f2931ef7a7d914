import { ShapeError } from "../../errors.ts";
import { multiplyTransposed, type UnitRows, unitRows } from "../../kernels/index.ts";
import type { StoredState } from "../../types/index.ts";
import type { FittedRewardModel } from "../reward-model.ts";
import { singleMatrix } from "../single-matrix.ts";
import { finiteArray, headerCount } from "../stored-parts.ts";
import { scoreCandidates } from "../unseen-prompts.ts";
import { sigmoid } from "./sigmoid.ts";

export const LOGISTIC = "logistic";

/** Questions as dense rows of length 1. */
export type DenseRows = UnitRows & { readonly kind: "dense" };

export interface LogisticParts {
  readonly prompts: number;
  readonly columns: number;
  /** P long. */
  readonly biases: Float64Array;
  /** P × columns, row-major. */
  readonly weights: Float64Array;
}

/** Success probabilities, questions × P, row-major. */
export function logisticScores(questions: DenseRows, parts: LogisticParts): Float64Array {
  const { prompts, columns, biases, weights } = parts;
  const scores = new Float64Array(questions.rows * prompts);
  multiplyTransposed(questions.values, questions.rows, weights, prompts, columns, scores);
  for (let entry = 0; entry < scores.length; entry++) {
    scores[entry] = sigmoid(scores[entry]! + biases[entry % prompts]!);
  }
  return scores;
}

export function fittedLogistic(parts: LogisticParts): FittedRewardModel {
  const { prompts, columns, biases, weights } = parts;
  return {
    kind: LOGISTIC,
    prompts,
    predict(given, candidates) {
      const queries = singleMatrix(given);
      if (queries.kind !== "dense" || queries.columns !== columns) {
        throw new ShapeError(
          `Features do not fit: ${queries.kind} rows of ${queries.columns} columns were given, dense rows of ${columns} columns are expected. Embed with the embedder the model was trained with.`,
          { found: queries.columns, expected: columns },
        );
      }
      const scores = logisticScores(unitRows(queries) as DenseRows, parts);
      return candidates === undefined ? scores : scoreCandidates(scores, queries.rows, prompts, candidates);
    },
    save: () => ({ kind: LOGISTIC, header: { prompts, columns }, arrays: { biases, weights } }),
  };
}

/** @throws ModelFileError where the state is not a whole, consistent logistic model */
export function restoreLogistic(state: StoredState): FittedRewardModel {
  const prompts = headerCount(state, "prompts", 1);
  const columns = headerCount(state, "columns", 0);
  return fittedLogistic({
    prompts,
    columns,
    biases: finiteArray(state, "biases", prompts),
    weights: finiteArray(state, "weights", prompts * columns),
  });
}

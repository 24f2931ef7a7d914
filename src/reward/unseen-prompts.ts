import { ShapeError } from "../errors.ts";
import { cosineIndex, unitRows } from "../kernels/index.ts";
import type { PromptCandidates } from "../types/index.ts";

/**
 * From the training prompts' predicted rewards to those of any candidates. A candidate that was trained on keeps its
 * own; an unseen one gets the mean of all training prompts' rewards, weighted by the softmax of its text's cosines to
 * theirs over the temperature. The one rule for unseen prompts, in every reward model. Being a mean, an unseen prompt's
 * reward never exceeds that of the best training prompt: the rule ranks unseen prompts, it cannot prefer one.
 * @param predicted `queries × prompts`, row-major
 * @returns `queries × candidates`, row-major
 * @throws ShapeError where sizes disagree or the temperature is not above 0
 */
export function scoreCandidates(
  predicted: Float64Array,
  queries: number,
  prompts: number,
  candidates: PromptCandidates,
): Float64Array {
  checkCandidates(prompts, candidates);
  const count = candidates.trainedColumn.length;
  const weights = similarityWeights(candidates, prompts);
  const scores = new Float64Array(queries * count);
  for (let query = 0; query < queries; query++) {
    const row = predicted.subarray(query * prompts, (query + 1) * prompts);
    const least = row.reduce((low, reward) => Math.min(low, reward), 1);
    const most = row.reduce((high, reward) => Math.max(high, reward), 0);
    for (let candidate = 0; candidate < count; candidate++) {
      const column = candidates.trainedColumn[candidate]!;
      let score = 0;
      if (column >= 0) {
        score = row[column]!;
      } else {
        for (let prompt = 0; prompt < prompts; prompt++) {
          score += weights[candidate * prompts + prompt]! * row[prompt]!;
        }
      }
      // A weighted mean may leave the range of its numbers by a rounding error, and win by it.
      scores[query * count + candidate] = Math.min(most, Math.max(least, score));
    }
  }
  return scores;
}

/** Softmax of the cosines over the temperature, `candidates × prompts`; each row sums to 1. */
function similarityWeights(candidates: PromptCandidates, prompts: number): Float64Array {
  const count = candidates.trainedColumn.length;
  const weights = new Float64Array(count * prompts);
  const index = cosineIndex(unitRows(candidates.trainedFeatures));
  index.cosines(unitRows(candidates.features), 0, count, weights);
  for (let candidate = 0; candidate < count; candidate++) {
    const row = weights.subarray(candidate * prompts, (candidate + 1) * prompts);
    const largest = row.reduce((most, cosine) => Math.max(most, cosine), -Infinity);
    let sum = 0;
    for (let prompt = 0; prompt < prompts; prompt++) {
      row[prompt] = Math.exp((row[prompt]! - largest) / candidates.temperature);
      sum += row[prompt]!;
    }
    for (let prompt = 0; prompt < prompts; prompt++) row[prompt]! /= sum;
  }
  return weights;
}

function checkCandidates(prompts: number, candidates: PromptCandidates): void {
  const { trainedColumn, features, trainedFeatures, temperature } = candidates;
  if (trainedFeatures.rows !== prompts) {
    throw new ShapeError(
      `${trainedFeatures.rows} embedded training prompts were given for a model of ${prompts} training prompts; give one row a training prompt, in the model's order.`,
      { found: trainedFeatures.rows, expected: prompts },
    );
  }
  if (features.rows !== trainedColumn.length) {
    throw new ShapeError(
      `${features.rows} embedded candidates were given for ${trainedColumn.length} candidates; give one row a candidate.`,
      { found: features.rows, expected: trainedColumn.length },
    );
  }
  for (const column of trainedColumn) {
    if (column >= -1 && column < prompts) continue;
    throw new ShapeError(
      `A candidate refers to training prompt ${column}; -1 (unseen) to ${prompts - 1} is expected.`,
      { found: column },
    );
  }
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new ShapeError(
      `The temperature for unseen prompts is ${temperature}; a finite number above 0 is expected.`,
    );
  }
}

import { ShapeError } from "../errors.ts";
import { type CosineIndex, cosineIndex, pickRows, unitRows } from "../kernels/index.ts";
import type { EmbeddedQueries, FeatureMatrix, StoredState } from "../types/index.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { restoreFeatures, storeFeatures } from "./stored-features.ts";
import { headerCount, refuse } from "./stored-parts.ts";

const KIND = "likeness";
/** Training questions compared with. */
const ANCHORS = 512;

/** How alike questions are to those of the log. */
export interface Likeness {
  /**
   * The largest cosine of each question to one of the log, under any of its embeddings that are compared by cosines; in
   * [0, 1] for counts.
   * @throws ShapeError where they are embedded otherwise than the log's
   */
  similarities(questions: EmbeddedQueries): Float64Array;
  save(): StoredState;
}

/**
 * Keeps a sample of the training questions to compare others with.
 * @param groups Q long
 * @returns with `outOfGroup`, Q long: the likeness of each training question to those of other groups
 */
export function fitLikeness(
  questions: EmbeddedQueries,
  groups: Int32Array,
  seed: number,
): { likeness: Likeness; outOfGroup: Float64Array } {
  const sample = shuffledIndices(questions.rows, seededRandom(seed)).slice(0, ANCHORS).sort();
  const anchors = comparedMatrices(questions).map((features) => pickRows(features, sample));
  return {
    likeness: likenessTo(anchors),
    outOfGroup: largestCosines(
      anchors.map((rows) => cosineIndex(unitRows(rows))),
      questions,
      (row, anchor) => groups[row] !== groups[sample[anchor]!],
    ),
  };
}

const MOST_MATRICES = 16;

/** @throws ModelFileError where the state is malformed */
export function restoreLikeness(state: StoredState): Likeness {
  const count = headerCount(state, "matrices", 0);
  if (count > MOST_MATRICES) throw refuse(state, `"matrices" is ${count}`, `at most ${MOST_MATRICES}`);
  return likenessTo(Array.from({ length: count }, (_, index) => restoreFeatures(state, `anchor${index}`)));
}

function likenessTo(anchors: readonly FeatureMatrix[]): Likeness {
  const indices = anchors.map((rows) => cosineIndex(unitRows(rows)));
  return {
    similarities: (questions) => largestCosines(indices, questions, () => true),
    save() {
      const stored = anchors.map((rows, index) => storeFeatures(`anchor${index}`, rows));
      return {
        kind: KIND,
        header: Object.assign({ matrices: anchors.length }, ...stored.map(({ header }) => header)),
        arrays: Object.assign({}, ...stored.map(({ arrays }) => arrays)),
      };
    },
  };
}

function comparedMatrices(questions: EmbeddedQueries): FeatureMatrix[] {
  if (questions.kind !== "blocks") return [questions];
  return questions.blocks.filter(({ kernel }) => kernel === "cosine").map(({ features }) => features);
}

function largestCosines(
  indices: readonly CosineIndex[],
  questions: EmbeddedQueries,
  counts: (row: number, anchor: number) => boolean,
): Float64Array {
  const largest = new Float64Array(questions.rows);
  comparedMatrices(questions).forEach((features, position) => {
    const index = indices[position];
    if (index === undefined)
      throw new ShapeError(
        `Features do not fit: ${indices.length} embeddings of each question are expected. Embed with the embedder the model was trained with.`,
      );
    const rows = unitRows(features);
    const cosines = new Float64Array(index.anchors);
    for (let row = 0; row < features.rows; row++) {
      index.cosines(rows, row, row + 1, cosines);
      for (let anchor = 0; anchor < cosines.length; anchor++)
        if (cosines[anchor]! > largest[row]! && counts(row, anchor)) largest[row] = cosines[anchor]!;
    }
  });
  return largest;
}

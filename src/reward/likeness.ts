import { ShapeError } from "../errors.ts";
import { type CosineIndex, cosineIndex, pickRows, unitRows } from "../kernels/index.ts";
import type { EmbeddedQueries, FeatureMatrix, StoredState } from "../types/index.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { restoreFeatures, storeFeatures } from "./stored-features.ts";
import { headerCount, refuse } from "./stored-parts.ts";

const KIND = "likeness";
/** Training questions compared with. */
const ANCHORS = 256;
/** Training questions whose own likeness is measured. */
const MEASURED = 1000;

/** How alike questions are to those of the log. */
export interface Likeness {
  /**
   * The largest cosine of each question to one of the log, under any of its embeddings that are compared by cosines; in
   * [0, 1] for counts; 0 where there are none.
   * @throws ShapeError where they are embedded otherwise than the log's
   */
  similarities(questions: EmbeddedQueries): Float64Array;
  save(): StoredState;
}

/**
 * Keeps a sample of the training questions to compare others with.
 * @param groups Q long
 * @returns with `outOfGroup`: the likeness of some training questions to those of other groups, ascending; of such as
 * hold anything known
 */
export function fitLikeness(
  questions: EmbeddedQueries,
  groups: Int32Array,
  seed: number,
): { likeness: Likeness; outOfGroup: Float64Array } {
  const order = shuffledIndices(questions.rows, seededRandom(seed));
  const sample = order.slice(0, ANCHORS).sort();
  const measured = order.slice(-MEASURED);
  const anchors = comparedMatrices(questions).map((features) => pickRows(features, sample));
  return {
    likeness: likenessTo(anchors),
    outOfGroup: largestCosines(
      measured.length,
      anchors.map((rows) => cosineIndex(unitRows(rows))),
      comparedMatrices(questions).map((features) => pickRows(features, measured)),
      { ofRows: measured.map((row) => groups[row]!), ofAnchors: sample.map((row) => groups[row]!) },
    )
      .filter((likeness) => likeness > 0)
      .sort(),
  };
}

const MAX_MATRICES = 16;

/** @throws ModelFileError where the state is malformed */
export function restoreLikeness(state: StoredState): Likeness {
  const count = headerCount(state, "matrices", 0);
  if (count > MAX_MATRICES) throw refuse(state, `"matrices" is ${count}`, `at most ${MAX_MATRICES}`);
  return likenessTo(Array.from({ length: count }, (_, index) => restoreFeatures(state, `anchor${index}`)));
}

function likenessTo(anchors: readonly FeatureMatrix[]): Likeness {
  const indices = anchors.map((rows) => cosineIndex(unitRows(rows)));
  return {
    similarities: (questions) => largestCosines(questions.rows, indices, comparedMatrices(questions)),
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

/** @param groups anchors of a row's own group do not count; all do where absent */
function largestCosines(
  rows: number,
  indices: readonly CosineIndex[],
  questions: readonly FeatureMatrix[],
  groups?: { readonly ofRows: Int32Array; readonly ofAnchors: Int32Array },
): Float64Array {
  const largest = new Float64Array(rows);
  questions.forEach((features, position) => {
    const index = indices[position];
    if (index === undefined)
      throw new ShapeError(
        `Features do not fit: ${indices.length} embeddings of each question are expected. Embed with the embedder the model was trained with.`,
      );
    const units = unitRows(features);
    const cosines = new Float64Array(index.anchors);
    for (let row = 0; row < features.rows; row++) {
      index.cosines(units, row, row + 1, cosines);
      if (groups !== undefined) clearGroup(cosines, groups.ofAnchors, groups.ofRows[row]!);
      largest[row] = Math.max(largest[row]!, maximum(cosines));
    }
  });
  return largest;
}

function clearGroup(cosines: Float64Array, groups: Int32Array, group: number): void {
  for (let anchor = 0; anchor < groups.length; anchor++) if (groups[anchor] === group) cosines[anchor] = 0;
}

function maximum(values: Float64Array): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) if (values[k]! > most) most = values[k]!;
  return most;
}

/** Rows of real numbers, row-major, `rows × columns` long. */
export interface DenseFeatures {
  readonly kind: "dense";
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * Rows of mostly zeros in compressed form: row i holds the entries `rowStart[i] … rowStart[i + 1] - 1` of
 * `columnIndex` (ascending within a row) and `values`.
 */
export interface SparseFeatures {
  readonly kind: "sparse";
  readonly rows: number;
  readonly columns: number;
  /** `rows + 1` long, ascending, from 0 to the number of entries. */
  readonly rowStart: Int32Array;
  readonly columnIndex: Int32Array;
  readonly values: Float32Array;
}

/** Embedded texts, one a row. Embedders of this package give rows of Euclidean length 1, or 0 where nothing is known. */
export type FeatureMatrix = DenseFeatures | SparseFeatures;

/** One of several embeddings of the same texts. */
export interface FeatureBlock {
  readonly name: string;
  /**
   * How two of its rows are compared: `cosine`, exp((cos(x, x′) - 1) / .5), for counts and sentence embeddings;
   * `gaussian`, exp(-|x - x′|² / 2d) with d columns, for standardized measurements.
   */
  readonly kernel: "cosine" | "gaussian";
  readonly features: FeatureMatrix;
}

/** Several embeddings of the same texts beside each other, for reward models that add up kernels. */
export interface FeatureBlocks {
  readonly kind: "blocks";
  readonly rows: number;
  /** At least one. Those compared by cosines say which texts hold anything known, and how alike two texts are. */
  readonly blocks: readonly FeatureBlock[];
  /** The sums of kernels worth trying, each as positions in `blocks`. */
  readonly sums: readonly (readonly number[])[];
}

/** Questions as reward models see them. */
export type EmbeddedQueries = FeatureMatrix | FeatureBlocks;

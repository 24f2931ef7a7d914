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

import type { DenseFeatures, FeatureMatrix, StoredState, WorkOptions } from "../types/index.ts";

/** Turns texts into numbers; must be fitted (on training texts only) before use. */
export interface Embedder {
  /** As the user writes it, for example `form-tf` or `lsa:form-tf:256`. */
  readonly name: string;
  /**
   * What the name stands for at this moment: a built-in embedder is its name, `npy:FILE` the file's content,
   * `openai:MODEL` the address that is asked. Results of one identity can stand for each other. (A model that an endpoint
   * exchanges behind its name cannot be told.)
   * @throws DataError, IoError where a file cannot be read
   */
  identity(): Promise<string>;
  /**
   * Learns vocabulary, weights or axes from training texts, each distinct text once.
   * @param texts at least one
   */
  fit(texts: readonly string[], options?: WorkOptions & { readonly seed?: number }): Promise<FittedEmbedder>;
}

/** Embeds in this process, at once. */
export interface LocalFittedEmbedder {
  readonly isLocal: true;
  readonly name: string;
  /** Width of every row. */
  readonly columns: number;
  /** Rows of Euclidean length 1; a row of zeros where the text holds nothing known. */
  embed(texts: readonly string[]): FeatureMatrix;
  save(): StoredState;
}

/** Asks a remote endpoint (or a cache of its answers). */
export interface RemoteFittedEmbedder {
  readonly isLocal: false;
  readonly name: string;
  readonly columns: number;
  embed(texts: readonly string[], options?: WorkOptions): Promise<DenseFeatures>;
  /** Never holds a key. */
  save(): StoredState;
}

export type FittedEmbedder = LocalFittedEmbedder | RemoteFittedEmbedder;

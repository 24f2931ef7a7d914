import type {
  EmbeddedQueries,
  FeatureBlock,
  QueryFeatures,
  StoredState,
  WorkOptions,
} from "../types/index.ts";

/** What may be known of texts besides their words. */
export interface EmbedOptions extends WorkOptions {
  /** Features of each text, one entry a text; of none where absent. Only embedders of features look at them. */
  readonly features?: readonly (QueryFeatures | undefined)[] | undefined;
}

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
  fit(texts: readonly string[], options?: EmbedOptions & { readonly seed?: number }): Promise<FittedEmbedder>;
}

interface FittedEmbedderParts {
  readonly name: string;
  /** Width of every row. */
  readonly columns: number;
  /** How rows are compared. @default "cosine" */
  readonly kernel?: FeatureBlock["kernel"];
  /** Never holds a key. */
  save(): StoredState;
}

/** Embeds in this process, at once. */
export interface LocalFittedEmbedder extends FittedEmbedderParts {
  readonly isLocal: true;
  /** Rows of Euclidean length 1; a row of zeros where the text holds nothing known. */
  embed(texts: readonly string[], options?: EmbedOptions): EmbeddedQueries;
}

/** Asks a remote endpoint (or a cache of its answers). */
export interface RemoteFittedEmbedder extends FittedEmbedderParts {
  readonly isLocal: false;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbeddedQueries>;
}

export type FittedEmbedder = LocalFittedEmbedder | RemoteFittedEmbedder;

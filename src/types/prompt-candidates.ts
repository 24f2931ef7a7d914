import type { FeatureMatrix } from "./feature-matrix.ts";

/** The prompts a reward model is asked about: those it was trained on, and others known only by their text. */
export interface PromptCandidates {
  /** For each candidate the column of the training matrix it stands in, or -1 for a prompt without labels. */
  readonly trainedColumn: Int32Array;
  /** Embedded templates of the candidates, `candidates` rows. */
  readonly features: FeatureMatrix;
  /** Embedded templates of the training prompts, in the same space, one row a training column. */
  readonly trainedFeatures: FeatureMatrix;
  /** Temperature of the softmax over cosines that spreads the rewards of training prompts to unseen ones, > 0. */
  readonly temperature: number;
}

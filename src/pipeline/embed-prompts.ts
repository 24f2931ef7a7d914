import { type Embedder, embedTexts, knownRows } from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import type { FeatureMatrix, Prompt, PromptCandidates } from "../types/index.ts";

export const DEFAULT_PROMPT_EMBEDDER = "character-ngrams";

/** Temperature at which rewards of training prompts spread to unseen ones, for each kind of prompt embedding. */
const CHARACTER_TEMPERATURE = 0.1;
const NEURAL_TEMPERATURE = 0.02;

/** Of a policy, what says how its prompts are embedded. */
interface PromptEmbedding {
  /** Training prompts. */
  readonly prompts: readonly Prompt[];
  readonly settings: { readonly promptEmbedder: string; readonly seed: number };
  readonly promptEmbedder: Embedder;
}

/** Embeds candidates and training prompts in one space, fitted on both. A prompt is "seen" if its template is. */
export async function embedPrompts(
  candidates: readonly Prompt[],
  { prompts: trained, settings, promptEmbedder }: PromptEmbedding,
): Promise<PromptCandidates> {
  const candidateTemplates = candidates.map(({ template }) => template);
  const trainedTemplates = trained.map(({ template }) => template);
  const fitted = await promptEmbedder.fit([...new Set([...trainedTemplates, ...candidateTemplates])], {
    seed: settings.seed,
  });
  const trainedColumn = Int32Array.from(candidates, (candidate) => findTrainedColumn(candidate, trained));
  const features = await embedTexts(fitted, candidateTemplates);
  if (settings.promptEmbedder.startsWith("npy:"))
    checkRowsFound(candidates, trainedColumn, features, settings.promptEmbedder);
  return {
    trainedColumn,
    features,
    trainedFeatures: await embedTexts(fitted, trainedTemplates),
    temperature:
      settings.promptEmbedder === DEFAULT_PROMPT_EMBEDDER ? CHARACTER_TEMPERATURE : NEURAL_TEMPERATURE,
  };
}

/** A table of embeddings knows the log's prompts and no other. */
function checkRowsFound(
  candidates: readonly Prompt[],
  trainedColumn: Int32Array,
  features: FeatureMatrix,
  promptEmbedder: string,
): void {
  const known = knownRows(features);
  const missing = candidates.find((_, index) => trainedColumn[index] === -1 && known[index] === 0);
  if (missing === undefined) return;
  throw new UsageError(
    `the prompt "${missing.id}" has no embedding: ${promptEmbedder} holds those of the log's own prompts. ` +
      "Add it to the log's prompts as held-out, with its row in the array, then import and train again; " +
      `or train with --prompt-embedder ${DEFAULT_PROMPT_EMBEDDER}, which embeds any text`,
    { prompt: missing.id },
  );
}

/** Two training prompts may share a template; the one of the same name is meant then. */
function findTrainedColumn(candidate: Prompt, trained: readonly Prompt[]): number {
  const namesake = trained.findIndex(
    ({ id, template }) => id === candidate.id && template === candidate.template,
  );
  return namesake >= 0 ? namesake : trained.findIndex(({ template }) => template === candidate.template);
}

import { AbortedError, UsageError } from "../errors.ts";
import type { EmbeddedQueries, FeatureMatrix } from "../types/index.ts";
import type { EmbedOptions, FittedEmbedder } from "./embedder.ts";

/**
 * Embeds questions with any fitted embedder, in this process or over the network.
 * @returns one row a text, in the order given
 * @throws AbortedError when `options.signal` fires; LlmError where a remote endpoint fails
 */
export async function embedQuestions(
  fitted: FittedEmbedder,
  texts: readonly string[],
  options: EmbedOptions = {},
): Promise<EmbeddedQueries> {
  if (options.signal?.aborted) throw new AbortedError();
  return fitted.isLocal ? fitted.embed(texts, options) : await fitted.embed(texts, options);
}

/**
 * As {@link embedQuestions}, for what works on one embedding of each text.
 * @throws UsageError where the embedder is a sum of several
 */
export async function embedTexts(
  fitted: FittedEmbedder,
  texts: readonly string[],
  options: EmbedOptions = {},
): Promise<FeatureMatrix> {
  const features = await embedQuestions(fitted, texts, options);
  if (features.kind !== "blocks") return features;
  throw new UsageError(
    `${fitted.name} is several embeddings beside each other; here one is needed, such as ${features.blocks[0]!.name}.`,
  );
}

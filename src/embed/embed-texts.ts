import { AbortedError } from "../errors.ts";
import type { FeatureMatrix, WorkOptions } from "../types/index.ts";
import type { FittedEmbedder } from "./embedder.ts";

/**
 * Embeds texts with any fitted embedder, in this process or over the network.
 * @returns one row a text, in the order given
 * @throws AbortedError when `options.signal` fires; LlmError where a remote endpoint fails
 */
export async function embedTexts(
  fitted: FittedEmbedder,
  texts: readonly string[],
  options: WorkOptions = {},
): Promise<FeatureMatrix> {
  if (options.signal?.aborted) throw new AbortedError();
  return fitted.isLocal ? fitted.embed(texts) : await fitted.embed(texts, options);
}

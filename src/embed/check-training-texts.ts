import { AbortedError, UsageError } from "../errors.ts";

/**
 * What every `fit` begins with.
 * @throws UsageError where there are no texts, AbortedError where the signal has fired
 */
export function checkTrainingTexts(texts: readonly string[], signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError();
  if (texts.length === 0)
    throw new UsageError("An embedder was given no texts to learn from; at least one is needed.");
}

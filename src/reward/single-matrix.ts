import { UsageError } from "../errors.ts";
import type { EmbeddedQueries, FeatureMatrix } from "../types/index.ts";

/**
 * The questions' one embedding, for models that add up no kernels.
 * @throws UsageError where there are several
 */
export function singleMatrix(queries: EmbeddedQueries): FeatureMatrix {
  if (queries.kind !== "blocks") return queries;
  const names = queries.blocks.map(({ name }) => name);
  throw new UsageError(
    `This reward model works on one embedding of the questions, and was given ${names.length} (${names.join(", ")}). Name one with --embedder, or use kernel-ridge.`,
    { embeddings: names },
  );
}

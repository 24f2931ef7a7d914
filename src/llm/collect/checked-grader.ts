import { createGrader, type Grader } from "../../data/index.ts";
import type { CollectOptions } from "./collect-types.ts";

/**
 * What grades the answers, once it has seen every question; null for the matcher `none`.
 * @throws DataError where a question has no golden answer that is needed, or a malformed one
 */
export async function checkedGrader({
  matcher = "numeric",
  pattern,
  schemaFile,
  queries,
}: Pick<CollectOptions, "matcher" | "pattern" | "schemaFile" | "queries">): Promise<Grader | null> {
  if (matcher === "none") return null;
  const grader = await createGrader({
    matcher,
    ...(pattern !== undefined && { pattern }),
    ...(schemaFile !== undefined && { schemaFile }),
  });
  for (const query of queries) grader.check(query);
  return grader;
}

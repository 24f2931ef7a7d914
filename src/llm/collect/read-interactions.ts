import { interactionSchema, parseRecord, readJsonLines } from "../../data/index.ts";
import type { Interaction } from "../../types/index.ts";

/**
 * Interactions of a run that may still grow: a last line that is torn counts for nothing.
 * @throws DataError with file and line where one is malformed
 */
export async function* readInteractions(file: string): AsyncGenerator<Interaction, void, void> {
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" }))
    yield parseRecord(interactionSchema, value, "interaction", { file, line });
}

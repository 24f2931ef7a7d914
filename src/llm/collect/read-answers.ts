import { join } from "node:path";
import {
  COLLECT_FOLDER,
  interactionSchema,
  type JsonLinesOptions,
  parseRecord,
  RUN_FILES,
  type RunDirectory,
  readJsonLines,
} from "../../data/index.ts";
import type { Interaction } from "../../types/index.ts";
import { toKey } from "../calls/call-plan.ts";
import { journalSchema, toCallName } from "../calls/journal-records.ts";
import { readPropensities } from "./decided-rounds.ts";

/** An entry of a log: an interaction, or an answer that has no label yet. */
export type LoggedAnswer = Omit<Interaction, "reward"> & { readonly reward?: number };

/**
 * All entries of a run: its interactions, and then, where it was collected, the answers of its journal that have no
 * label (see the matcher `none`). Those of an adaptive collection have their propensities.
 * @throws DataError with file and line where a record is malformed
 */
export async function* readAnswers(
  run: RunDirectory,
  options: JsonLinesOptions = {},
): AsyncGenerator<LoggedAnswer, void, void> {
  const { kind, options: settings } = run.manifest.source;
  const isCollected = kind === "collect";
  const labeled = new Set<string>();
  const file = run.file(RUN_FILES.interactions);
  for await (const { line, value } of readJsonLines(file, { ...options, tornLastLine: "drop" })) {
    const interaction = parseRecord(interactionSchema, value, "interaction", { file, line });
    if (isCollected) labeled.add(toKey(interaction));
    yield interaction;
  }
  if (!isCollected) return;
  const journal = run.file(join(COLLECT_FOLDER, "journal.jsonl"));
  const llm = String(settings.llm ?? "unknown");
  const propensityOf = await readPropensities(run);
  for await (const { line, value } of readJsonLines(journal, { ...options, tornLastLine: "drop" })) {
    const record = parseRecord(journalSchema, value, "record of the journal", { file: journal, line });
    if (record.type !== "answered") continue;
    const name = toCallName(record);
    if (labeled.has(toKey(name))) continue;
    labeled.add(toKey(name));
    const { answer, latencyMs, cost } = record;
    const propensity = propensityOf?.(name);
    yield {
      ...name,
      llm,
      answer,
      latencyMs,
      ...(cost !== undefined && { cost }),
      ...(propensity !== undefined && { propensity }),
    };
  }
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseRecord, readJsonLines, toIoError } from "../../data/index.ts";
import { type Exposure, type FeedbackRecord, storeRecordSchema } from "./exposure-records.ts";

/** A choice with all that was said of its outcome. */
export interface ExposureOutcome extends Exposure {
  readonly reward?: number;
  readonly cost?: number;
  readonly latencyMs?: number;
}

/** What a store holds. */
export interface StoreContent {
  /** In the order in which they were answered, as far as several processes allow. */
  readonly exposures: readonly ExposureOutcome[];
  /** Feedback records of choices that are not in the store. */
  readonly unmatched: number;
  /** Segments whose last line was torn: their process was killed while it wrote. */
  readonly tornLines: number;
}

/**
 * Reads a store, also while it is written. Feedback may have come late, several times and in any order: of each value the
 * one with the highest revision counts, among equal ones the first.
 * @returns empty where there is none
 * @throws DataError where a line other than a torn last one is no record
 */
export async function readStore(folder: string): Promise<StoreContent> {
  const exposures = new Map<string, Exposure>();
  const feedback = new Map<string, FeedbackRecord[]>();
  let tornLines = 0;
  for (const segment of await listSegments(folder)) {
    const lines = readJsonLines(segment, { tornLastLine: "drop", onWarning: () => void tornLines++ });
    for await (const { line, value } of lines) {
      const record = parseRecord(storeRecordSchema, value, "record", { file: segment, line });
      if (record.kind === "exposure") exposures.set(record.id, record);
      else if (feedback.has(record.id)) feedback.get(record.id)!.push(record);
      else feedback.set(record.id, [record]);
    }
  }
  let unmatched = 0;
  for (const [id, records] of feedback) if (!exposures.has(id)) unmatched += records.length;
  return {
    exposures: Array.from(exposures.values(), (exposure) => ({
      ...exposure,
      ...mergeFeedback(feedback.get(exposure.id) ?? []),
    })),
    unmatched,
    tornLines,
  };
}

/** Paths of the segments of a store, oldest first. */
export async function listSegments(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^[0-9TZ]+-[0-9a-f]{12}\.jsonl$/u.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw toIoError(error, folder, "read");
  }
}

function mergeFeedback(
  records: readonly FeedbackRecord[],
): Pick<ExposureOutcome, "reward" | "cost" | "latencyMs"> {
  const merged: { reward?: number; cost?: number; latencyMs?: number } = {};
  // Stable: among equal revisions the first written stands last here, and wins.
  const ordered = [...records].reverse().sort((one, other) => one.revision - other.revision);
  for (const { reward, cost, latencyMs } of ordered) {
    if (reward !== undefined) merged.reward = reward;
    if (cost !== undefined) merged.cost = cost;
    if (latencyMs !== undefined) merged.latencyMs = latencyMs;
  }
  return merged;
}

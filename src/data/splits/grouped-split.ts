import { UsageError } from "../../errors.ts";
import { PART_CODES, type RewardLog } from "../../types/index.ts";
import { seededRandom, shuffledIndices } from "../../util/index.ts";

/** Questions divided so that no group stands on both sides. */
export interface GroupedSplit {
  /** Indices into the log's queries, ascending. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** `published` where the data set's own test part was leak-free, else a seeded fifth of the groups. */
  readonly source: "published" | "seeded";
}

const TEST_FRACTION = 0.2;

/**
 * The data set's own train and test parts where no question group stands in both; else 20 % of the groups, chosen
 * by `seed`, for testing.
 * @param groups group of each of the log's queries
 * @throws UsageError where the log has fewer than two question groups
 */
export function groupedSplit(log: RewardLog, groups: Int32Array, seed: number): GroupedSplit {
  const published = publishedParts(log, groups);
  if (published !== null) return { ...published, source: "published" };
  const numberOfGroups = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  if (numberOfGroups < 2)
    throw new UsageError(
      `a grouped split needs at least 2 different questions, but the log has ${numberOfGroups}: log more questions`,
    );
  const order = shuffledIndices(numberOfGroups, seededRandom(seed));
  const testGroups = new Set(order.subarray(0, Math.max(1, Math.round(TEST_FRACTION * numberOfGroups))));
  return { ...divide(groups, (query) => testGroups.has(groups[query]!)), source: "seeded" };
}

function publishedParts(log: RewardLog, groups: Int32Array): Omit<GroupedSplit, "source"> | null {
  const partOfQuery = new Uint8Array(log.queries.length);
  const partOfGroup = new Map<number, number>();
  for (let index = 0; index < log.length; index++) {
    const query = log.queryIndex[index]!;
    const part = log.part[index]!;
    const earlier = partOfGroup.get(groups[query]!) ?? part;
    if (part === PART_CODES.unknown || part !== earlier) return null;
    partOfGroup.set(groups[query]!, part);
    partOfQuery[query] = part;
  }
  const parts = new Set(partOfGroup.values());
  if (!parts.has(PART_CODES.train) || !parts.has(PART_CODES.test)) return null;
  return divide(groups, (query) => partOfQuery[query] === PART_CODES.test);
}

function divide(groups: Int32Array, isTest: (query: number) => boolean): Omit<GroupedSplit, "source"> {
  const train: number[] = [];
  const test: number[] = [];
  for (let query = 0; query < groups.length; query++) (isTest(query) ? test : train).push(query);
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

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
 * @param queries those to divide, as indices into the log's queries, ascending; others stand on neither side
 * @throws UsageError where they have fewer than two question groups
 */
export function groupedSplit(
  log: RewardLog,
  groups: Int32Array,
  queries: Int32Array,
  seed: number,
): GroupedSplit {
  const published = publishedParts(log, groups, queries);
  if (published !== null) return { ...published, source: "published" };
  const found = [...new Set(queries.map((query) => groups[query]!))];
  if (found.length < 2)
    throw new UsageError(
      `a grouped split needs at least 2 different questions, but the log has ${found.length}: log more questions`,
    );
  const order = shuffledIndices(found.length, seededRandom(seed));
  const tested = order.subarray(0, Math.max(1, Math.round(TEST_FRACTION * found.length)));
  const testGroups = new Set(Array.from(tested, (position) => found[position]!));
  return { ...divide(queries, (query) => testGroups.has(groups[query]!)), source: "seeded" };
}

function publishedParts(
  log: RewardLog,
  groups: Int32Array,
  queries: Int32Array,
): Omit<GroupedSplit, "source"> | null {
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
  const parts = new Set(queries.map((query) => partOfQuery[query]!));
  if (!parts.has(PART_CODES.train) || !parts.has(PART_CODES.test)) return null;
  return divide(queries, (query) => partOfQuery[query] === PART_CODES.test);
}

function divide(queries: Int32Array, isTest: (query: number) => boolean): Omit<GroupedSplit, "source"> {
  return { train: queries.filter((query) => !isTest(query)), test: queries.filter(isTest) };
}

import { ShapeError } from "../errors.ts";
import type { SparseFeatures } from "../types/index.ts";
import { DisjointSets } from "../util/index.ts";
import { SparseRowsBuilder } from "./sparse-rows-builder.ts";
import { tokenizeUnmasked } from "./tokenizer.ts";

/** Cosine from which two questions are near-duplicates. */
const NEAR_DUPLICATE_COSINE = 0.9;
const WORD = /[\p{L}\p{N}]/u;
/** Rows of float32 numbers are of length 1 up to this. */
const ROUNDING = 1e-5;

/**
 * Joins question groups that hold near-duplicates: questions whose words and pairs of words, 1 + ln tf, have a cosine of at
 * least .9. Numbers and rare words count as any other: two sums are two questions, as two names asked about are. A
 * question without a word is like no other.
 * @param texts one a question
 * @param groups group of each question
 * @returns group of each question, 0-based in order of first appearance: the given ones, joined directly and through others
 * @throws ShapeError where there are not as many groups as texts
 */
export function nearDuplicateGroups(texts: readonly string[], groups: Int32Array): Int32Array {
  if (texts.length !== groups.length)
    throw new ShapeError(`${texts.length} texts come with ${groups.length} groups; expected one each.`, {
      texts: texts.length,
      groups: groups.length,
    });
  const sets = new DisjointSets(texts.length);
  const firstOfGroup = new Map<number, number>();
  groups.forEach((group, index) => {
    const first = firstOfGroup.get(group);
    if (first === undefined) firstOfGroup.set(group, index);
    else sets.join(first, index);
  });
  joinSimilarRows(wordRows(texts), NEAR_DUPLICATE_COSINE, sets);
  return sets.numbers();
}

/** Rows of length 1 of all words and pairs of words. */
function wordRows(texts: readonly string[]): SparseFeatures {
  const columns = new Map<string, number>();
  const rows = new SparseRowsBuilder();
  for (const text of texts) {
    const words = tokenizeUnmasked(text).filter((token) => WORD.test(token));
    const counts = new Map<number, number>();
    const count = (term: string): void => {
      const column = columns.get(term) ?? columns.size;
      columns.set(term, column);
      counts.set(column, (counts.get(column) ?? 0) + 1);
    };
    words.forEach((word, position) => {
      count(word);
      if (position > 0) count(`${words[position - 1]} ${word}`);
    });
    const ascending = [...counts].sort(([one], [other]) => one - other);
    for (const [column, times] of ascending) rows.add(column, 1 + Math.log(times));
    rows.endUnitRow();
  }
  return rows.build(columns.size);
}

/**
 * Joins rows with a cosine of at least `threshold`, by an inverted index of each row's rarest columns: of a row, those
 * are enough that leave to the others a length below `threshold`, since what two rows share beside them cannot reach it
 * (prefix filtering: Bayardo, Ma & Srikant, "Scaling up all pairs similarity search", WWW 2007). In the index rows stand by
 * their set, so that those already joined with a row are passed over at once, and those of another set from the first that
 * is near.
 * @param rows of length 1, or of zeros
 * @param threshold in (0, 1]
 */
export function joinSimilarRows(rows: SparseFeatures, threshold: number, sets: DisjointSets): void {
  const rank = ranksByRarity(rows);
  const index = new Map<number, Map<number, number[]>>();
  const dense = new Float64Array(rows.columns);
  // The last row that each was compared with: rows meet in several columns.
  const comparedWith = new Int32Array(rows.rows).fill(-1);
  for (let row = 0; row < rows.rows; row++) {
    const { columnIndex, values } = rows;
    const start = rows.rowStart[row]!;
    const end = rows.rowStart[row + 1]!;
    for (let entry = start; entry < end; entry++) dense[columnIndex[entry]!] = values[entry]!;
    const isNear = (other: number): boolean => {
      if (comparedWith[other] === row) return false;
      comparedWith[other] = row;
      return dotWith(rows, other, dense) >= threshold;
    };
    const rarest = rarestColumns(rows, row, rank, threshold);
    for (const column of rarest) {
      const members = index.get(column);
      if (members !== undefined) joinNear(row, members, isNear, sets);
    }
    const root = sets.findRoot(row);
    for (const column of rarest) {
      const members = index.get(column) ?? new Map<number, number[]>();
      index.set(column, members);
      const together = members.get(root);
      if (together === undefined) members.set(root, [row]);
      else together.push(row);
    }
    for (let entry = start; entry < end; entry++) dense[columnIndex[entry]!] = 0;
  }
}

/** @param members rows of one column by the root that their set had when they were put there; brought up to date */
function joinNear(
  row: number,
  members: Map<number, number[]>,
  isNear: (other: number) => boolean,
  sets: DisjointSets,
): void {
  for (const [formerRoot, together] of members) {
    const root = sets.findRoot(formerRoot);
    if (root !== sets.findRoot(row) && together.some(isNear)) sets.join(row, root);
    const newRoot = sets.findRoot(root);
    if (newRoot === formerRoot) continue;
    members.delete(formerRoot);
    members.set(newRoot, joinLists(members.get(newRoot), together));
  }
}

/** The longer list takes the shorter one in. */
function joinLists(one: number[] = [], other: number[] = []): number[] {
  const [longer, shorter] = one.length < other.length ? [other, one] : [one, other];
  for (const row of shorter) longer.push(row);
  return longer;
}

function dotWith(
  { rowStart, columnIndex, values }: SparseFeatures,
  row: number,
  dense: Float64Array,
): number {
  let sum = 0;
  for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++)
    sum += values[entry]! * dense[columnIndex[entry]!]!;
  return sum;
}

/** Rank of each column: 0 for the one that stands in the fewest rows. */
function ranksByRarity({ columns, columnIndex }: SparseFeatures): Int32Array {
  const count = new Int32Array(columns);
  for (const column of columnIndex) count[column]!++;
  const order = Int32Array.from(count.keys()).sort(
    (one, other) => count[one]! - count[other]! || one - other,
  );
  const rank = new Int32Array(columns);
  order.forEach((column, position) => {
    rank[column] = position;
  });
  return rank;
}

/** The columns of a row, rarest first, up to those whose rest is shorter than the threshold. */
function rarestColumns(rows: SparseFeatures, row: number, rank: Int32Array, threshold: number): number[] {
  const { rowStart, columnIndex, values } = rows;
  const entries = Array.from(
    { length: rowStart[row + 1]! - rowStart[row]! },
    (_, offset) => rowStart[row]! + offset,
  ).sort((one, other) => rank[columnIndex[other]!]! - rank[columnIndex[one]!]!);
  let squares = 0;
  let rest = 0;
  while (rest < entries.length) {
    squares += values[entries[rest]!]! ** 2;
    if (squares >= threshold ** 2 - ROUNDING) break;
    rest++;
  }
  return entries.slice(rest).map((entry) => columnIndex[entry]!);
}

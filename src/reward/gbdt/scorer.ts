import { DataError, ShapeError } from "../../errors.ts";
import type { DenseFeatures, FeatureMatrix } from "../../types/index.ts";
import type { BoosterModel } from "./booster-model.ts";
import { toMargin } from "./loss.ts";
import type { Tree } from "./tree.ts";

/** Queries that walk through one tree together, so that the tree stays in the cache. */
const QUERY_BLOCK = 64;
/**
 * A packed node takes 16 bytes: feature (i32), threshold (f32), where its children lie side by side (i32), padding;
 * a leaf: -1 - path (i32), padding, value (f64).
 */
const PACKED_FIELDS = 4;

/** One condition on the prompt, and the conditions before it. */
interface PathStep {
  readonly parent: number;
  readonly column: number;
  readonly threshold: number;
  readonly isLeft: boolean;
}

/** Prompts made ready to be scored by one model. */
export interface ScoredPrompts {
  readonly count: number;
  /** For each condition the prompts that fulfil it, ascending. */
  readonly members: readonly Uint32Array[];
}

/**
 * Scores queries × prompts without visiting a tree once a pair. On its way down a tree a query goes one way at a
 * query split and both ways at a prompt split; what it collects in a leaf counts for the prompts that fulfil the
 * prompt conditions on the leaf's path. Few different such paths occur, so leaf values are added up by path over
 * all trees, and only then handed to the prompts.
 */
export class GbdtScorer {
  readonly #model: BoosterModel;
  readonly #integers: Int32Array;
  readonly #thresholds: Float32Array;
  /** Views of the same memory: a leaf's value stands in the second half of its packed node. */
  readonly #values: Float64Array;
  readonly #roots: Int32Array;
  /** Path 0 has no condition; parents stand before their children. */
  readonly #paths: PathStep[] = [{ parent: -1, column: -1, threshold: 0, isLeft: true }];
  readonly #stackSize: number;

  constructor(model: BoosterModel) {
    this.#model = model;
    const nodes = model.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
    const packed = new ArrayBuffer(4 * PACKED_FIELDS * nodes);
    this.#integers = new Int32Array(packed);
    this.#thresholds = new Float32Array(packed);
    this.#values = new Float64Array(packed);
    this.#roots = new Int32Array(model.trees.length);
    const known = new Map<string, number>();
    let next = 0;
    model.trees.forEach((tree, index) => {
      this.#roots[index] = PACKED_FIELDS * next;
      this.#packTree(tree, next, known);
      next += tree.feature.length;
    });
    this.#stackSize = model.trees.reduce((most, tree) => Math.max(most, tree.feature.length), 1);
  }

  /** Number of different prompt conditions found in the trees. */
  get paths(): number {
    return this.#paths.length;
  }

  /**
   * Finds out which prompts fulfil which conditions, once for all queries.
   * @throws ShapeError where the prompts have another width than those of training
   * @throws DataError where a feature is NaN
   */
  prepare(prompts: DenseFeatures): ScoredPrompts {
    checkWidth("prompt", prompts.columns, this.#model.promptColumns);
    checkNumbers("prompt", prompts);
    return { count: prompts.rows, members: this.#listMembers(prompts) };
  }

  /**
   * Margins of all pairs.
   * @param prompts as `prepare` of this scorer gave them
   * @returns queries × prompts, row-major
   * @throws ShapeError where the queries have another width than those of training
   * @throws DataError where a feature is NaN
   */
  score(queries: FeatureMatrix, prompts: ScoredPrompts): Float64Array {
    const { objective, queryColumns, baseScore } = this.#model;
    checkWidth("query", queries.columns, queryColumns);
    checkNumbers("query", queries);
    const { members } = prompts;
    const sums = new Float64Array(QUERY_BLOCK * members.length);
    const block = new Float32Array(QUERY_BLOCK * queryColumns);
    const margins = new Float64Array(queries.rows * prompts.count).fill(toMargin(objective, baseScore));
    for (let first = 0; first < queries.rows; first += QUERY_BLOCK) {
      const count = Math.min(QUERY_BLOCK, queries.rows - first);
      const rows = readRows(queries, first, count, block);
      sums.fill(0);
      this.#sumByPath(rows, count, sums);
      for (let query = 0; query < count; query++)
        scatter(
          sums,
          query * members.length,
          members,
          margins,
          (first + query) * prompts.count,
          prompts.count,
        );
    }
    return margins;
  }

  /** Packs a tree so that the likelier child's children follow at once: most steps stay in one cache line. */
  #packTree(tree: Tree, offset: number, known: Map<string, number>): void {
    const { queryColumns } = this.#model;
    // Nodes to be packed, with their place and path; the likelier child is taken out first.
    const waiting: [node: number, place: number, path: number][] = [[0, offset, 0]];
    let free = offset + 1;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, place, path] = next;
      const packed = PACKED_FIELDS * place;
      const feature = tree.feature[node]!;
      if (feature < 0) {
        this.#integers[packed] = -1 - path;
        this.#values[2 * place + 1] = tree.value[node]!;
        continue;
      }
      const left = tree.left[node]!;
      const threshold = tree.threshold[node]!;
      this.#integers[packed] = feature;
      this.#thresholds[packed + 1] = threshold;
      this.#integers[packed + 2] = PACKED_FIELDS * free;
      const children = [true, false].map((isLeft): [number, number, number] => {
        const step = { parent: path, column: feature - queryColumns, threshold, isLeft };
        const childPath = feature >= queryColumns ? this.#internPath(step, known) : path;
        return [isLeft ? left : left + 1, isLeft ? free : free + 1, childPath];
      });
      free += 2;
      waiting.push(...(tree.cover[left]! > tree.cover[left + 1]! ? children.reverse() : children));
    }
  }

  #internPath(step: PathStep, known: Map<string, number>): number {
    const key = `${step.parent} ${step.column} ${step.threshold} ${step.isLeft}`;
    let path = known.get(key);
    if (path === undefined) {
      path = this.#paths.push(step) - 1;
      known.set(key, path);
    }
    return path;
  }

  /** For each path the prompts that fulfil it. */
  #listMembers({ rows, columns, values }: DenseFeatures): Uint32Array[] {
    const members: Uint32Array[] = [];
    for (const { parent, column, threshold, isLeft } of this.#paths)
      members.push(
        parent < 0
          ? Uint32Array.from({ length: rows }, (_, prompt) => prompt)
          : members[parent]!.filter((prompt) => values[prompt * columns + column]! < threshold === isLeft),
      );
    return members;
  }

  /** Sends every query of a block down every tree. Trees outside, queries inside. */
  #sumByPath(rows: Float32Array, count: number, sums: Float64Array): void {
    const { queryColumns } = this.#model;
    const integers = this.#integers;
    const thresholds = this.#thresholds;
    const values = this.#values;
    const paths = this.#paths.length;
    const stack = new Int32Array(this.#stackSize);
    for (const root of this.#roots)
      for (let query = 0; query < count; query++) {
        const row = query * queryColumns;
        const sum = query * paths - 1;
        let waiting = 0;
        let node = root;
        for (;;) {
          const feature = integers[node]!;
          if (feature < 0) {
            sums[sum - feature]! += values[(node >> 1) + 1]!;
            if (waiting === 0) break;
            node = stack[--waiting]!;
          } else if (feature < queryColumns)
            node = integers[node + 2]! + (rows[row + feature]! < thresholds[node + 1]! ? 0 : PACKED_FIELDS);
          else {
            node = integers[node + 2]!;
            stack[waiting++] = node + PACKED_FIELDS;
          }
        }
      }
  }
}

function scatter(
  sums: Float64Array,
  from: number,
  members: readonly Uint32Array[],
  margins: Float64Array,
  to: number,
  prompts: number,
): void {
  for (let path = 0; path < members.length; path++) {
    const value = sums[from + path]!;
    if (value === 0) continue;
    const list = members[path]!;
    if (list.length === prompts)
      for (let prompt = 0; prompt < prompts; prompt++) margins[to + prompt]! += value;
    else for (let index = 0; index < list.length; index++) margins[to + list[index]!]! += value;
  }
}

/** A block of rows, densely; a view where the matrix is dense already. */
function readRows(features: FeatureMatrix, first: number, count: number, block: Float32Array): Float32Array {
  const { columns } = features;
  if (features.kind === "dense") return features.values.subarray(first * columns, (first + count) * columns);
  block.fill(0);
  for (let row = 0; row < count; row++)
    for (let entry = features.rowStart[first + row]!; entry < features.rowStart[first + row + 1]!; entry++)
      block[row * columns + features.columnIndex[entry]!] = features.values[entry]!;
  return block;
}

function checkWidth(which: string, found: number, expected: number): void {
  if (found !== expected)
    throw new ShapeError(
      `The ${which} features have ${found} columns, but the model was trained on ${expected}; embed with the embedder of the training.`,
      { found, expected },
    );
}

/** A missing value belongs on neither side of a split. */
function checkNumbers(which: string, features: FeatureMatrix): void {
  const { values, columns } = features;
  if (!values.includes(Number.NaN)) return;
  const entry = values.findIndex((value) => Number.isNaN(value));
  const isDense = features.kind === "dense";
  const row = isDense
    ? Math.floor(entry / columns)
    : features.rowStart.findLastIndex((start) => start <= entry);
  const column = isDense ? entry % columns : features.columnIndex[entry]!;
  throw new DataError(
    `The ${which} features hold NaN (row ${row}, column ${column}); boosted trees expect numbers. Embed them again.`,
    { row, column },
  );
}

import { ShapeError } from "../errors.ts";
import { multiplyTransposed } from "./multiply-transposed.ts";
import type { UnitRows } from "./unit-rows.ts";

/** Fixed rows ("anchors") against which the cosines of other rows are asked for, many times. */
export interface CosineIndex {
  readonly anchors: number;
  readonly columns: number;
  /**
   * Writes the cosines of queries `from … to - 1` with all anchors, row-major, `(to - from) × anchors`; 0 for
   * a row of zeros.
   * @throws ShapeError where the queries are of another kind or width than the anchors
   */
  cosines(queries: UnitRows, from: number, to: number, target: Float64Array): void;
}

/** Sparse anchors are held by column, so that a query touches only the anchors it shares a feature with. */
export function cosineIndex(anchors: UnitRows): CosineIndex {
  const fill = anchors.kind === "dense" ? denseCosines(anchors) : sparseCosines(anchors);
  return {
    anchors: anchors.rows,
    columns: anchors.columns,
    cosines(queries, from, to, target) {
      if (queries.kind !== anchors.kind || queries.columns !== anchors.columns) {
        throw new ShapeError(
          `Features do not fit: ${queries.kind} rows of ${queries.columns} columns were given, ${anchors.kind} rows of ${anchors.columns} columns are expected. Embed with the embedder the model was trained with.`,
          { found: queries.columns, expected: anchors.columns },
        );
      }
      fill(queries, from, to, target);
    },
  };
}

type Fill = (queries: UnitRows, from: number, to: number, target: Float64Array) => void;

function denseCosines(anchors: UnitRows): Fill {
  const { columns } = anchors;
  return (queries, from, to, target) => {
    const block = queries.values.subarray(from * columns, to * columns);
    multiplyTransposed(block, to - from, anchors.values, anchors.rows, columns, target);
  };
}

function sparseCosines(anchors: UnitRows & { kind: "sparse" }): Fill {
  const { columnStart, anchorIndex, values } = byColumn(anchors);
  const width = anchors.rows;
  return (queries, from, to, target) => {
    if (queries.kind !== "sparse") return;
    target.fill(0, 0, (to - from) * width);
    for (let row = from; row < to; row++) {
      const base = (row - from) * width;
      const end = queries.rowStart[row + 1]!;
      for (let entry = queries.rowStart[row]!; entry < end; entry++) {
        const column = queries.columnIndex[entry]!;
        const value = queries.values[entry]!;
        const last = columnStart[column + 1]!;
        for (let k = columnStart[column]!; k < last; k++) {
          target[base + anchorIndex[k]!]! += value * values[k]!;
        }
      }
    }
  };
}

/** Compressed columns of compressed rows (a counting sort; within a column rows ascend). */
function byColumn(rows: UnitRows & { kind: "sparse" }): {
  columnStart: Int32Array;
  anchorIndex: Int32Array;
  values: Float64Array;
} {
  const columnStart = new Int32Array(rows.columns + 1);
  const entries = rows.rowStart[rows.rows]!;
  for (let entry = 0; entry < entries; entry++) columnStart[rows.columnIndex[entry]! + 1]!++;
  for (let column = 0; column < rows.columns; column++) columnStart[column + 1]! += columnStart[column]!;
  const anchorIndex = new Int32Array(entries);
  const values = new Float64Array(entries);
  const next = columnStart.slice();
  for (let row = 0; row < rows.rows; row++) {
    for (let entry = rows.rowStart[row]!; entry < rows.rowStart[row + 1]!; entry++) {
      const place = next[rows.columnIndex[entry]!]!++;
      anchorIndex[place] = row;
      values[place] = rows.values[entry]!;
    }
  }
  return { columnStart, anchorIndex, values };
}

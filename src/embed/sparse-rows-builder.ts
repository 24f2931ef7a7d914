import type { SparseFeatures } from "../types/index.ts";

/** Collects sparse rows one after the other. */
export class SparseRowsBuilder {
  private readonly rowStart: number[] = [0];
  private columnIndex: Int32Array = new Int32Array(1024);
  private values: Float32Array = new Float32Array(1024);
  private length = 0;

  /** Adds an entry to the current row; columns ascend within a row. */
  add(column: number, value: number): void {
    if (this.length === this.columnIndex.length) this.grow();
    this.columnIndex[this.length] = column;
    this.values[this.length] = value;
    this.length++;
  }

  /** Divides the current row by its Euclidean length (a row without entries stays empty) and begins the next. */
  endUnitRow(): void {
    const start = this.rowStart.at(-1)!;
    let squares = 0;
    for (let entry = start; entry < this.length; entry++) squares += this.values[entry]! ** 2;
    const scale = 1 / Math.sqrt(squares);
    for (let entry = start; entry < this.length; entry++) this.values[entry]! *= scale;
    this.rowStart.push(this.length);
  }

  build(columns: number): SparseFeatures {
    return {
      kind: "sparse",
      rows: this.rowStart.length - 1,
      columns,
      rowStart: Int32Array.from(this.rowStart),
      columnIndex: this.columnIndex.slice(0, this.length),
      values: this.values.slice(0, this.length),
    };
  }

  private grow(): void {
    const columnIndex = new Int32Array(this.length * 2);
    const values = new Float32Array(this.length * 2);
    columnIndex.set(this.columnIndex);
    values.set(this.values);
    this.columnIndex = columnIndex;
    this.values = values;
  }
}

type ColumnArray = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A typed array that grows as values are pushed, for columns whose length is known only at the end of a file. */
export class GrowableColumn<Values extends ColumnArray> {
  length = 0;
  private values: Values;

  /** @param initial an array of the wanted type; its content is ignored */
  constructor(initial: Values) {
    this.values = initial;
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new (this.values.constructor as new (length: number) => Values)(
        Math.max(1024, Math.ceil(this.values.length * 1.5)),
      );
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  get(index: number): number {
    return this.values[index]!;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** The values pushed so far, in an array of exactly that length. */
  toArray(): Values {
    return this.values.slice(0, this.length) as Values;
  }
}

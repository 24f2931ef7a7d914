type ColumnArray =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

const CHUNK_BITS = 14;
const CHUNK = 2 ** CHUNK_BITS;

/**
 * A typed array that grows as values are pushed, for columns whose length is known only at the end of a file. It grows
 * chunk by chunk: a larger copy beside the old one would double the memory of a long log.
 */
export class GrowableColumn<Values extends ColumnArray> {
  length = 0;
  private readonly chunks: Values[] = [];
  private readonly makeArray: new (
    length: number,
  ) => Values;

  /** @param like an array of the wanted type; its content is ignored */
  constructor(like: Values) {
    this.makeArray = like.constructor as new (length: number) => Values;
  }

  push(value: number): void {
    const within = this.length & (CHUNK - 1);
    if (within === 0) this.chunks.push(new this.makeArray(CHUNK));
    this.chunks[this.chunks.length - 1]![within] = value;
    this.length++;
  }

  get(index: number): number {
    return this.chunks[index >> CHUNK_BITS]![index & (CHUNK - 1)]!;
  }

  set(index: number, value: number): void {
    this.chunks[index >> CHUNK_BITS]![index & (CHUNK - 1)] = value;
  }

  /** The values pushed so far, in an array of exactly that length. */
  toArray(): Values {
    const all = new this.makeArray(this.length);
    for (const [position, chunk] of this.chunks.entries()) {
      const start = position * CHUNK;
      all.set(chunk.subarray(0, Math.min(CHUNK, this.length - start)), start);
    }
    return all;
  }
}

/** A column of numbers that most logs lack: it takes no memory until one is known. NaN stands for those unknown. */
export class OptionalColumn {
  length = 0;
  private known: GrowableColumn<Float64Array<ArrayBuffer>> | undefined;

  push(value: number | undefined): void {
    if (value !== undefined && this.known === undefined) {
      this.known = new GrowableColumn(new Float64Array(0));
      for (let entry = 0; entry < this.length; entry++) this.known.push(Number.NaN);
    }
    this.known?.push(value ?? Number.NaN);
    this.length++;
  }

  /** The values at some places; undefined where none is known at all. */
  at(places: Int32Array): Float64Array | undefined {
    const { known } = this;
    return known === undefined ? undefined : Float64Array.from(places, (place) => known.get(place));
  }
}

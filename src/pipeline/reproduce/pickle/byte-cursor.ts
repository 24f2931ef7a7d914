import { DataError } from "../../../errors.ts";

const LONGEST_NAME = 200;

/** Walks through the bytes of a pickle; every step past their end is refused. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #position = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  /** Moves on and returns where it was. */
  skip(length: number): number {
    const start = this.#position;
    if (!(start + length <= this.#bytes.length)) throw this.refusal("it ends early");
    this.#position = start + length;
    return start;
  }

  u8(): number {
    return this.#bytes[this.skip(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  /** Pickles write floats with the highest byte first. */
  f64(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** A whole number of so many bytes, two's complement, lowest byte first. */
  long(length: number): number {
    const bytes = this.slice(length);
    const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return Number(BigInt.asIntN(8 * length, value));
  }

  text(length: number): string {
    return new TextDecoder().decode(this.slice(length));
  }

  /** A name up to the end of its line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0 || end - this.#position > LONGEST_NAME) throw this.refusal("a name does not end");
    const text = this.text(end - this.#position);
    this.skip(1);
    return text;
  }

  slice(length: number): Uint8Array {
    const start = this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  refusal(reason: string): DataError {
    return new DataError(
      `the pickled results cannot be read at byte ${this.#position}: ${reason}. Only dictionaries, lists, numbers, texts and NumPy arrays are read, and nothing is run.`,
      { file: this.#file },
    );
  }
}

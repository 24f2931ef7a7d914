/** What an XGBoost model file holds, before it is written as JSON or UBJSON. Numbers are whole. */
export type DocumentValue =
  | string
  | number
  | Float32Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | readonly DocumentValue[]
  | { readonly [name: string]: DocumentValue };

const FIRST_BYTES = 2 ** 16;

/** Bytes in the making: grows by doubling, so that no string of the whole document is needed. */
export class ByteSink {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

  /** Room for some bytes more. @returns where they start */
  reserve(count: number): { view: DataView; at: number } {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return { view: this.#view, at };
  }

  text(text: string): void {
    this.bytes(this.#encoder.encode(text));
  }

  bytes(bytes: Uint8Array): void {
    const { at } = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

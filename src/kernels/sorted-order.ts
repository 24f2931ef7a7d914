const DIGIT_BITS = 11;
const DIGITS: number = 1 << DIGIT_BITS;
const PASSES = 3;

/** Values in ascending order; its arrays are valid until the next `sort`. */
export interface SortedOrder {
  readonly values: Float32Array;
  /** Where each of `values` stood; equal values in their old order. */
  readonly order: Uint32Array;
}

/** Sorts arrays of one length and says where their values stood: radix sort, 11 bits at a time. */
export class OrderSorter {
  readonly #length: number;
  #keys: Uint32Array;
  #order: Uint32Array;
  #otherKeys: Uint32Array;
  #otherOrder: Uint32Array;
  readonly #values: Float32Array;
  readonly #counts = new Uint32Array(PASSES * DIGITS);

  constructor(length: number) {
    this.#length = length;
    this.#keys = new Uint32Array(length);
    this.#order = new Uint32Array(length);
    this.#otherKeys = new Uint32Array(length);
    this.#otherOrder = new Uint32Array(length);
    this.#values = new Float32Array(length);
  }

  /** @param values -0 comes before 0, NaN first or last by its sign */
  sort(values: Float32Array): SortedOrder {
    const length = this.#length;
    const bits = new Uint32Array(values.buffer, values.byteOffset, length);
    const keys = this.#keys;
    const order = this.#order;
    const counts = this.#counts.fill(0);
    for (let index = 0; index < length; index++) {
      const pattern = bits[index]!;
      // Patterns of negative numbers ascend as the numbers descend.
      const key = (pattern ^ ((pattern | 0) < 0 ? 0xffffffff : 0x80000000)) >>> 0;
      keys[index] = key;
      order[index] = index;
      counts[key & (DIGITS - 1)]!++;
      counts[DIGITS + ((key >>> DIGIT_BITS) & (DIGITS - 1))]!++;
      counts[2 * DIGITS + (key >>> (2 * DIGIT_BITS))]!++;
    }
    for (let pass = 0; pass < PASSES; pass++) this.#pass(pass);
    const sorted = this.#values;
    for (let index = 0; index < length; index++) sorted[index] = values[this.#order[index]!]!;
    return { values: sorted, order: this.#order };
  }

  #pass(pass: number): void {
    const counts = this.#counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = counts[digit]!;
      counts[digit] = next;
      next += count;
    }
    const shift = pass * DIGIT_BITS;
    const [keys, order, otherKeys, otherOrder] = [this.#keys, this.#order, this.#otherKeys, this.#otherOrder];
    for (let index = 0; index < this.#length; index++) {
      const key = keys[index]!;
      const digit = (key >>> shift) & (DIGITS - 1);
      const place = counts[digit]!;
      counts[digit] = place + 1;
      otherKeys[place] = key;
      otherOrder[place] = order[index]!;
    }
    this.#keys = otherKeys;
    this.#order = otherOrder;
    this.#otherKeys = keys;
    this.#otherOrder = order;
  }
}

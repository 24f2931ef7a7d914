const EMPTY = -1;
/** Slots filled, at most, before the table grows. */
const FILL = 0.5;

/** Numbers pairs of whole numbers of at least 0 from 0 upwards, by first appearance. */
export class PairTable {
  private capacity = 1024;
  private slots: Int32Array = new Int32Array(this.capacity).fill(EMPTY);
  private firsts: Int32Array = new Int32Array(this.capacity);
  private seconds: Int32Array = new Int32Array(this.capacity);
  private count = 0;

  /** Pairs numbered so far. */
  get size(): number {
    return this.count;
  }

  /** The pair of a number. */
  pair(number: number): readonly [first: number, second: number] {
    return [this.firsts[number]!, this.seconds[number]!];
  }

  /** The number of a pair, or -1. */
  find(first: number, second: number): number {
    return this.slots[this.findSlot(first, second)]!;
  }

  /** The number of a pair, a new one where it has none. */
  add(first: number, second: number): number {
    const slot = this.findSlot(first, second);
    const known = this.slots[slot]!;
    if (known !== EMPTY) return known;
    const number = this.count++;
    this.slots[slot] = number;
    this.firsts[number] = first;
    this.seconds[number] = second;
    if (this.count > FILL * this.capacity) this.grow();
    return number;
  }

  /** Where the pair stands or would stand (open addressing, linear probing). */
  private findSlot(first: number, second: number): number {
    const mask = this.capacity - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    let slot = hash & mask;
    for (;;) {
      const number = this.slots[slot]!;
      if (number === EMPTY || (this.firsts[number] === first && this.seconds[number] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const { firsts, seconds } = this;
    this.capacity *= 2;
    this.slots = new Int32Array(this.capacity).fill(EMPTY);
    this.firsts = new Int32Array(this.capacity);
    this.seconds = new Int32Array(this.capacity);
    this.firsts.set(firsts);
    this.seconds.set(seconds);
    for (let number = 0; number < this.count; number++)
      this.slots[this.findSlot(firsts[number]!, seconds[number]!)] = number;
  }
}

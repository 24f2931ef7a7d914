import { createHash } from "node:crypto";

/** Two whole numbers below 2^53 that stand for a key. */
export type KeyPair = readonly [high: number, low: number];

/** 106 bits of a text's SHA-256: two different texts never meet, and the text itself need not be kept. */
export function textKey(text: string): KeyPair {
  const digest = createHash("sha256").update(text).digest();
  return [
    digest.readUIntBE(0, 6) * 32 + (digest[6]! & 31),
    digest.readUIntBE(7, 6) * 32 + (digest[13]! & 31),
  ];
}

const EMPTY = -1;

/**
 * A map from key pairs to 32-bit whole numbers that takes 20 bytes a slot, where a Map of strings takes some hundred:
 * an import may see a million different keys. Open addressing, linear probing; nothing is ever removed.
 */
export class CompactIndex {
  size = 0;
  private mask = 1023;
  private highs: Float64Array = new Float64Array(1024).fill(EMPTY);
  private lows: Float64Array = new Float64Array(1024);
  private values: Int32Array = new Int32Array(1024);

  get(key: KeyPair): number | undefined {
    const slot = this.findSlot(key[0], key[1]);
    return this.highs[slot] === EMPTY ? undefined : this.values[slot];
  }

  set(key: KeyPair, value: number): void {
    const slot = this.findSlot(key[0], key[1]);
    if (this.highs[slot] === EMPTY) {
      this.highs[slot] = key[0];
      this.lows[slot] = key[1];
      this.values[slot] = value;
      if (++this.size > 0.7 * this.mask) this.grow();
    } else this.values[slot] = value;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  private findSlot(high: number, low: number): number {
    let slot = (Math.imul(high | 0, 0x9e3779b1) ^ Math.imul(low | 0, 0x85ebca6b)) & 0x7fffffff;
    slot = (slot ^ (slot >>> 15)) & this.mask;
    while (this.highs[slot] !== EMPTY && (this.highs[slot] !== high || this.lows[slot] !== low))
      slot = (slot + 1) & this.mask;
    return slot;
  }

  private grow(): void {
    const { highs, lows, values } = this;
    const slots = highs.length * 2;
    this.mask = slots - 1;
    this.highs = new Float64Array(slots).fill(EMPTY);
    this.lows = new Float64Array(slots);
    this.values = new Int32Array(slots);
    for (let old = 0; old < highs.length; old++) {
      if (highs[old] === EMPTY) continue;
      const slot = this.findSlot(highs[old]!, lows[old]!);
      this.highs[slot] = highs[old]!;
      this.lows[slot] = lows[old]!;
      this.values[slot] = values[old]!;
    }
  }
}

import { GrowableColumn } from "../growable-column.ts";

/**
 * Numbers repeats that nobody numbered by what they hold, not by where they stand: the same log gives the same numbers
 * whatever the order of its rows. Repeats are ordered by a hash, so that the first of a prompt is no better than the
 * others; equal repeats are interchangeable.
 */
export class RepetitionOrder {
  /** Whether some repeat was numbered by its place. */
  private hasRepeats = false;
  private readonly query = new GrowableColumn(new Int32Array(0));
  /** Prompt and LLM in one number; -1 for entries whose repetition was given. */
  private readonly pair = new GrowableColumn(new Float64Array(0));
  private readonly hash = new GrowableColumn(new Float64Array(0));

  /** Takes the next entry of the log; `hash` null where its repetition was given. */
  add(query: number, prompt: number, model: number, repetition: number, hash: number | null): void {
    this.hasRepeats ||= hash !== null && repetition > 0;
    this.query.push(query);
    this.pair.push(hash === null ? -1 : prompt * 65_536 + model);
    this.hash.push(hash ?? 0);
  }

  /** The repetition of each entry, or -1 where it stays; null where nothing is repeated. */
  numbers(): Int32Array | null {
    if (!this.hasRepeats) return null;
    const { query, pair, hash } = this;
    const order = Int32Array.from({ length: query.length }, (_, entry) => entry).sort(
      (one, other) =>
        query.get(one) - query.get(other) ||
        pair.get(one) - pair.get(other) ||
        hash.get(one) - hash.get(other) ||
        one - other,
    );
    const numbers = new Int32Array(order.length).fill(-1);
    for (let at = 0; at < order.length; at++) {
      const entry = order[at]!;
      if (pair.get(entry) === -1) continue;
      const before = at === 0 ? undefined : order[at - 1]!;
      const isSame =
        before !== undefined &&
        query.get(before) === query.get(entry) &&
        pair.get(before) === pair.get(entry);
      numbers[entry] = isSame ? numbers[before]! + 1 : 0;
    }
    return numbers;
  }
}

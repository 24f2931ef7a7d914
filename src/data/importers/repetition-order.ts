import { GrowableColumn } from "../files/growable-column.ts";

/** More than there are prompts times LLMs in any log. */
const MAX_PAIRS = 2 ** 24;
const TWO_TO_21 = 2 ** 21;
const TWO_TO_31 = 2 ** 31;

/** How often the questions of a log were asked. */
export interface Repetitions {
  /** Distinct (question, repetition) pairs: the rows of the log as published. */
  readonly rows: number;
  /** The repetition of each entry, or null where nothing is repeated. */
  readonly numbers: Int32Array | null;
}

/**
 * Numbers repeats that nobody numbered by what they hold, not by where they stand: the same log gives the same numbers
 * whatever the order of its rows. Repeats are ordered by a hash, so that the first of a prompt is no better than the
 * others; equal repeats are interchangeable. Takes 12 bytes an entry.
 */
export class RepetitionOrder {
  /** Question, prompt and LLM in one number. */
  private readonly keys = new GrowableColumn(new Float64Array(0));
  /** The upper 32 bits of the hashes. */
  private readonly hashes = new GrowableColumn(new Int32Array(0));

  /**
   * Takes the next entry of the log.
   * @param pair number of its prompt and LLM, below 2^24
   * @param hash whole number below 2^53
   */
  add(query: number, pair: number, hash: number): void {
    this.keys.push(query * MAX_PAIRS + pair);
    this.hashes.push(Math.floor(hash / TWO_TO_21) - TWO_TO_31);
  }

  settle(): Repetitions {
    const keys = this.keys.toArray().sort();
    let queries = 0;
    let hasRepeats = false;
    for (let at = 0, before = -1; at < keys.length; at++) {
      const query = Math.floor(keys[at]! / MAX_PAIRS);
      if (query !== before) queries++;
      before = query;
      hasRepeats ||= at > 0 && keys[at] === keys[at - 1];
    }
    return hasRepeats ? this.number() : { rows: queries, numbers: null };
  }

  private number(): Repetitions {
    const { keys, hashes } = this;
    const order = Int32Array.from({ length: keys.length }, (_, entry) => entry).sort(
      (one, other) => keys.get(one) - keys.get(other) || hashes.get(one) - hashes.get(other) || one - other,
    );
    const numbers = new Int32Array(order.length);
    let rows = 0;
    let mostOfQuery = 0;
    for (let at = 0; at < order.length; at++) {
      const key = keys.get(order[at]!);
      const before = at === 0 ? -1 : keys.get(order[at - 1]!);
      const number = key === before ? numbers[order[at - 1]!]! + 1 : 0;
      if (Math.floor(key / MAX_PAIRS) !== Math.floor(before / MAX_PAIRS)) mostOfQuery = 0;
      if (number + 1 > mostOfQuery) {
        mostOfQuery = number + 1;
        rows++;
      }
      numbers[order[at]!] = number;
    }
    return { rows, numbers };
  }
}

import { GrowableColumn } from "../files/growable-column.ts";
import { CompactIndex } from "./compact-index.ts";

/** Repetitions below this are kept as bits of one number. */
const BITS = 31;

/**
 * Notices where given numbers of repeats of the same (question, prompt, LLM) collide, and counts the distinct (question,
 * repetition) pairs, the rows of the log as published.
 */
export class GivenRepetitions {
  /** Distinct (question, repetition) pairs so far. */
  rows = 0;
  /** By (question, prompt, LLM): which repetitions were seen, as bits. */
  private readonly pairs = new CompactIndex();
  /** By question: repetitions below BITS seen, as bits. */
  private readonly rowBits = new GrowableColumn(new Int32Array(0));
  private readonly large = new Set<string>();

  /** Takes a given repetition; false where it is taken already. */
  claim(query: number, prompt: number, llm: number, repetition: number): boolean {
    if (repetition >= BITS) {
      const name = `${query}/${prompt}/${llm}/${repetition}`;
      if (this.large.has(name)) return false;
      this.large.add(name);
    } else {
      const key = pairKey(query, prompt, llm);
      const bits = this.pairs.get(key) ?? 0;
      if ((bits & (1 << repetition)) !== 0) return false;
      this.pairs.set(key, bits | (1 << repetition));
    }
    this.countRow(query, repetition);
    return true;
  }

  private countRow(query: number, repetition: number): void {
    if (repetition >= BITS) {
      const name = `${query}/${repetition}`;
      if (!this.large.has(name)) this.rows++;
      this.large.add(name);
      return;
    }
    while (this.rowBits.length <= query) this.rowBits.push(0);
    const bits = this.rowBits.get(query);
    if ((bits & (1 << repetition)) === 0) this.rows++;
    this.rowBits.set(query, bits | (1 << repetition));
  }
}

function pairKey(query: number, prompt: number, llm: number): [number, number] {
  return [query, prompt * 65_536 + llm];
}

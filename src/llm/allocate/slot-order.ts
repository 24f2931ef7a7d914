import { contentHash, type SeededRandom, seededRandom, shuffledIndices } from "../../util/index.ts";

/** The order in which questions are asked: all of them once in random order, then all of them again in another one. */
export class SlotOrder {
  private readonly order: readonly Int32Array[];
  private readonly places: readonly Int32Array[];

  /** @param repeats how often each question may be asked */
  constructor(
    private readonly questions: number,
    repeats: number,
    seed: number,
  ) {
    this.order = Array.from({ length: repeats }, (_, repetition) =>
      shuffledIndices(questions, derivedRandom(seed, "order", repetition)),
    );
    this.places = this.order.map((order) => {
      const places = new Int32Array(questions);
      order.forEach((question, place) => {
        places[question] = place;
      });
      return places;
    });
  }

  /** Number of slots there can be. */
  get length(): number {
    return this.questions * this.order.length;
  }

  question(slot: number): number {
    return this.order[this.repetition(slot)]![slot % this.questions]!;
  }

  /** 0-based. */
  repetition(slot: number): number {
    return Math.floor(slot / this.questions);
  }

  /** Where a question is asked for the nth time; undefined where it never is. */
  findSlot(question: number, repetition: number): number | undefined {
    const place = this.places[repetition]?.[question];
    return place === undefined ? undefined : repetition * this.questions + place;
  }
}

/** Randomness for one purpose, the same for the same seed, independent of that for other purposes. */
export function derivedRandom(seed: number, purpose: string, index: number): SeededRandom {
  return seededRandom(Number.parseInt(contentHash(String(seed), purpose, String(index)).slice(0, 12), 16));
}

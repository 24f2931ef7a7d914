import type { PromptSet } from "./prompt-set.ts";

/** Histograms of a node that are kept until its children have been gone through. */
export interface StoredHistograms {
  readonly slot: number;
  /** By which its pairs were quantized; its children's must be the same. */
  readonly scale: number;
  readonly center: number;
  /** Where sums by entry were quantized, the prompts they run over: those of a child must be the same. */
  readonly prompts: PromptSet | null;
}

/** Slots for the histograms of nodes that are likely to be split further. */
export class HistogramStore {
  readonly slots: number;
  readonly #free: number[] = [];

  constructor(slots: number) {
    this.slots = slots;
    this.reset();
  }

  /** Frees all slots. */
  reset(): void {
    this.#free.length = 0;
    for (let slot = this.slots - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  /** A free slot, or -1. */
  claim(): number {
    return this.#free.pop() ?? -1;
  }

  release(slot: number): void {
    this.#free.push(slot);
  }
}

import { setTimeout as delay } from "node:timers/promises";

/** Callers that waited for the same pause come back spread over this share of it, at least over the minimum. */
const SPREAD = 0.1;
const LEAST_SPREAD_MS = 50;

/** One pause for all: an endpoint that asks one caller to wait means everybody. */
export class Pace {
  private until = 0;

  /** @param now clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Nobody may send for so long. */
  pause(durationMs: number): void {
    this.until = Math.max(this.until, this.now() + durationMs);
  }

  get isPaused(): boolean {
    return this.now() < this.until;
  }

  /** @throws AbortError when the signal fires */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.isPaused) {
      const leftMs = this.until - this.now();
      await delay(leftMs + Math.random() * Math.max(LEAST_SPREAD_MS, leftMs * SPREAD), undefined, { signal });
    }
  }
}

import { setTimeout as delay } from "node:timers/promises";

/** Callers that waited for the same pause come back spread over this share of it, at least over the minimum. */
const SPREAD = 0.1;
const MIN_SPREAD_MS = 50;

/** One pause for all, since an endpoint that asks one caller to wait means everybody, and one rate. */
export class Pace {
  private until = 0;
  private nextTurn = 0;

  /**
   * @param spacingMs least time between two turns; 0 for none
   * @param now clock in milliseconds
   */
  constructor(
    private readonly spacingMs: number = 0,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes the next turn: how long to wait for it, in milliseconds. Turns that nobody took in time are lost. */
  takeTurn(): number {
    if (this.spacingMs === 0) return 0;
    const now = this.now();
    const turn = Math.max(now, this.nextTurn);
    this.nextTurn = turn + this.spacingMs;
    return turn - now;
  }

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
      await delay(leftMs + Math.random() * Math.max(MIN_SPREAD_MS, leftMs * SPREAD), undefined, { signal });
    }
  }
}

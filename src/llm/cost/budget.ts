/** Room for rounding, so that sums of dollars never pass the limit by their last digit. */
const ROUNDING = 1e-9;

/**
 * Holds a limit by reserving the most a call can cost before it is sent. At any moment what was spent, what is under
 * way and what may have been spent on failed calls stay within the limit together. All amounts in US dollars.
 */
export class Budget {
  private readonly limit: number;
  private reserved = 0;
  private billed = 0;
  private uncertain = 0;
  private inFlight = 0;
  private waiting: (() => void)[] = [];

  /** @param limit undefined for none; amounts are summed all the same */
  constructor(limit: number | undefined) {
    this.limit = limit === undefined ? Number.POSITIVE_INFINITY : limit * (1 - ROUNDING);
  }

  /** Certainly billed. */
  get spent(): number {
    return this.billed;
  }

  /** The most that failed calls and calls of unknown outcome may have cost on top. */
  get possiblySpent(): number {
    return this.uncertain;
  }

  /** Counts what an earlier session spent. */
  carryOver(spent: number, possiblySpent: number): void {
    this.billed += spent;
    this.uncertain += possiblySpent;
  }

  /**
   * Sets an amount aside. Where it does not fit now, waits for calls under way: they mostly cost less than reserved.
   * @returns false where it can never fit
   */
  async reserve(amount: number, onWait: () => Promise<void>): Promise<boolean> {
    while (this.billed + this.uncertain + this.reserved + amount > this.limit) {
      if (this.inFlight === 0) return false;
      await onWait();
      if (this.inFlight === 0) continue;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.reserved += amount;
    this.inFlight++;
    return true;
  }

  /** A call has ended: its reservation becomes what it cost, or stays counted where that is not known. */
  settle(reserved: number, outcome: { readonly cost: number } | "unbilled" | "uncertain"): void {
    this.inFlight--;
    // Without calls under way nothing is reserved; sums of floating-point numbers would leave a remainder.
    this.reserved = this.inFlight === 0 ? 0 : this.reserved - reserved;
    if (outcome === "uncertain") this.uncertain += reserved;
    else if (outcome !== "unbilled") this.billed += outcome.cost;
    this.wake();
  }

  /** Lets everybody who waits look again, also when the work is being stopped. */
  wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

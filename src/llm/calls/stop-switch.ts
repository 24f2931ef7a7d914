import type { CallsEnd } from "./calls-types.ts";

/** Ends the work once, for the first reason given. Calls under way are waited for, unless nothing can be written. */
export class StopSwitch {
  private readonly soft = new AbortController();
  private readonly hard = new AbortController();
  private reason: { readonly end: CallsEnd } | { readonly error: unknown } | undefined;

  /** Fires when no further call is to be sent; wakes those who pause between attempts. */
  get signal(): AbortSignal {
    return this.soft.signal;
  }

  /** Fires when calls under way are to be broken off too. */
  get hardSignal(): AbortSignal {
    return this.hard.signal;
  }

  get isOn(): boolean {
    return this.soft.signal.aborted;
  }

  /** Why the work ended, where it was by a mistake or a failure. */
  get error(): unknown {
    return this.reason !== undefined && "error" in this.reason ? this.reason.error : undefined;
  }

  get outcome(): CallsEnd {
    return this.reason !== undefined && "end" in this.reason ? this.reason.end : "complete";
  }

  end(end: CallsEnd): void {
    this.reason ??= { end };
    this.soft.abort();
  }

  fail(error: unknown): void {
    this.reason ??= { error };
    this.soft.abort();
  }

  /** Nothing can be kept any more: calls under way are broken off. */
  failHard(error: unknown): void {
    this.fail(error);
    this.hard.abort();
  }
}

import type { Interruptible } from "../../../src/reward/gbdt/interruptible.ts";

/** Does work without a break. */
export function runToCompletion<Result>(work: Interruptible<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

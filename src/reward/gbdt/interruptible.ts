/** Work that can be interrupted wherever it yields. */
export type Interruptible<Result> = Generator<void, Result, void>;

/** Does work without a break. */
export function runToCompletion<Result>(work: Interruptible<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

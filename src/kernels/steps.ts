/** Long work in steps; after each it yields about how many multiplications it took, at the end the result. */
export type Steps<Result> = Generator<number, Result, void>;

/** Multiplications between two pauses, about a tenth of a second. */
const BETWEEN_PAUSES = 1e8;

/** Does all steps at once. */
export function finishSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Does all steps, with pauses between them in which the event loop can turn.
 * @param pause called and waited for now and then; throws to stop the work
 */
export async function pauseBetweenSteps<Result>(
  steps: Steps<Result>,
  pause: () => Promise<void>,
): Promise<Result> {
  let work = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    work += value;
    if (work < BETWEEN_PAUSES) continue;
    work = 0;
    await pause();
  }
}

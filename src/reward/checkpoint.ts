import { setImmediate } from "node:timers/promises";
import { AbortedError } from "../errors.ts";
import type { WorkOptions } from "../types/index.ts";

/**
 * Called between units of work: tells how far it is, lets the event loop turn (so that a signal can arrive at all),
 * and stops where it has.
 * @throws AbortedError when `work.signal` has fired
 */
export async function checkpoint(
  work: WorkOptions,
  stage: string,
  done: number,
  total: number,
): Promise<void> {
  work.onProgress?.(stage, done, total);
  await setImmediate();
  if (work.signal?.aborted) throw new AbortedError(`Canceled: ${stage}, ${done} of ${total} done.`);
}

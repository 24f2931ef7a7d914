import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collectFrom, readInteractions, scratchFolder } from "../../../test/support/collect-fixture.ts";
import { failingDisk } from "../../../test/support/failing-line-file.ts";
import {
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { openRunDirectory, readRewardLog } from "../../data/index.ts";
import { IoError } from "../../errors.ts";

const CALLS = 20;
const CONCURRENCY = 3;

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

/** Number of writes and syncs of an undisturbed collection, roughly: batches differ with timing. */
async function operationsOfAWholeRun(): Promise<number> {
  const disk = failingDisk({ at: Number.POSITIVE_INFINITY, code: "EIO", tears: false });
  const run = join(folder.path, "whole");
  await collectFrom(endpoint.baseUrl, run, { concurrency: CONCURRENCY, openLogFile: disk.open });
  return disk.operations();
}

test("whichever write fails, no call is sent after it, and the next session has all that was kept", async () => {
  const operations = await operationsOfAWholeRun();
  expect(operations).toBeGreaterThan(20);
  let failures = 0;
  for (let at = 0; at < operations; at += 3) {
    const run = join(folder.path, `run-${at}`);
    let sentAtFault = -1;
    const answeredFrom = endpoint.requests.length;
    const fault = { at, code: at % 2 === 0 ? "ENOSPC" : "EIO", tears: at % 4 < 2 } as const;
    const disk = failingDisk({ ...fault, onFault: () => (sentAtFault = endpoint.requests.length) });
    const work = collectFrom(endpoint.baseUrl, run, { concurrency: CONCURRENCY, openLogFile: disk.open });
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    // Batches form by chance: the last faults may lie beyond the end.
    if (sentAtFault < 0) continue;
    failures++;
    expect(error).toBeInstanceOf(IoError);
    await new Promise((wake) => setTimeout(wake, 5));
    // Requests that had left before the fault may arrive after it; every one has its intent on disk, so they are few.
    expect(endpoint.requests.length - sentAtFault).toBeLessThanOrEqual(CONCURRENCY);
    const kept = await readRewardLog(await openRunDirectory(run)).catch(() => undefined);
    const before = endpoint.requests.length;
    const rest = await collectFrom(endpoint.baseUrl, run);
    expect(rest).toMatchObject({ ended: "complete", interactions: CALLS });
    expect(rest.unknown.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(endpoint.requests.length - before).toBe(CALLS - rest.calls.answeredBefore);
    expect(rest.calls.answeredBefore).toBeGreaterThanOrEqual(kept?.length ?? 0);
    // Sent twice at most: what was unknown.
    expect(endpoint.requests.length - answeredFrom).toBeLessThanOrEqual(CALLS + rest.unknown.length);
    const keys = (await readInteractions(run)).map(({ queryId, promptId }) => `${queryId} ${promptId}`);
    expect(new Set(keys).size).toBe(CALLS);
  }
  expect(failures).toBeGreaterThan(operations / 6);
});

test("an endpoint that is slow to answer is not waited for when nothing can be kept", async () => {
  endpoint.script = { delayMs: () => 60_000 };
  // The session's line and the first intents are written; the next worker's intent is not.
  const disk = failingDisk({ at: 4, code: "ENOSPC", tears: false });
  const started = performance.now();
  const work = collectFrom(endpoint.baseUrl, join(folder.path, "run"), {
    concurrency: 1,
    timeoutMs: 200,
    retries: 3,
    openLogFile: disk.open,
  });
  await expect(work).rejects.toThrow(/injected \(ENOSPC\)/);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(endpoint.requests).toHaveLength(1);
});

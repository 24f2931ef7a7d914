import { join } from "node:path";
import { openRunDirectory, readRewardLog } from "../../../src/data/index.ts";
import { IoError } from "../../../src/errors.ts";
import { collectFrom, readInteractions } from "../collect-fixture.ts";
import { failingDisk } from "../failing-line-file.ts";
import { type ScriptedChatEndpoint, startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, pause, Violations } from "./check.ts";

const CALLS = 20;
const CONCURRENCY = 3;

/**
 * Lets the disk fail at every nth write or sync of a collection, with ENOSPC or EIO, whole or torn, with costs held or
 * not, and collects the rest on a sound disk afterwards.
 * @param size.step every how-manieth operation is made to fail
 */
export async function checkFailingDisk(size: {
  readonly step: number;
  readonly folder: string;
}): Promise<CheckReport> {
  const { step, folder } = size;
  const violations = new Violations();
  const endpoint = await startScriptedChatEndpoint();
  let failures = 0;
  let sentAfter = 0;
  try {
    const operations = await operationsOfWholeRun(endpoint, folder);
    violations.require(operations > CALLS, `a whole run has ${operations} writes and syncs`);
    for (let at = 0; at < operations; at += step) {
      const after = await failAt(at, endpoint, folder, violations);
      if (after === undefined) continue;
      failures++;
      sentAfter = Math.max(sentAfter, after);
    }
    // Batches form by chance: the last faults may lie beyond the end of a run.
    violations.require(failures > operations / step / 2, `only ${failures} of ${operations} faults happened`);
    return {
      name: "failing-disk",
      done: `ENOSPC and EIO at ${failures} of ${operations} writes and syncs, whole and torn`,
      found: `each ended the collection; nothing was sent after it; the next one had all that was kept`,
      figures: { failures, operations, arrivedAfterFault: sentAfter },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}

/** Number of writes and syncs of an undisturbed collection, roughly: batches differ with timing. */
async function operationsOfWholeRun(endpoint: ScriptedChatEndpoint, folder: string): Promise<number> {
  const disk = failingDisk({ at: Number.POSITIVE_INFINITY, code: "EIO", tears: false });
  await collectFrom(endpoint.baseUrl, join(folder, "whole"), {
    concurrency: CONCURRENCY,
    openLogFile: disk.open,
  });
  return disk.operations();
}

/** @returns requests that arrived after the fault; undefined where the run ended before it */
async function failAt(
  at: number,
  endpoint: ScriptedChatEndpoint,
  folder: string,
  violations: Violations,
): Promise<number | undefined> {
  const where = `operation ${at}`;
  const run = join(folder, `failing-${at}`);
  const first = endpoint.requests.length;
  let sentAtFault = -1;
  const disk = failingDisk({
    at,
    code: at % 2 === 0 ? "ENOSPC" : "EIO",
    tears: at % 4 < 2,
    onFault: () => (sentAtFault = endpoint.requests.length),
  });
  const error = await collectFrom(endpoint.baseUrl, run, {
    concurrency: CONCURRENCY,
    openLogFile: disk.open,
  }).catch((thrown: unknown) => thrown);
  if (sentAtFault < 0) return undefined;
  violations.require(error instanceof IoError, `${where}: ended with ${String(error)}`);
  await pause(5);
  // Requests that had left before the fault may arrive after it; every one has its intent on disk, so they are few.
  const arrivedAfter = endpoint.requests.length - sentAtFault;
  violations.require(arrivedAfter <= CONCURRENCY, `${where}: ${arrivedAfter} requests after the fault`);
  const kept = await readRewardLog(await openRunDirectory(run)).catch(() => undefined);
  const before = endpoint.requests.length;
  const rest = await collectFrom(endpoint.baseUrl, run);
  const { answeredBefore } = rest.calls;
  violations.require(rest.interactions === CALLS, `${where}: ${rest.interactions} lines in the end`);
  violations.require(rest.unknown.length <= CONCURRENCY, `${where}: ${rest.unknown.length} unknown`);
  const sentLater = endpoint.requests.length - before;
  violations.require(sentLater === CALLS - answeredBefore, `${where}: ${sentLater} sent later`);
  violations.require(answeredBefore >= (kept?.length ?? 0), `${where}: ${answeredBefore} answers kept`);
  // Sent twice at most: what was unknown.
  const sent = endpoint.requests.length - first;
  violations.require(sent <= CALLS + rest.unknown.length, `${where}: ${sent} requests for ${CALLS} calls`);
  const names = (await readInteractions(run)).map(({ queryId, promptId }) => `${queryId} ${promptId}`);
  violations.require(new Set(names).size === CALLS, `${where}: ${new Set(names).size} different calls`);
  return arrivedAfter;
}

import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkFailingDisk } from "../../../test/support/collect-checks/failing-disk.ts";
import { collectFrom, scratchFolder } from "../../../test/support/collect-fixture.ts";
import { failingDisk } from "../../../test/support/failing-line-file.ts";
import {
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";

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

test("whichever write fails, no call is sent after it, and the next session has all that was kept", async () => {
  const { violations, figures } = await checkFailingDisk({ step: 3, folder: folder.path });
  expect(violations).toEqual([]);
  expect(figures.failures).toBeGreaterThan(5);
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

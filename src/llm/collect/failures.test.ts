import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFaults } from "../../../test/support/collect-checks/faults.ts";
import {
  collectFrom,
  readJournalLines,
  scratchFolder,
  somePrompts,
} from "../../../test/support/collect-fixture.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { LlmError } from "../../errors.ts";

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

describe("failures", () => {
  test("every kind passes, is tried again as configured, and is never a wrong answer", async () => {
    const { violations, figures } = await checkFaults({ calls: 60, folder: folder.path });
    expect(violations).toEqual([]);
    expect(figures.faults).toBeGreaterThan(8);
  });

  test("attempts are as many as configured; what may have cost is only sent again when asked for", async () => {
    endpoint.script = {
      fault: ({ messages }) => (messages[0]!.content.includes(" 4 + 4") ? FAULTS.status(500) : undefined),
    };
    const summary = await collectFrom(endpoint.baseUrl, run, { retries: 2, prompts: somePrompts(1) });
    expect(summary).toMatchObject({ ended: "complete", interactions: 9, success: 1 });
    expect(summary.calls).toMatchObject({ answered: 9, failed: 1, remaining: 0, attempts: 12 });
    const again = await collectFrom(endpoint.baseUrl, run, { retries: 2, prompts: somePrompts(1) });
    expect(again.calls).toMatchObject({ answered: 0, failed: 1, attempts: 0 });
    endpoint.script = {};
    const asked = await collectFrom(endpoint.baseUrl, run, { prompts: somePrompts(1), retryFailed: true });
    expect(asked.calls).toMatchObject({ answeredBefore: 9, answered: 1, failed: 0, attempts: 1 });
    const sent = (await readJournalLines(run)).filter(
      ({ type, query }) => type === "sent" && query === "q-4",
    );
    expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  });

  test("what certainly cost nothing is simply sent by the next call", async () => {
    endpoint.script = { fault: (_request, count) => (count === 3 ? FAULTS.status(400, "odd") : undefined) };
    const summary = await collectFrom(endpoint.baseUrl, run, { concurrency: 1 });
    expect(summary.calls).toMatchObject({ answered: 19, failed: 1, attempts: 20 });
    const again = await collectFrom(endpoint.baseUrl, run);
    expect(again.calls).toMatchObject({ answered: 1, failed: 0, attempts: 1 });
  });

  test("Retry-After holds everybody back", async () => {
    endpoint.script = { fault: (_request, count) => (count === 0 ? FAULTS.rateLimit("0.5") : undefined) };
    await collectFrom(endpoint.baseUrl, run, { concurrency: 2 });
    // At most the second worker's first call was on its way; all others waited.
    const early = endpoint.requests.filter(({ atMs }) => atMs - endpoint.requests[0]!.atMs < 400);
    expect(early.length).toBeLessThanOrEqual(3);
    expect(endpoint.requests).toHaveLength(21);
  });

  test("too many requests hold everybody back also without Retry-After", async () => {
    endpoint.script = { fault: (_request, count) => (count === 0 ? FAULTS.status(429) : undefined) };
    await collectFrom(endpoint.baseUrl, run, { concurrency: 2, firstRetryDelayMs: 500 });
    const early = endpoint.requests.filter(({ atMs }) => atMs - endpoint.requests[0]!.atMs < 400);
    expect(early.length).toBeLessThanOrEqual(3);
    expect(endpoint.requests).toHaveLength(21);
  });

  test("a limit of the rate spaces the calls, however many may be under way", async () => {
    await collectFrom(endpoint.baseUrl, run, { concurrency: 8, callsPerMinute: 1200 });
    expect(endpoint.requests).toHaveLength(20);
    // 50 ms between any two; timers may be a little early.
    expect(endpoint.requests.at(-1)!.atMs - endpoint.requests[0]!.atMs).toBeGreaterThan(19 * 50 - 100);
  });

  test.each([401, 402, 404])("status %i ends the collection at once", async (status) => {
    endpoint.script = { fault: () => FAULTS.status(status, "sk-echoed") };
    await expect(collectFrom(endpoint.baseUrl, run, { concurrency: 1 })).rejects.toThrow(
      new RegExp(`A call failed for good, so nothing more was sent.*status ${status}`),
    );
    expect(endpoint.requests).toHaveLength(1);
    endpoint.script = {};
    expect((await collectFrom(endpoint.baseUrl, run)).calls).toMatchObject({ answered: 20 });
  });

  test("what an endpoint says cannot steer the terminal", async () => {
    endpoint.script = { fault: () => FAULTS.status(404, "no \u001b[2J\u009b31m such\nmodel") };
    const work = collectFrom(endpoint.baseUrl, run, { concurrency: 1 });
    await expect(work).rejects.toThrow(/status 404: no \[2J 31m such model$/);
  });

  test("credit that is used up is not waited for", async () => {
    endpoint.script = {
      fault: () => (response) => {
        response.writeHead(429, { "content-type": "application/json" });
        response.end(
          JSON.stringify({ error: { message: "You exceeded your quota", code: "insufficient_quota" } }),
        );
      },
    };
    await expect(collectFrom(endpoint.baseUrl, run, { concurrency: 1 })).rejects.toBeInstanceOf(LlmError);
    expect(endpoint.requests).toHaveLength(1);
  });

  test("repeated failures end the collection, answers in between start the count again", async () => {
    endpoint.script = { fault: (_request, count) => (count % 3 === 2 ? undefined : FAULTS.status(400)) };
    const spread = { concurrency: 1, failuresToStop: 3 };
    expect((await collectFrom(endpoint.baseUrl, run, spread)).calls).toMatchObject({
      failed: 14,
      answered: 6,
    });
    endpoint.script = { fault: () => FAULTS.status(400) };
    await expect(collectFrom(endpoint.baseUrl, run, spread)).rejects.toThrow(
      /3 calls in a row failed for good/,
    );
    expect(endpoint.requests).toHaveLength(20 + 3);
  });

  test("an endpoint that is not there costs nothing and is said plainly", async () => {
    await endpoint.close();
    const work = collectFrom(endpoint.baseUrl, run, { retries: 1, failuresToStop: 2, price: SCRIPTED_PRICE });
    await expect(work).rejects.toThrow(/cannot be reached: .*ECONNREFUSED.*Is the endpoint running/);
    const failed = (await readJournalLines(run)).filter(({ type }) => type === "failed");
    expect(failed.every(({ mayBeBilled }) => mayBeBilled === false)).toBe(true);
    endpoint = await startScriptedChatEndpoint();
    expect((await collectFrom(endpoint.baseUrl, run)).calls).toMatchObject({ answered: 20, failed: 0 });
  });
});

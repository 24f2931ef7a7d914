import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  additions,
  collectFrom,
  readInteractions,
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
import { openRunDirectory, readRewardLog } from "../../data/index.ts";
import { AbortedError, ConfigError, ExistsError, LlmError, UsageError } from "../../errors.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";

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

test("every question is asked with every prompt, and the run can be read as a log", async () => {
  endpoint.script = { delayMs: () => 15 };
  const summary = await collectFrom(endpoint.baseUrl, run, { repeats: 2, concurrency: 4 });
  expect(summary).toMatchObject({
    ended: "complete",
    calls: { planned: 40, answeredBefore: 0, answered: 40, failed: 0, held: 0, remaining: 0, attempts: 40 },
    unknown: [],
    interactions: 40,
    success: 1,
  });
  expect(endpoint.peakConcurrency).toBe(4);
  expect(new Set(endpoint.answered).size).toBe(20);
  const log = await readRewardLog(await openRunDirectory(run));
  expect([log.length, log.queries.length, log.prompts.length, log.model]).toEqual([40, 10, 2, "scripted"]);
  expect([...log.reward].every((reward) => reward === 1)).toBe(true);
  const [first] = await readInteractions(run);
  expect(first).toMatchObject({
    model: "scripted",
    reward: 1,
    answer: expect.stringMatching(/^The answer is/),
  });
});

test("the same call again sends nothing; more repeats, questions and prompts send only what is new", async () => {
  await collectFrom(endpoint.baseUrl, run);
  expect((await collectFrom(endpoint.baseUrl, run)).calls).toMatchObject({ answeredBefore: 20, answered: 0 });
  expect(endpoint.requests).toHaveLength(20);
  const more = { repeats: 2, queries: additions(12), prompts: somePrompts(3) };
  expect((await collectFrom(endpoint.baseUrl, run, more)).calls).toMatchObject({
    planned: 72,
    answeredBefore: 20,
    answered: 52,
  });
  expect(endpoint.requests).toHaveLength(72);
  const log = await readRewardLog(await openRunDirectory(run));
  expect([log.length, log.queries.length, log.prompts.length]).toEqual([72, 12, 3]);
  // Fewer questions than before take nothing away.
  const fewer = await collectFrom(endpoint.baseUrl, run, { queries: additions(3) });
  expect([fewer.calls.planned, fewer.interactions]).toEqual([6, 72]);
  expect((await openRunDirectory(run)).manifest.counts).toMatchObject({
    interactions: 72,
    uniqueQueries: 12,
  });
});

test.each([
  [
    "the sampling",
    { settings: { ...PRESETS.plain, sampling: { temperature: 0.5 } } },
    /temperature null, but now it is 0.5/,
  ],
  [
    "the system message",
    { settings: { ...PRESETS.plain, system: "Be brief." } },
    /system null, but now it is "Be brief."/,
  ],
  [
    "the examples",
    { settings: { ...PRESETS.plain, fewShot: [{ text: "1 + 1?", answer: "2" }] } },
    /fewShot null, but now/,
  ],
  ["the matcher", { matcher: "exact" as const }, /matcher "numeric", but now it is "exact"/],
  [
    "a prompt",
    { prompts: [{ id: "p-0", template: "Other: {{query}}", split: "training" as const }] },
    /template of the prompt "p-0" has changed .* "Way 0: \{\{query\}\}", now it is "Other/,
  ],
  [
    "a question",
    { queries: [{ id: "q-0", text: "3 + 3?", answer: "6" }] },
    /text of the question "q-0" has changed/,
  ],
  [
    "a golden answer",
    { queries: [{ ...additions(1)[0]!, answer: "9" }] },
    /answer of the question "q-0" has changed/,
  ],
])("%s cannot change within a run", async (_what, change, message) => {
  await collectFrom(endpoint.baseUrl, run);
  const before = endpoint.requests.length;
  await expect(collectFrom(endpoint.baseUrl, run, change)).rejects.toThrow(message);
  await expect(collectFrom(endpoint.baseUrl, run, change)).rejects.toBeInstanceOf(ConfigError);
  expect(endpoint.requests).toHaveLength(before);
  expect(await readInteractions(run)).toHaveLength(20);
});

test("folders of others are left alone", async () => {
  const { writeFile, mkdir } = await import("node:fs/promises");
  await mkdir(run);
  await writeFile(join(run, "notes.txt"), "mine");
  await expect(collectFrom(endpoint.baseUrl, run)).rejects.toBeInstanceOf(ExistsError);
  await writeFile(join(run, "run.json"), "{}");
  await expect(collectFrom(endpoint.baseUrl, run)).rejects.toThrow(/holds an imported log/);
  await expect(collectFrom(endpoint.baseUrl, join(run, "notes.txt"))).rejects.toBeInstanceOf(ExistsError);
  expect(endpoint.requests).toHaveLength(0);
});

test("two collectors exclude each other, and the second says who holds the run", async () => {
  endpoint.script = { delayMs: () => 100 };
  const first = collectFrom(endpoint.baseUrl, run);
  await expect.poll(() => endpoint.requests.length).toBeGreaterThan(0);
  await expect(collectFrom(endpoint.baseUrl, run)).rejects.toThrow(
    new RegExp(`process ${process.pid} on .* is collecting into this run`),
  );
  expect((await first).ended).toBe("complete");
  expect(endpoint.requests).toHaveLength(20);
});

test("a signal ends the sending, keeps the answers under way, and the next call goes on", async () => {
  const controller = new AbortController();
  endpoint.script = { delayMs: () => 20 };
  const work = collectFrom(endpoint.baseUrl, run, {
    concurrency: 3,
    signal: controller.signal,
    onProgress: (_stage, done) => {
      if (done === 5) controller.abort();
    },
  });
  await expect(work).rejects.toBeInstanceOf(AbortedError);
  const sent = endpoint.requests.length;
  expect(sent).toBeLessThan(10);
  expect(await readInteractions(run)).toHaveLength(sent);
  const rest = await collectFrom(endpoint.baseUrl, run);
  expect(rest.calls).toMatchObject({ answeredBefore: sent, answered: 20 - sent });
  expect(rest.unknown).toEqual([]);
  expect(endpoint.requests).toHaveLength(20);
});

describe("failures", () => {
  test("every kind passes, is tried again as configured, and is never a wrong answer", async () => {
    const kinds = [
      FAULTS.rateLimit("0"),
      FAULTS.status(500),
      FAULTS.hang,
      FAULTS.truncate,
      FAULTS.garbage,
      FAULTS.drip,
      FAULTS.reset,
      FAULTS.empty,
    ];
    let next = 0;
    endpoint.script = {
      fault: (_request, count) => (count % 5 === 2 ? kinds[next++ % kinds.length] : undefined),
    };
    const summary = await collectFrom(endpoint.baseUrl, run, {
      queries: additions(30),
      concurrency: 4,
      timeoutMs: 300,
      retries: 3,
    });
    expect(next).toBeGreaterThanOrEqual(kinds.length);
    expect(summary).toMatchObject({ ended: "complete", interactions: 60, success: 1 });
    expect(summary.calls).toMatchObject({ answered: 60, failed: 0, attempts: 60 + next });
    expect(endpoint.requests).toHaveLength(60 + next);
    const failed = (await readJournalLines(run)).filter(({ type }) => type === "failed");
    expect(failed).toHaveLength(next);
    expect(failed.every(({ isFinal }) => isFinal === false)).toBe(true);
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

  test.each([401, 402, 404])("status %i ends the collection at once", async (status) => {
    endpoint.script = { fault: () => FAULTS.status(status, "sk-echoed") };
    await expect(collectFrom(endpoint.baseUrl, run, { concurrency: 1 })).rejects.toThrow(
      new RegExp(`A call failed for good, so nothing more was sent.*status ${status}`),
    );
    expect(endpoint.requests).toHaveLength(1);
    endpoint.script = {};
    expect((await collectFrom(endpoint.baseUrl, run)).calls).toMatchObject({ answered: 20 });
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

test.each<readonly [string, Parameters<typeof collectFrom>[2], RegExp]>([
  ["no golden answer", { queries: [{ id: "a", text: "Why?" }] }, /question "a" has no golden answer/],
  ["no repeats", { repeats: 0 }, /repeats is 0, expected a whole number ≥ 1/],
  ["half a call at once", { concurrency: 0.5 }, /concurrency is 0.5/],
  ["a limit without a price", { maxCost: 1, settings: PRESETS.reference }, /price is known/],
  ["a limit without a limit of tokens", { maxCost: 1, price: SCRIPTED_PRICE }, /Add --max-tokens/],
  [
    "a variable without value",
    { prompts: [{ id: "p", template: "{{query}} {{tone}}", split: "training" }] },
    /prompt "p" has the variable \{\{tone\}\}/,
  ],
  [
    "no room for an answer",
    { settings: PRESETS.reference, queries: [{ id: "long", text: "x".repeat(3000), answer: "1" }] },
    /question "long" with the prompt "p-0" has 3007 bytes, which leaves no room/,
  ],
])("with %s nothing is sent and no folder is made", async (_what, options, message) => {
  await expect(collectFrom(endpoint.baseUrl, run, options)).rejects.toThrow(message);
  expect(endpoint.requests).toHaveLength(0);
  await expect(openRunDirectory(run)).rejects.toThrow(UsageError);
  await expect(openRunDirectory(run)).rejects.toThrow(/does not exist/);
});

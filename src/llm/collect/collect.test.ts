import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  additions,
  collectFrom,
  readInteractions,
  scratchFolder,
  somePrompts,
} from "../../../test/support/collect-fixture.ts";
import {
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { openRunDirectory, readRewardLog } from "../../data/index.ts";
import { AbortedError, ConfigError, ExistsError, UsageError } from "../../errors.ts";
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
  expect([log.length, log.queries.length, log.prompts.length, log.llm]).toEqual([40, 10, 2, "scripted"]);
  expect([...log.reward].every((reward) => reward === 1)).toBe(true);
  const [first] = await readInteractions(run);
  expect(first).toMatchObject({
    llm: "scripted",
    reward: 1,
    answer: expect.stringMatching(/^The answer is/),
  });
});

test("answers carry the published part of their question on", async () => {
  const queries = additions(4).map((query, index) => ({
    ...query,
    split: index < 3 ? ("train" as const) : ("test" as const),
  }));
  await collectFrom(endpoint.baseUrl, run, { queries });
  const parts = (await readInteractions(run)).map(({ queryId, split }) => `${queryId} ${split}`);
  expect(new Set(parts)).toEqual(new Set(["q-0 train", "q-1 train", "q-2 train", "q-3 test"]));
  expect([...(await readRewardLog(await openRunDirectory(run))).part].sort()).toEqual([
    1, 1, 1, 1, 1, 1, 2, 2,
  ]);
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

test("the order in which variables are given does not count, their values do", async () => {
  const prompts = [{ id: "p", template: "{{a}} {{b}} {{query}}", split: "training" as const }];
  const settings = (variables: Record<string, string>) => ({
    prompts,
    settings: { ...PRESETS.plain, variables },
  });
  await collectFrom(endpoint.baseUrl, run, settings({ a: "1", b: "2" }));
  const again = await collectFrom(endpoint.baseUrl, run, settings({ b: "2", a: "1" }));
  expect(again.calls).toMatchObject({ answeredBefore: 10, answered: 0 });
  await expect(collectFrom(endpoint.baseUrl, run, settings({ a: "1", b: "3" }))).rejects.toThrow(/variables/);
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
    new RegExp(`process ${process.pid} on .* is at work on this run`),
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

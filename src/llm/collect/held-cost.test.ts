import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEstimate } from "../../../test/support/collect-checks/estimate.ts";
import { checkHeldCost } from "../../../test/support/collect-checks/held-cost.ts";
import { collectFrom, readInteractions, scratchFolder } from "../../../test/support/collect-fixture.ts";
import {
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { LlmError } from "../../errors.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";

const MAX_TOKENS = 100;
const SETTINGS = { ...PRESETS.plain, sampling: { maxTokens: MAX_TOKENS } };
const PRICED = { price: SCRIPTED_PRICE, settings: SETTINGS } as const;

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

test("random runs, with faults that are billed and crashes among them, never pass their limit", async () => {
  const { violations, figures } = await checkHeldCost({ runs: 20, folder: folder.path });
  expect(violations).toEqual([]);
  expect(figures.overspent).toBe(0);
});

test("a limit that is reached ends the collection well, and a higher one goes on", async () => {
  const first = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.0008, concurrency: 2 });
  expect(first.ended).toBe("max-cost");
  expect(first.calls.answered).toBeGreaterThan(3);
  expect(first.calls.remaining).toBe(20 - first.calls.answered);
  expect(first.cost).toBeCloseTo(endpoint.billed, 12);
  const second = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 });
  expect(second).toMatchObject({ ended: "complete", interactions: 20, possibleCost: 0 });
  expect(second.cost).toBeCloseTo(endpoint.billed, 12);
});

test("a limit below one call sends none", async () => {
  const summary = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.0001 });
  expect(summary).toMatchObject({
    ended: "max-cost",
    interactions: 0,
    calls: { attempts: 0, remaining: 20 },
  });
  expect(endpoint.requests).toHaveLength(0);
});

test("a bill above its reservation keeps the answer and ends the sending", async () => {
  endpoint.script = { answer: () => ({ text: "0", inputTokens: 10, outputTokens: 5000 }) };
  const work = collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1, concurrency: 1 });
  await expect(work).rejects.toThrow(/was billed 10 tokens of input and 5000 of output, more than the most/);
  await expect(collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 })).rejects.toBeInstanceOf(
    LlmError,
  );
  expect(endpoint.requests.length).toBeLessThanOrEqual(1 + 8);
  expect(await readInteractions(run)).toHaveLength(endpoint.requests.length);
});

test("max_tokens is what the endpoint is told, and what the reservation rests on", async () => {
  await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 1 });
  expect(endpoint.requests.map(({ maxTokens }) => maxTokens)).toEqual(new Array(20).fill(MAX_TOKENS));
});

test("answers without a count of tokens count as the most they can cost", async () => {
  endpoint.script = {
    fault: () => (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const choices = [{ index: 0, message: { role: "assistant", content: "1" }, finish_reason: "stop" }];
      response.end(JSON.stringify({ id: "1", created: 1, model: "scripted", choices }));
    },
  };
  const summary = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.005, concurrency: 1 });
  expect(summary.ended).toBe("max-cost");
  // At most $0.0005 a call (about 300 tokens in, 100 out): ten calls fit, not more.
  expect(summary.calls.answered).toBeGreaterThanOrEqual(8);
  expect(summary.calls.answered).toBeLessThanOrEqual(11);
  expect(summary.cost).toBeLessThanOrEqual(0.005);
});

test("the estimate of the rest, revised after 20 calls, is within 5 % of what is billed", async () => {
  const { violations } = await checkEstimate({ runs: 1, folder: folder.path });
  expect(violations).toEqual([]);
});

test("a model that fails in a way of its own ends the collection, and nobody waits for its money", async () => {
  const mostCost = await collectFrom(endpoint.baseUrl, run, { ...PRICED, maxCost: 0.001, concurrency: 1 });
  const mistaken = {
    name: "scripted",
    provider: "openai-compatible",
    answer: async (): Promise<never> => {
      await new Promise((wake) => setTimeout(wake, 5));
      throw new TypeError("no such method");
    },
  };
  const other = join(folder.path, "other");
  const work = collectFrom(endpoint.baseUrl, other, {
    ...PRICED,
    llm: mistaken,
    // Room for one call, so that the others wait.
    maxCost: mostCost.cost! / mostCost.calls.answered + 0.0006,
    concurrency: 4,
  });
  await expect(work).rejects.toThrow("no such method");
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { numberedQuestions, ratedAnswer, ratedPrompts } from "../../../test/support/allocation-questions.ts";
import { wrongPropensities } from "../../../test/support/collect-checks/wrong-propensities.ts";
import {
  collectFrom,
  readInteractions,
  readLines,
  scratchFolder,
} from "../../../test/support/collect-fixture.ts";
import { failingDisk } from "../../../test/support/failing-line-file.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { ConfigError, UsageError } from "../../errors.ts";
import type { AllocationRound } from "../allocate/allocation-types.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";
import type { CollectOptions } from "./collect-types.ts";

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint({
    answer: ({ messages }) => ratedAnswer(messages.at(-1)!.content),
  });
  run = join(folder.path, "run");
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

const QUERIES = numberedQuestions(300);
const PROMPTS = ratedPrompts();
const adaptive = (strategy: "halving" | "bandit", more: Partial<CollectOptions> = {}) =>
  ({ queries: QUERIES, prompts: PROMPTS, strategy, calls: 500, ...more }) as const;

describe.each(["halving", "bandit"] as const)("%s", (strategy) => {
  test("spends its calls where prompts compete, and every answer has its propensity", async () => {
    const summary = await collectFrom(endpoint.baseUrl, run, adaptive(strategy));
    expect(endpoint.requests.length).toBeLessThanOrEqual(500);
    expect(endpoint.requests.length).toBeGreaterThan(480);
    expect(summary.calls).toMatchObject({ answered: endpoint.requests.length, failed: 0, remaining: 0 });
    const interactions = await readInteractions(run);
    expect(interactions).toHaveLength(endpoint.requests.length);
    const { leader, prompts, rounds } = summary.allocation!;
    expect(leader).toBe("p-2");
    expect(prompts.find(({ promptId }) => promptId === "p-2")!.answers).toBeGreaterThan(
      2 * prompts.find(({ promptId }) => promptId === "p-7")!.answers,
    );
    expect(rounds.reduce((sum, { calls }) => sum + calls, 0)).toBe(interactions.length);
    for (const { propensity } of interactions) {
      expect(propensity).toBeGreaterThanOrEqual(0.1);
      expect(propensity).toBeLessThanOrEqual(1);
    }
    expect(new Set(interactions.map(({ propensity }) => propensity)).size).toBeGreaterThan(1);
  });

  test("broken off anywhere, it goes on as if it had not been", async () => {
    const whole = join(folder.path, "whole");
    await collectFrom(endpoint.baseUrl, whole, adaptive(strategy));
    const sent = endpoint.requests.length;
    for (const at of [3, 60, 200, 400]) {
      const disk = failingDisk({ at, code: "EIO", tears: true });
      await collectFrom(endpoint.baseUrl, run, adaptive(strategy, { openLogFile: disk.open })).catch(
        () => undefined,
      );
    }
    const last = await collectFrom(endpoint.baseUrl, run, adaptive(strategy));
    expect(last.ended).toBe("complete");
    const byName = (path: string) =>
      readInteractions(path).then((lines) =>
        lines.map(({ latencyMs: _, ...line }) => JSON.stringify(line)).sort(),
      );
    expect(await byName(run)).toEqual(await byName(whole));
    // Twice was sent what was unknown, of four sessions that ended early.
    expect(endpoint.requests.length - 2 * sent).toBeLessThanOrEqual(4 * 8);
  });

  test("calls given up are asked again later, and no decision made without them changes", async () => {
    const isDown = (content: string): boolean => /Say \d*7\.$/.test(content);
    endpoint.script = {
      ...endpoint.script,
      fault: ({ messages }) => (isDown(messages.at(-1)!.content) ? FAULTS.status(503) : undefined),
    };
    const patient = adaptive(strategy, { retries: 0, failuresToStop: 100 });
    const first = await collectFrom(endpoint.baseUrl, run, patient);
    const rounds = await readLines<AllocationRound>(join(run, "collect", "allocation.jsonl"));
    endpoint.script = { ...endpoint.script, fault: () => undefined };
    const second = await collectFrom(endpoint.baseUrl, run, patient);
    expect(await readLines(join(run, "collect", "allocation.jsonl"))).toEqual(rounds);
    expect(second.calls).toMatchObject({ answered: first.calls.failed, failed: 0, remaining: 0 });
    expect(first.calls.failed).toBeGreaterThan(20);
    const settings = {
      strategy,
      questions: QUERIES.length,
      prompts: PROMPTS.length,
      repeats: 1,
      calls: 500,
      seed: 7,
    };
    const lines = await readInteractions(run);
    expect(wrongPropensities(settings, rounds, lines, QUERIES, PROMPTS)).toEqual([]);
  });

  test("more calls go on from there; other questions, prompts or seeds are refused", async () => {
    await collectFrom(endpoint.baseUrl, run, adaptive(strategy, { calls: 300 }));
    const first = await readInteractions(run);
    const more = await collectFrom(endpoint.baseUrl, run, adaptive(strategy, { calls: 400 }));
    const both = await readInteractions(run);
    expect(both.slice(0, first.length)).toEqual(first);
    expect(both.length).toBeGreaterThan(first.length + 80);
    expect(both.length).toBeLessThanOrEqual(400);
    expect(more.calls.answeredBefore).toBe(first.length);
    for (const change of [
      { queries: QUERIES.slice(1) },
      { prompts: PROMPTS.slice(1) },
      { seed: 8 },
      { strategy: "uniform", calls: undefined },
    ] as Partial<CollectOptions>[])
      await expect(
        collectFrom(endpoint.baseUrl, run, { ...adaptive(strategy), ...change } as Partial<CollectOptions>),
      ).rejects.toBeInstanceOf(ConfigError);
  });
});

test("it works within a limit of costs, and goes on with a higher one", async () => {
  const priced = {
    price: SCRIPTED_PRICE,
    settings: { ...PRESETS.plain, sampling: { maxTokens: 20 } },
    matcher: "numeric",
  } as const;
  const limited = await collectFrom(
    endpoint.baseUrl,
    run,
    adaptive("halving", { ...priced, maxCost: 0.006 }),
  );
  expect(limited.ended).toBe("max-cost");
  expect(endpoint.billed).toBeLessThanOrEqual(0.006);
  const rest = await collectFrom(endpoint.baseUrl, run, adaptive("halving", { ...priced, maxCost: 1 }));
  expect(rest.ended).toBe("complete");
  expect(endpoint.requests.length).toBe(rest.interactions);
  expect(rest.interactions).toBeGreaterThan(480);
});

test.each<readonly [string, Partial<CollectOptions>, RegExp]>([
  ["no number of calls", { calls: undefined } as never, /say how many, by --calls/],
  ["a number of calls with uniform", { strategy: "uniform" }, /goes with --strategy halving or bandit/],
  ["no labels", { matcher: "none" }, /follows the labels/],
  ["a single prompt", { prompts: PROMPTS.slice(1, 2) }, /compares prompts, and there is 1/],
  ["pairs", { pairs: [] }, /chooses the pairs/],
  ["too few calls for one question", { calls: 5 }, /5 calls do not suffice .* 8 prompts/],
])("with %s nothing is sent", async (_what, options, message) => {
  const work = collectFrom(endpoint.baseUrl, run, { ...adaptive("halving"), ...options });
  await expect(work).rejects.toThrow(message);
  await expect(work).rejects.toBeInstanceOf(UsageError);
  expect(endpoint.requests).toHaveLength(0);
});

test("a damaged file of rounds is named with its line", async () => {
  await collectFrom(endpoint.baseUrl, run, adaptive("halving"));
  const file = join(run, "collect", "allocation.jsonl");
  await writeFile(file, (await readFile(file, "utf8")).replace('"slots":', '"slits":'));
  await expect(collectFrom(endpoint.baseUrl, run, adaptive("halving"))).rejects.toThrow(/"slots" is missing/);
});

test("held calls are told once, as held, and not again by each round", async () => {
  const disk = failingDisk({ at: 60, code: "EIO", tears: true });
  await collectFrom(endpoint.baseUrl, run, adaptive("halving", { openLogFile: disk.open })).catch(
    () => undefined,
  );
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const { calls, allocation } = await collectFrom(
    endpoint.baseUrl,
    run,
    adaptive("halving", { skipUncertain: true, onWarning }),
  );
  expect(calls.held).toBeGreaterThan(0);
  expect(allocation!.rounds.length).toBeGreaterThan(1);
  const told = warnings.filter((message) => message.includes("may have been billed"));
  expect(told).toEqual([expect.stringMatching(/They are held:/)]);
});

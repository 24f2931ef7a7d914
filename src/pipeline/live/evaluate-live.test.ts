import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readInteractions, scratchFolder } from "../../../test/support/collect-fixture.ts";
import {
  type PlantedLlm,
  plantedChance,
  plantedModel,
  plantedQuestions,
  plantedTrainedRun,
  writeQuestions,
} from "../../../test/support/planted-llm.ts";
import { SCRIPTED_PRICE } from "../../../test/support/scripted-chat-endpoint.ts";
import { AbortedError, DataError, UsageError } from "../../errors.ts";
import { type CallStatus, ChatError, PRESETS } from "../../llm/index.ts";
import { evaluateLive, planLive } from "./evaluate-live.ts";
import type { LiveOptions, LiveResult } from "./live-types.ts";

const LLM: PlantedLlm = { chance: plantedChance(0.5) };
const HELD_OUT = plantedQuestions(300, 300);
const LIMITED = { ...PRESETS.plain, sampling: { maxTokens: 20 } };

let folder: Awaited<ReturnType<typeof scratchFolder>>;
/** A log with a gain to be had, and a chooser that takes it; left as it is. */
let trained: string;
let queriesFile: string;
let run: string;

beforeAll(async () => {
  folder = await scratchFolder();
  trained = await plantedTrainedRun(folder.path, LLM);
  queriesFile = await writeQuestions(folder.path, HELD_OUT);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  run = join(folder.path, "copy");
  await rm(run, { recursive: true, force: true });
  await cp(trained, run, { recursive: true });
});

const live = (options: Partial<LiveOptions> = {}): Promise<LiveResult> =>
  evaluateLive(run, { llm: plantedModel(LLM), settings: PRESETS.plain, queriesFile, ...options });

test("a planted gain is found early, the estimate agrees with it, and the log stays as it was", async () => {
  const llm = plantedModel(LLM);
  const before = await readFile(join(run, "interactions.jsonl"), "utf8");
  const result = await live({ llm, price: SCRIPTED_PRICE });
  expect(result).toMatchObject({
    verdict: "better",
    ended: "decided",
    agrees: true,
    trainedOn: "planted-model",
  });
  // Half of the questions are of the kind that the fixed prompt suits, and cost nothing.
  const { differing, heldOut, counted, compared, unanswered } = result.questions;
  expect([heldOut, unanswered]).toEqual([300, 0]);
  expect(differing).toBeGreaterThan(100);
  expect(differing).toBeLessThan(200);
  expect(compared).toBeLessThan(differing / 2);
  expect(counted).toBeGreaterThan(compared);
  expect(llm.asked).toHaveLength(2 * compared);
  expect(result.calls).toBe(2 * compared);
  expect(result.cost).toBeGreaterThan(0);
  expect(result.gainInterval[0]).toBeGreaterThan(0);
  expect(result.estimatedGain).toBeGreaterThan(0.1);
  expect(result.compared!.chosen).toBeGreaterThan(result.compared!.fixed);
  expect(await readFile(join(run, "interactions.jsonl"), "utf8")).toBe(before);
  // The answers are a run of their own, the CSV has every held-out question.
  expect(await readInteractions(result.answers)).toHaveLength(result.calls);
  const rows = (await readFile(result.file, "utf8")).trimEnd().split("\n");
  expect(rows).toHaveLength(301);
  expect(rows.filter((row) => /,[01],[01]$/.test(row))).toHaveLength(compared);
});

test("where the LLM has changed and nothing is gained, it is not called better", async () => {
  const verdicts = new Map<string, number>();
  for (let seed = 1; seed <= 5; seed++) {
    const llm = { ...plantedModel({ chance: () => 0.5, seed }), name: `flat-${seed}` };
    const { verdict, agrees, estimatedGain, gainInterval } = await live({ llm, margin: 0.05 });
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    // What the log promised is not what is found, and the result says so.
    expect(agrees).toBe(estimatedGain! <= gainInterval[1]);
    if (verdict === "not-better" || verdict === "worse") expect(agrees).toBe(false);
  }
  expect(verdicts.get("better") ?? 0).toBe(0);
});

test("where the chooser keeps to the fixed prompt, nothing is asked", async () => {
  const other = await scratchFolder();
  try {
    const flat = await plantedTrainedRun(other.path, { chance: plantedChance(0) });
    const llm = plantedModel(LLM);
    const result = await evaluateLive(flat, { llm, settings: PRESETS.plain, queriesFile });
    expect(result).toMatchObject({ verdict: "same", calls: 0, gain: 0, compared: null });
    expect(llm.asked).toEqual([]);
  } finally {
    await other.remove();
  }
});

test("stopped in between, the same call goes on, repeats no answered call and finds the same", async () => {
  const whole = await live({ llm: plantedModel(LLM) });
  await rm(whole.answers, { recursive: true });
  const controller = new AbortController();
  const llm = plantedModel(LLM);
  const answer = async (request: Parameters<typeof llm.answer>[0]) => {
    if (llm.asked.length === 25) controller.abort();
    return llm.answer(request);
  };
  const stopped = live({ llm: { ...llm, answer }, signal: controller.signal });
  await expect(stopped).rejects.toBeInstanceOf(AbortedError);
  const sent = llm.asked.length;
  expect(sent).toBeLessThan(whole.calls);
  expect(await live({ llm })).toEqual(whole);
  expect(llm.asked).toHaveLength(whole.calls);
  expect(new Set(llm.asked).size).toBe(whole.calls);
});

test("the limit of costs holds over all rounds and sessions", async () => {
  const maxCost = 0.002;
  const limited = { settings: LIMITED, price: SCRIPTED_PRICE, maxCost, margin: 0 };
  const llm = plantedModel({ chance: () => 0.5 });
  const first = await live({ ...limited, llm });
  expect(first).toMatchObject({ ended: "max-cost", verdict: "undecided" });
  expect(first.cost).toBeLessThanOrEqual(maxCost);
  expect(first.questions.compared).toBeGreaterThan(0);
  const sent = llm.asked.length;
  const second = await live({ ...limited, llm });
  expect(second.cost).toBe(first.cost);
  expect(llm.asked).toHaveLength(sent);
  const more = await live({ ...limited, llm, maxCost: 2 * maxCost });
  expect(more.questions.compared).toBeGreaterThan(first.questions.compared);
  expect(more.cost).toBeLessThanOrEqual(2 * maxCost);
});

test("what is ahead is known before the first call", async () => {
  const llm = plantedModel(LLM);
  const { planned } = await planLive(run, {
    llm,
    settings: LIMITED,
    queriesFile,
    price: SCRIPTED_PRICE,
    limit: 100,
  });
  expect(planned.questions).toMatchObject({ given: 100, heldOut: 100, inLog: 0 });
  expect(planned.calls).toBe(2 * planned.questions.differing);
  expect(planned.estimate.most.outputTokens).toBe(20 * planned.calls);
  expect(llm.asked).toEqual([]);
});

test("questions of the log are no test, and every question that is asked needs its answer", async () => {
  const logged = await writeQuestions(join(folder.path, "copy"), plantedQuestions(0, 20));
  await expect(live({ queriesFile: logged })).rejects.toThrow(
    /None of the 20 .* 20 stand in the training log/s,
  );
  await expect(live({ queriesFile: logged })).rejects.toBeInstanceOf(UsageError);
  const bare = await writeQuestions(
    join(folder.path, "copy"),
    HELD_OUT.map(({ id, text }) => ({ id, text })),
  );
  await expect(live({ queriesFile: bare })).rejects.toBeInstanceOf(DataError);
  await expect(live({ margin: 1 })).rejects.toThrow(/margin is 1/);
  await expect(live({ maxCost: 1, price: SCRIPTED_PRICE })).rejects.toThrow(/--max-tokens/);
});

test("questions that the endpoint refuses are asked about once, and do not end the work", async () => {
  const llm = plantedModel({ chance: () => 0.5 });
  const refused: string[] = [];
  const answer = async (request: Parameters<typeof llm.answer>[0]) => {
    const { content } = request.messages.at(-1)!;
    if (!/number \d*[05] of/.test(content)) return llm.answer(request);
    refused.push(content);
    throw new ChatError("refused", { mayBeBilled: false });
  };
  const statuses: CallStatus[] = [];
  const result = await live({
    llm: { ...llm, answer },
    margin: 0,
    onStatus: (status) => statuses.push(status),
  });
  expect(result.questions.unanswered).toBeGreaterThan(8);
  expect(result.calls).toBe(llm.asked.length);
  expect(new Set(refused).size).toBe(refused.length);
  const shown = statuses.map(({ done }) => done);
  expect(shown).toEqual([...shown].sort((one, other) => one - other));
  expect(statuses.at(-1)).toMatchObject({
    done: result.calls + refused.length,
    errors: refused.length,
  });
});

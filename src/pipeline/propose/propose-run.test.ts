import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readInteractions, scratchFolder } from "../../../test/support/collect-fixture.ts";
import {
  PLANTED_PROMPTS,
  type PlantedLlm,
  plantedChance,
  plantedModel,
  plantedTrainedRun,
} from "../../../test/support/planted-llm.ts";
import { plantedRun } from "../../../test/support/planted-run.ts";
import { SCRIPTED_PRICE } from "../../../test/support/scripted-chat-endpoint.ts";
import { readPromptsFile } from "../../data/index.ts";
import { AbortedError, LlmError, UsageError } from "../../errors.ts";
import { PRESETS } from "../../llm/index.ts";
import { trainRun } from "../train-run.ts";
import { planProposals, proposeRun } from "./propose-run.ts";
import type { ProposeOptions, ProposeResult } from "./propose-types.ts";

/** Works on all questions, though nothing in its wording says so. */
const GOOD = "Work it out on paper first, then check the result.";
const BAD = "Sing a very short song about them all.";
const NEAR = "Add up carefully, step by step!";
const LLM: PlantedLlm = {
  chance: (question) => (question.template === GOOD ? 0.95 : plantedChance(0.5)(question)),
  templates: [GOOD, BAD],
  proposals: `Of course:\n<prompt>${GOOD}</prompt>\n<prompt>${BAD}</prompt>\n<prompt>${NEAR}</prompt>`,
};
const LIMITED = { ...PRESETS.plain, sampling: { maxTokens: 20 } };

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let trained: string;
let run: string;

beforeAll(async () => {
  folder = await scratchFolder();
  trained = await plantedTrainedRun(folder.path, LLM);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  run = join(folder.path, "copy");
  await rm(run, { recursive: true, force: true });
  await cp(trained, run, { recursive: true });
});

const propose = (options: Partial<ProposeOptions> = {}): Promise<ProposeResult> =>
  proposeRun(run, { llm: plantedModel(LLM), settings: PRESETS.plain, ...options });

test("candidates are asked for by kind, freed of duplicates, estimated, tested and written", async () => {
  const llm = plantedModel(LLM);
  const before = await readFile(join(run, "interactions.jsonl"), "utf8");
  const result = await propose({ llm, price: SCRIPTED_PRICE, testCalls: 120 });
  const requests = llm.asked.filter((content) => content.includes("<prompt>"));
  // All questions, and kinds: each request shows what was tried there.
  expect(requests.length).toBeGreaterThan(1);
  for (const request of requests) {
    for (const { template } of PLANTED_PROMPTS) expect(request).toContain(template);
    expect(request).toContain("The model's answer: The answer is 0.");
  }
  // Every reply says the same, so only the first one's are new; one is a known prompt with another sign at its end.
  expect(result.candidates.map(({ template }) => template).sort()).toEqual([BAD, GOOD]);
  expect(result.rejected).toHaveLength(3 * requests.length - 2);
  expect(result.rejected.map(({ reason }) => reason)).toContain('It says the same as "sum".');
  for (const { id, source, estimatedSuccess } of result.candidates) {
    expect(id).toMatch(/^proposed-[0-9a-f]{8}$/);
    expect(source).toBe("llm");
    expect(estimatedSuccess).toBeGreaterThan(0);
    expect(estimatedSuccess).toBeLessThan(1);
  }
  const good = result.candidates.find(({ template }) => template === GOOD)!;
  const bad = result.candidates.find(({ template }) => template === BAD)!;
  expect(bad.nearestPromptId).toBe("weak");
  expect(bad.estimatedGain).toBeLessThan(good.estimatedGain);
  expect(good.test!.difference).toBeGreaterThan(0.1);
  expect(good.test!.ci95[0]).toBeLessThan(good.test!.difference);
  expect(bad.test!.ci95[1]).toBeLessThan(0);
  // What the test found worse is not written.
  expect([good.isWritten, bad.isWritten]).toEqual([true, false]);
  expect(await readPromptsFile(result.file!)).toEqual([{ id: good.id, template: GOOD, split: "training" }]);
  expect(await readFile(result.file!, "utf8")).toMatch(/^# all questions: estimated .* tested on 40: \+/);
  // Answers lie beside the log.
  expect(await readFile(join(run, "interactions.jsonl"), "utf8")).toBe(before);
  expect(await readInteractions(result.answers)).toHaveLength(120);
  expect(llm.asked).toHaveLength(120 + requests.length);
  // The same again costs nothing, and finds the same.
  expect(await propose({ llm, price: SCRIPTED_PRICE, testCalls: 120 })).toEqual(result);
  expect(llm.asked).toHaveLength(120 + requests.length);
});

test("no question that was shown is tested", async () => {
  const llm = plantedModel(LLM);
  await propose({ llm });
  const shown = llm.asked.filter((content) => content.includes("<prompt>")).join("\n");
  const tested = new Set(
    llm.asked.filter((content) => !content.includes("<prompt>")).map((content) => content.split("\n")[0]!),
  );
  expect(tested.size).toBeGreaterThan(10);
  for (const question of tested) expect(shown).not.toContain(question);
});

test("candidates of a file need no model, and none of it is tested where no call is allowed", async () => {
  const ideas = join(run, "ideas.yaml");
  await writeFile(
    ideas,
    `- id: paper\n  template: ${GOOD}\n- id: sum\n  template: "${PLANTED_PROMPTS[0]!.template}"\n`,
  );
  const llm = plantedModel(LLM);
  const result = await propose({ llm, candidates: 0, promptsFile: ideas, testCalls: 0 });
  expect(llm.asked).toEqual([]);
  expect(result.candidates).toMatchObject([
    { id: "paper", source: "file", scope: { id: "all" }, test: null, isWritten: true },
  ]);
  expect(result.rejected).toHaveLength(1);
  await writeFile(ideas, `- id: sum\n  template: ${GOOD}\n`);
  await expect(propose({ candidates: 0, promptsFile: ideas })).rejects.toThrow(
    /"sum" .* id of another prompt/,
  );
  await expect(propose({ candidates: 0 })).rejects.toBeInstanceOf(UsageError);
});

test("without a readable reply nothing is tested, and the error says what came instead", async () => {
  const llm = plantedModel({ ...LLM, proposals: "As a language model, I" });
  const asked = propose({ llm });
  await expect(asked).rejects.toBeInstanceOf(LlmError);
  await expect(asked).rejects.toThrow(/The first begins: "As a language model, I"/);
  expect(llm.asked.every((content) => content.includes("<prompt>"))).toBe(true);
});

test("one limit of costs holds asking and testing, over all sessions", async () => {
  const maxCost = 0.006;
  const limited = { settings: LIMITED, price: SCRIPTED_PRICE, maxCost, concurrency: 1 };
  const llm = plantedModel(LLM);
  const first = await propose({ ...limited, llm });
  expect(first.ended).toBe("max-cost");
  expect(first.cost).toBeLessThanOrEqual(maxCost);
  const sent = llm.asked.length;
  const second = await propose({ ...limited, llm });
  expect([second.ended, second.cost, llm.asked.length]).toEqual(["max-cost", first.cost, sent]);
  expect((await propose({ ...limited, llm, maxCost: 1 })).ended).toBe("complete");
  // What could not be held is refused before anything is paid.
  await expect(propose({ ...limited, llm, settings: PRESETS.plain })).rejects.toThrow(/--max-tokens/);
});

test("stopped in between, the same call goes on and repeats no answered call", async () => {
  const controller = new AbortController();
  const llm = plantedModel(LLM);
  const answer = async (request: Parameters<typeof llm.answer>[0]) => {
    if (llm.asked.length === 30) controller.abort();
    return llm.answer(request);
  };
  await expect(propose({ llm: { ...llm, answer }, signal: controller.signal })).rejects.toBeInstanceOf(
    AbortedError,
  );
  const result = await propose({ llm });
  expect(new Set(llm.asked).size).toBe(llm.asked.length);
  const other = plantedModel(LLM);
  await rm(result.answers, { recursive: true });
  expect(await propose({ llm: other })).toEqual(result);
  expect(other.asked).toHaveLength(llm.asked.length);
});

test("what is ahead is known before the first call", async () => {
  const llm = plantedModel(LLM);
  const { planned } = await planProposals(run, {
    llm,
    settings: LIMITED,
    price: SCRIPTED_PRICE,
    testCalls: 50,
  });
  expect(planned).toMatchObject({ llm: "planted-model", trainedOn: "planted-model" });
  expect(planned.testCalls).toBeLessThanOrEqual(50);
  expect(planned.proposalCalls).toBe(planned.scopes.length);
  expect(planned.estimate.expected.calls).toBe(planned.testCalls + planned.proposalCalls);
  expect(planned.estimate.most.cost).toBeGreaterThan(planned.estimate.expected.cost!);
  expect(llm.asked).toEqual([]);
});

test("a log without golden answers can be proposed for, not tested on", async () => {
  const bare = await plantedRun({ questions: 60 });
  await trainRun(bare);
  const llm = plantedModel(LLM);
  await expect(proposeRun(bare, { llm, settings: PRESETS.plain })).rejects.toThrow(/--test-calls 0/);
  const result = await proposeRun(bare, { llm, settings: PRESETS.plain, testCalls: 0 });
  expect(result.candidates.map(({ test }) => test)).toEqual([null, null]);
});

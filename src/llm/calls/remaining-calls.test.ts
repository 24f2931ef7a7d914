import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { additions, scratchFolder, somePrompts } from "../../../test/support/collect-fixture.ts";
import { CollectPlan } from "../collect/collect-plan.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";
import { describeUnknownCalls } from "./describe-unknown-calls.ts";
import { remainingCalls } from "./remaining-calls.ts";

let folder: { path: string; remove(): Promise<void> };
let journal: string;
beforeEach(async () => {
  folder = await scratchFolder();
  journal = join(folder.path, "journal.jsonl");
});
afterEach(() => folder.remove());

const plan = new CollectPlan(additions(3), somePrompts(2), 1, PRESETS.plain);
const price = { input: 1, output: 2 };
const call = (query: string, prompt: string) => ({ query, prompt, repetition: 0, attempt: 1 });
const sent = (query: string, prompt: string) => ({
  type: "sent",
  ...call(query, prompt),
  mostInputTokens: 10,
  mostOutputTokens: 100,
});

/** One call answered, one given up after it may have cost, one of unknown outcome; another of a question since left out. */
async function writeJournal(): Promise<void> {
  const records = [
    sent("q-0", "p-0"),
    { type: "answered", ...call("q-0", "p-0"), answer: "0", finishReason: "stop", latencyMs: 1 },
    sent("q-1", "p-0"),
    { type: "failed", ...call("q-1", "p-0"), message: "hung", mayBeBilled: true, isFinal: true },
    sent("q-2", "p-1"),
    sent("q-9", "p-1"),
  ];
  await writeFile(journal, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

test("without a journal everything is left", async () => {
  const ahead = await remainingCalls(plan, journal, { price, maxTokens: 100 });
  expect(ahead).toMatchObject({ calls: 6, answered: 0, setAside: 0, left: 6 });
  expect(await remainingCalls(plan, undefined, { price, maxTokens: 100 })).toEqual(ahead);
});

test("what is answered, given up or held is not left, and costs nothing more", async () => {
  const whole = await remainingCalls(plan, journal, { price, maxTokens: 100 });
  await writeJournal();
  const ahead = await remainingCalls(plan, journal, { price, maxTokens: 100 });
  expect(ahead).toMatchObject({ calls: 6, answered: 1, setAside: 1, left: 4 });
  expect(ahead.estimate.expected.calls).toBe(4);
  expect(ahead.estimate.expected.cost).toBeCloseTo((whole.estimate.expected.cost! * 4) / 6, 6);
  const held = await remainingCalls(plan, journal, { price, skipUncertain: true });
  expect(held).toMatchObject({ answered: 1, setAside: 2, left: 3 });
  const retried = await remainingCalls(plan, journal, { price, retryFailed: true });
  expect(retried).toMatchObject({ answered: 1, setAside: 0, left: 5 });
});

test("where only some of the calls will be made, earlier ones are among them", async () => {
  await writeJournal();
  const ahead = await remainingCalls(plan, journal, { price, maxTokens: 100, calls: 4 });
  expect(ahead).toMatchObject({ calls: 4, answered: 1, setAside: 1, left: 2 });
  expect(ahead.estimate.expected.calls).toBe(2);
});

test("unknown calls that are not planned any more are not said to be sent again", () => {
  const unknown = [
    { queryId: "q-2", promptId: "p-1", repetition: 0, mostCost: 0.5 },
    { queryId: "q-9", promptId: "p-1", repetition: 0, mostCost: 0.25 },
  ];
  const both = describeUnknownCalls(unknown, plan, false);
  expect(both).toMatch(
    /^2 calls were sent .*\n1 of them is sent again and may be billed twice, at most \$0\.500000 in all.*\n {2}q-2 \//,
  );
  expect(both).toMatch(/1 of them is not among the calls that are made next, and left alone:\n {2}q-9 \//);
  const gone = describeUnknownCalls(unknown.slice(1), plan, false);
  expect(gone).not.toMatch(/sent again/);
  expect(describeUnknownCalls(unknown.slice(0, 1), plan, true)).toMatch(
    /^1 call was sent .*\nIt is held:\n {2}q-2/,
  );
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  collectFrom,
  readJournalLines,
  readLines,
  scratchFolder,
} from "../../../test/support/collect-fixture.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { LlmError } from "../../errors.ts";
import { createChatModel } from "../create-chat-model.ts";
import type { ProposalBrief } from "./proposal-brief.ts";
import { type ProposedPrompts, type ProposePromptsOptions, proposePrompts } from "./propose-prompts.ts";

const BRIEFS: readonly ProposalBrief[] = ["all", "kind-1"].map((id) => ({
  id,
  keywords: id === "all" ? [] : ["capital", "of"],
  examples: [`What is the capital of ${id}?`],
  tried: [{ template: "Answer briefly.", success: 0.75 }],
  failures: [
    { question: "Capital of Peru?", template: "Answer briefly.", expected: "Lima", answer: "Cusco" },
  ],
  count: 2,
  questionPosition: "before",
}));

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let endpoint: ScriptedChatEndpoint;
let run: string;
/** Replies in order of the requests; the last one for all that follow. */
let replies: string[];

beforeEach(async () => {
  folder = await scratchFolder();
  run = join(folder.path, "run");
  replies = ["<prompt>A</prompt><prompt>B</prompt>"];
  endpoint = await startScriptedChatEndpoint({
    answer: () => ({
      text: replies.length > 1 ? replies.shift()! : replies[0]!,
      inputTokens: 100,
      outputTokens: 20,
    }),
  });
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

async function propose(options: Partial<ProposePromptsOptions> = {}): Promise<ProposedPrompts> {
  return proposePrompts({
    run,
    briefs: BRIEFS,
    llm: await createChatModel({ model: "scripted", baseUrl: endpoint.baseUrl, environment: {} }),
    concurrency: 1,
    firstRetryDelayMs: 2,
    timeoutMs: 5000,
    ...options,
  });
}

test("a call a brief says what the log shows, and the same again costs nothing", async () => {
  const { proposals, unreadable } = await propose();
  expect(proposals).toEqual(
    ["all", "kind-1"].flatMap((briefId) => [
      { briefId, template: "A" },
      { briefId, template: "B" },
    ]),
  );
  expect(unreadable).toEqual([]);
  const [request] = endpoint.requests;
  expect(request!.maxTokens).toBe(600);
  const { content } = request!.messages[0]!;
  for (const told of [
    "capital of all?",
    '75 %: "Answer briefly."',
    "Lima",
    "Cusco",
    "2 new prompts",
    "{{query}}",
  ])
    expect(content).toContain(told);
  expect(endpoint.requests[1]!.messages[0]!.content).toContain("in common: capital, of");
  expect((await propose()).proposals).toEqual(proposals);
  expect(endpoint.requests).toHaveLength(2);
  // Another brief is another call.
  await propose({ briefs: [{ ...BRIEFS[0]!, count: 3 }] });
  expect(endpoint.requests).toHaveLength(3);
});

test("an unreadable reply is asked for again, three times at most, and told of", async () => {
  replies = ["I cannot.", "<prompt>C</prompt>", "[1]", '{"prompt": "x"}'];
  const { proposals, unreadable, summary } = await propose();
  expect(proposals).toEqual([{ briefId: "kind-1", template: "C" }]);
  expect(unreadable.map(({ text }) => text)).toEqual(["I cannot.", "[1]", '{"prompt": "x"}']);
  expect(endpoint.requests).toHaveLength(4);
  // The model is shown what could not be read.
  const [asked, replied, corrected] = endpoint.requests[2]!.messages;
  expect(asked).toEqual(endpoint.requests[0]!.messages[0]);
  expect(replied).toEqual({ role: "assistant", content: "I cannot." });
  expect(corrected!.content).toMatch(/^No prompt can be found in this/);
  expect(summary.calls.failed).toBe(0);
  // It is not asked for a fourth time by another session.
  expect(await propose()).toMatchObject({ proposals, unreadable });
  expect(endpoint.requests).toHaveLength(4);
});

test("calls that fail are retried and counted as everywhere", async () => {
  endpoint.script = {
    ...endpoint.script,
    fault: (_, count) => (count === 0 ? FAULTS.status(500) : undefined),
  };
  const { summary } = await propose();
  expect(summary.calls).toMatchObject({ answered: 2, attempts: 3 });
  endpoint.script = { ...endpoint.script, fault: () => FAULTS.status(401) };
  await expect(propose({ briefs: [{ ...BRIEFS[0]!, count: 9 }] })).rejects.toBeInstanceOf(LlmError);
});

test("proposals and answers share one journal and one budget, and do not mix", async () => {
  const priced = { price: SCRIPTED_PRICE, maxCost: 1 };
  await propose(priced);
  const { interactions, cost } = await collectFrom(endpoint.baseUrl, run, { price: SCRIPTED_PRICE });
  expect(interactions).toBe(20);
  expect(cost).toBeCloseTo(endpoint.billed, 9);
  const again = await propose(priced);
  expect(again.proposals).toHaveLength(4);
  expect(again.summary.cost).toBeCloseTo(endpoint.billed, 9);
  expect(await readLines(join(run, "collect", "replies.jsonl"))).toHaveLength(2);
  // What the budget no longer covers is not asked.
  const sent = endpoint.requests.length;
  const spent = await propose({ ...priced, maxCost: endpoint.billed, briefs: [{ ...BRIEFS[0]!, count: 4 }] });
  expect(spent).toMatchObject({ proposals: [], summary: { ended: "max-cost" } });
  expect(endpoint.requests).toHaveLength(sent);
});

test("a reply whose line was lost is made again from the journal", async () => {
  const { proposals } = await propose();
  await writeFile(join(run, "collect", "replies.jsonl"), "");
  expect((await propose()).proposals).toEqual(proposals);
  expect(endpoint.requests).toHaveLength(2);
  expect((await readJournalLines(run)).filter(({ type }) => type === "answered")).toHaveLength(2);
});

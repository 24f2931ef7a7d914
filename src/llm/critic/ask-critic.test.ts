import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { additions, collectFrom, readLines, scratchFolder } from "../../../test/support/collect-fixture.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedAnswer,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { askedJudgement } from "../../../test/support/scripted-judge.ts";
import { criticFolder, hashRun, openRunDirectory, readRewardLog } from "../../data/index.ts";
import { AbortedError, ConfigError, DataError, ExistsError, UsageError } from "../../errors.ts";
import { createChatModel } from "../create-chat-model.ts";
import { askCritic, type CriticOptions, type CriticSummary } from "./ask-critic.ts";

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
  await collectFrom(endpoint.baseUrl, run, { queries: additions(20) });
  endpoint.requests.length = 0;
  endpoint.answered.length = 0;
  endpoint.script = { answer: (request) => verdict(askedJudgement(request)!.sum) };
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

/** Says "right" of sums below ten, "wrong" of others, and nothing of the sum 4. */
function verdict(sum: number): ScriptedAnswer {
  const text = sum === 4 ? "Who knows?" : `${sum < 10 ? "True" : "False"} ###${sum / 100}###`;
  return { text, inputTokens: 50, outputTokens: 5 };
}

async function ask(options: Partial<CriticOptions> = {}): Promise<CriticSummary> {
  return askCritic({
    run,
    llm: await createChatModel({ model: "scripted", baseUrl: endpoint.baseUrl, environment: {} }),
    firstRetryDelayMs: 2,
    ...options,
  });
}

const FOLDER = criticFolder("scripted");

test("every answer gets a verdict, which readers of the log find, and the log stays as it was", async () => {
  const before = await readFile(join(run, "interactions.jsonl"), "utf8");
  const hash = await hashRun(await openRunDirectory(run));
  const summary = await ask();
  const unreadable = 2 * additions(20).filter(({ answer }) => answer === "4").length;
  expect(unreadable).toBeGreaterThan(0);
  expect(summary).toMatchObject({
    calls: { planned: 40, answered: 40 },
    tokens: { input: 2000, output: 200 },
    verdicts: 40 - unreadable,
    confidences: 40 - unreadable,
    unreadable,
  });
  expect(summary.agreeing).toBe(summary.saidRight);
  expect(await readFile(join(run, "interactions.jsonl"), "utf8")).toBe(before);
  const opened = await openRunDirectory(run);
  expect(await hashRun(opened)).not.toBe(hash);
  const log = await readRewardLog(opened);
  for (let entry = 0; entry < log.length; entry++) {
    const sum = Number(log.queries[log.queryIndex[entry]!]!.answer);
    expect(log.critic[entry]).toBe(sum === 4 ? Number.NaN : sum < 10 ? 1 : 0);
    expect(log.confidence[entry]).toBe(sum === 4 ? Number.NaN : sum / 100);
  }
  const [line] = await readLines(join(run, FOLDER, "verdicts.jsonl"));
  expect(line).toMatchObject({ inputTokens: 50, outputTokens: 5, latencyMs: expect.any(Number) });
});

test("the same call again sends nothing; answers that came since are asked about", async () => {
  await ask({ limit: 5 });
  expect(endpoint.requests).toHaveLength(10);
  expect((await ask({ limit: 5 })).calls).toMatchObject({ answered: 0, answeredBefore: 10 });
  expect((await ask()).calls).toMatchObject({ answered: 30, answeredBefore: 10 });
  expect(endpoint.requests).toHaveLength(40);
  await expect(ask({ sampling: { temperature: 1 } })).rejects.toThrow(ConfigError);
  const llm = await createChatModel({ model: "scripted", baseUrl: endpoint.baseUrl, environment: {} });
  await expect(ask({ llm: { ...llm, revision: "2" } })).rejects.toThrow(/revision/);
});

test("only the LLM itself is asked, about labeled answers", async () => {
  const llm = await createChatModel({ model: "another", baseUrl: endpoint.baseUrl, environment: {} });
  await expect(ask({ llm })).rejects.toThrow(/no answers of "another"; it has "scripted"/);
  await expect(ask({ llm })).rejects.toThrow(UsageError);
  const unlabeled = join(folder.path, "unlabeled");
  endpoint.script = {};
  await collectFrom(endpoint.baseUrl, unlabeled, { matcher: "none" });
  await expect(ask({ run: unlabeled })).rejects.toThrow(DataError);
});

test("costs are held, faults are failures, and stopping loses nothing", async () => {
  const before = endpoint.billed;
  const limited = await ask({
    price: SCRIPTED_PRICE,
    maxCost: 0.002,
    sampling: { maxTokens: 10 },
    concurrency: 4,
  });
  expect(limited.ended).toBe("max-cost");
  expect(endpoint.billed - before).toBeLessThanOrEqual(0.002);
  await expect(ask({ maxCost: 1, sampling: { maxTokens: 10 } })).rejects.toThrow(UsageError);
  const controller = new AbortController();
  endpoint.script = {
    ...endpoint.script,
    fault: (_request, count) => {
      if (count === limited.calls.answered + 5) controller.abort();
      return count % 3 === 0 ? FAULTS.status(500) : undefined;
    },
  };
  const options = { sampling: { maxTokens: 10 }, retries: 0, failuresToStop: 99, concurrency: 2 };
  await expect(ask({ ...options, signal: controller.signal })).rejects.toThrow(AbortedError);
  const { calls } = await ask(options);
  expect(calls.failed).toBeGreaterThan(3);
  expect(calls.answeredBefore + calls.answered + calls.failed).toBe(40);
  endpoint.script = { answer: endpoint.script.answer! };
  const all = await ask({ ...options, retryFailed: true });
  expect(all.verdicts + all.unreadable).toBe(40);
  expect(endpoint.answered).toHaveLength(40);
});

test("two critics exclude each other, and a damaged verdict is named", async () => {
  endpoint.script = { ...endpoint.script, delayMs: () => 20 };
  const first = ask();
  await new Promise((wake) => setTimeout(wake, 150));
  await expect(ask()).rejects.toThrow(ExistsError);
  await first;
  const file = join(run, FOLDER, "verdicts.jsonl");
  await writeFile(file, `${(await readFile(file, "utf8")).trimEnd()}\n{"queryId":"q-1","critic":7}\n`);
  await expect(openRunDirectory(run).then((opened) => readRewardLog(opened))).rejects.toThrow(
    /verdicts\.jsonl:41/,
  );
});

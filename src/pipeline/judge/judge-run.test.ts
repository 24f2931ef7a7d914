import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  additions,
  collectFrom,
  loseLastAnswer,
  readInteractions,
  readLines,
  scratchFolder,
  somePrompts,
} from "../../../test/support/collect-fixture.ts";
import {
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { scriptedJudge } from "../../../test/support/scripted-judge.ts";
import { openRunDirectory, readRewardLog } from "../../data/index.ts";
import { AbortedError, ConfigError, LlmError, UsageError } from "../../errors.ts";
import { createChatModel } from "../../llm/index.ts";
import type { Query } from "../../types/index.ts";
import { judgeRun } from "./judge-run.ts";
import type { JudgeCheck, JudgeOptions, JudgeSummary } from "./judge-types.ts";

const QUESTIONS = 60;

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let source: string;
let out: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  source = join(folder.path, "source");
  out = join(folder.path, "judged");
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

/** A run of additions, wrong on every third question under the second prompt; half of the questions have golden answers. */
async function collectSource(
  matcher: "none" | "numeric",
  queries: readonly Query[] = halfGolden(),
): Promise<void> {
  endpoint.script = {
    answer: ({ messages }) => {
      const [, way, one, other] = /Way (\d): .*?(\d+) \+ (\d+)/.exec(messages.at(-1)!.content)!;
      const isWrong = way === "1" && Number(one) % 3 === 0;
      return {
        text: `It is ${Number(one) + Number(other) + (isWrong ? 1 : 0)}.`,
        inputTokens: 9,
        outputTokens: 9,
      };
    },
  };
  await collectFrom(endpoint.baseUrl, source, { matcher, queries, prompts: somePrompts(2) });
  endpoint.requests.length = 0;
  endpoint.answered.length = 0;
  endpoint.script = { answer: scriptedJudge() };
}

function halfGolden(): Query[] {
  return additions(QUESTIONS).map(({ id, text, answer }, index) =>
    index % 2 === 0 ? { id, text, answer: answer! } : { id, text },
  );
}

async function judgeSource(options: Partial<JudgeOptions> = {}): Promise<JudgeSummary> {
  return judgeRun({
    run: source,
    out,
    llm: await createChatModel({ model: "judge", baseUrl: endpoint.baseUrl, environment: {} }),
    matcher: "numeric",
    firstRetryDelayMs: 2,
    ...options,
  });
}

/** Share of the labels that are what the answers deserve. */
async function shareRight(run: string): Promise<number> {
  const interactions = await readInteractions(run);
  const right = interactions.filter(({ queryId, promptId, reward }) => {
    const isWrong = promptId === "p-1" && Number(queryId.slice(2)) % 3 === 0;
    return reward >= 0.5 === !isWrong;
  });
  return right.length / interactions.length;
}

describe("a judge that agrees with the known labels", () => {
  test("labels all answers of a run that had no labels", async () => {
    await collectSource("none");
    const checks: JudgeCheck[] = [];
    const summary = await judgeSource({ onCheck: (check) => checks.push(check) });
    expect(summary).toMatchObject({
      answersOf: "scripted",
      llm: "judge",
      calls: { planned: 120, answered: 120, answeredBefore: 0, attempts: 120 },
      tokens: { input: 12_000, output: 1200 },
      unreadable: 0,
      labels: 120,
      withoutLabel: 0,
      check: {
        isTrusted: true,
        unreadable: 0,
        agreement: { units: 60, clusters: 30, accuracy: 1, kappa: 1 },
      },
    });
    expect(checks).toEqual([summary.check]);
    expect(await shareRight(out)).toBe(1);
    const run = await openRunDirectory(out);
    expect(run.manifest.source).toMatchObject({
      kind: "judge",
      options: { judge: "judge", isTrusted: true },
    });
    const log = await readRewardLog(run);
    expect([log.length, log.llm, log.queries.length, log.prompts.length]).toEqual([120, "scripted", 60, 2]);
    // The answers with known labels come first.
    const golden = new Set(halfGolden().flatMap(({ text, answer }) => (answer === undefined ? [] : [text])));
    const first = endpoint.requests
      .slice(0, 60)
      .map(({ messages }) => /How much.*\?/.exec(messages.at(-1)!.content)![0]);
    expect(first.every((text) => golden.has(text))).toBe(true);
  });

  test.each(["score", "pairwise"] as const)("labels by %s", async (mode) => {
    await collectSource("numeric", additions(QUESTIONS));
    const summary = await judgeSource({ mode });
    expect(summary).toMatchObject({ labels: 120, check: { isTrusted: true, agreement: { accuracy: 1 } } });
    const rewards = new Set((await readInteractions(out)).map(({ reward }) => reward));
    if (mode === "score") expect(rewards).toEqual(new Set([8 / 9, 1 / 9]));
    else {
      // Both right, which is letter by letter the same here: no call. One right and one wrong: two calls.
      expect([summary.calls.planned, summary.success, rewards]).toEqual([40, 0.5, new Set([0.5, 1, 0])]);
      expect(summary.positionBias).toEqual({ pairs: 20, inconsistent: 0, firstWins: 0.5 });
      expect(summary.check.agreement!.units).toBe(20);
    }
  });

  test("is asked nothing twice, and may be asked about more", async () => {
    await collectSource("none");
    await judgeSource({ limit: 54 });
    const asked = endpoint.requests.length;
    expect(asked).toBe(108);
    expect(await judgeSource({ limit: 54 })).toMatchObject({
      calls: { answered: 0, answeredBefore: 108 },
      labels: 108,
    });
    expect(endpoint.requests).toHaveLength(asked);
    expect(await judgeSource()).toMatchObject({ calls: { answered: 12, answeredBefore: 108 }, labels: 120 });
    expect(endpoint.requests).toHaveLength(120);
  });

  test("says once of a call of unknown outcome that it is sent again, also where it is no check", async () => {
    await collectSource("none");
    await judgeSource();
    // The last is none of the check, which comes first.
    await loseLastAnswer(join(out, "collect", "journal.jsonl"), join(out, "collect", "verdicts.jsonl"));
    const warnings: string[] = [];
    const { calls } = await judgeSource({ onWarning: (message) => warnings.push(message) });
    expect(calls).toMatchObject({ answered: 1, answeredBefore: 119 });
    expect(warnings).toEqual([expect.stringMatching(/^1 call was sent[\s\S]*It is sent again/)]);
  });
});

describe("a judge that does not agree", () => {
  test("is not trusted: nothing is labeled, and nothing more is paid for", async () => {
    await collectSource("none");
    endpoint.script = { answer: scriptedJudge(({ sum }) => sum % 2 === 0) };
    await expect(judgeSource()).rejects.toThrow(
      /agrees with \d+\.\d % of 60 known labels, kappa .*Nothing was labeled/,
    );
    expect(endpoint.requests).toHaveLength(60);
    await expect(openRunDirectory(out)).rejects.toThrow(UsageError);
    // The replies are kept: whoever trusts it anyway pays for the rest only.
    const summary = await judgeSource({ trustAnyway: true });
    expect(summary).toMatchObject({
      calls: { answered: 60, answeredBefore: 60 },
      check: { isTrusted: false },
      labels: 120,
    });
    expect((await openRunDirectory(out)).manifest.source.options.isTrusted).toBe(false);
  });

  test("nor is one that nothing is known of, or that always says the same", async () => {
    await collectSource(
      "none",
      additions(40).map(({ id, text }) => ({ id, text })),
    );
    await expect(judgeSource()).rejects.toThrow(/no answer has a known label/);
    expect(endpoint.requests).toHaveLength(0);
    expect(await judgeSource({ trustAnyway: true })).toMatchObject({
      labels: 80,
      check: { agreement: null },
    });
  });

  test("what cannot be read is a failure, never a label", async () => {
    await collectSource("none");
    const judge = scriptedJudge();
    endpoint.script = {
      answer: (request) => ({
        ...judge(request),
        ...(/ 1\d \+ /.test(request.messages.at(-1)!.content) && { text: "Yes, well done." }),
      }),
    };
    const summary = await judgeSource({ minKappa: 0 });
    expect(summary).toMatchObject({
      unreadable: 20,
      labels: 100,
      withoutLabel: 20,
      unreadableExamples: Array(3).fill("Yes, well done."),
    });
    expect(summary.check).toMatchObject({ unreadable: 10, agreement: { units: 50 } });
    expect(await readInteractions(out)).toHaveLength(100);
    // They are not asked for again, and still no label.
    expect(await judgeSource({ minKappa: 0 })).toMatchObject({
      calls: { answered: 0 },
      unreadable: 20,
      labels: 100,
    });
  });

  test("nor is one whose replies cannot be read at all", async () => {
    await collectSource("none");
    endpoint.script = { answer: () => ({ text: "A fine answer.", inputTokens: 1, outputTokens: 1 }) };
    await expect(judgeSource()).rejects.toThrow(/not one of its 60 replies .* could be read/);
    expect(endpoint.requests).toHaveLength(60);
  });

  test("whose replies cannot be read makes no run, trusted or not, and says what helps", async () => {
    await collectSource("none");
    endpoint.script = { answer: () => ({ text: "A fine answer.", inputTokens: 1, outputTokens: 1 }) };
    const failure = await judgeSource().catch((error: unknown) => error as LlmError);
    expect(failure).toMatchObject({ details: { unreadable: 60, replies: 60 } });
    expect((failure as LlmError).message).toMatch(/"A fine answer\.".*--max-tokens.*stronger.*--mode/);
    expect((failure as LlmError).message).not.toContain("--trust-anyway");
    await expect(judgeSource({ trustAnyway: true })).rejects.toThrow(/not one of its 60 replies/);
    // Nothing was asked beyond the check, nothing twice, and there is no run without labels.
    expect(endpoint.requests).toHaveLength(60);
    await expect(openRunDirectory(out)).rejects.toThrow(UsageError);
  });

  test("nor does one that labels nothing for another reason", async () => {
    await collectSource(
      "none",
      additions(10).map(({ id, text }) => ({ id, text })),
    );
    const options = { trustAnyway: true, price: SCRIPTED_PRICE, sampling: { maxTokens: 20 } };
    await expect(judgeSource({ ...options, maxCost: 0 })).rejects.toThrow(
      /no run was made: --max-cost ended the work with 20 of 20 calls/,
    );
    expect(endpoint.requests).toHaveLength(0);
    endpoint.script = { answer: () => ({ text: "Well done.", inputTokens: 1, outputTokens: 1 }) };
    await expect(judgeSource(options)).rejects.toThrow(
      /No answer got a label.*of its 20 replies none could be used.*"Well done\."/,
    );
    await expect(openRunDirectory(out)).rejects.toThrow(UsageError);
  });

  test("equal answers alone are no labels of a judge", async () => {
    await collectSource(
      "none",
      additions(QUESTIONS).map(({ id, text }) => ({ id, text })),
    );
    endpoint.script = { answer: () => ({ text: "Well done.", inputTokens: 1, outputTokens: 1 }) };
    await expect(judgeSource({ mode: "pairwise", trustAnyway: true })).rejects.toThrow(
      /No answer got a label.*of its 40 replies/,
    );
  });

  test("a check that --max-cost cuts short says so", async () => {
    await collectSource("none");
    const options = { price: SCRIPTED_PRICE, maxCost: 0, sampling: { maxTokens: 20 } };
    const failure = await judgeSource(options).catch((error: unknown) => error as LlmError);
    expect((failure as LlmError).message).toMatch(/--max-cost ended the work with 60 of 60 calls to be made/);
    expect((failure as LlmError).message).not.toMatch(/known label|trust-anyway/);
  });

  test("one that prefers what comes first decides nothing by it", async () => {
    await collectSource("numeric", additions(QUESTIONS));
    endpoint.script = { answer: () => ({ text: "WINNER: A", inputTokens: 1, outputTokens: 1 }) };
    const summary = await judgeSource({ mode: "pairwise", trustAnyway: true });
    expect(summary.positionBias).toEqual({ pairs: 20, inconsistent: 1, firstWins: 1 });
    expect(new Set((await readInteractions(out)).map(({ reward }) => reward))).toEqual(new Set([0.5]));
    expect(summary.check.agreement!.accuracy).toBe(0);
  });
});

test("the answer judged cannot speak for the judge", async () => {
  await collectSource("none");
  await judgeSource();
  for (const { messages } of endpoint.requests) {
    const [system, user] = messages;
    expect(system!.content).toMatch(/follow no instruction/);
    expect(user!.content).toMatch(/<answer-([0-9a-f]+)>\nIt is \d+\.\n<\/answer-\1>/);
  }
});

test("another judge, rubric or source is noticed", async () => {
  await collectSource("none");
  await judgeSource({ limit: 54 });
  const asked = endpoint.requests.length;
  await expect(judgeSource({ criteria: ["It is polite."] })).rejects.toThrow(ConfigError);
  await expect(judgeSource({ mode: "score" })).rejects.toThrow(ConfigError);
  await expect(judgeSource({ sampling: { temperature: 1 } })).rejects.toThrow(ConfigError);
  const llm = await createChatModel({ model: "another", baseUrl: endpoint.baseUrl, environment: {} });
  await expect(judgeSource({ llm })).rejects.toThrow(/begun with judge "judge", but now it is "another"/);
  const own = await createChatModel({ model: "judge", baseUrl: endpoint.baseUrl, environment: {} });
  await expect(judgeSource({ llm: { ...own, revision: "2" } })).rejects.toThrow(/revision/);
  await expect(judgeSource({ minKappa: 2 })).rejects.toThrow(UsageError);
  expect(endpoint.requests).toHaveLength(asked);
});

test("a limit of costs holds over both phases, and what was judged is labeled", async () => {
  await collectSource("none");
  const price = SCRIPTED_PRICE;
  const before = endpoint.billed;
  const summary = await judgeSource({ price, maxCost: 0.015, sampling: { maxTokens: 20 }, concurrency: 4 });
  expect(summary.ended).toBe("max-cost");
  expect(summary.calls.remaining).toBeGreaterThan(0);
  expect(endpoint.billed - before).toBeLessThanOrEqual(0.015);
  expect(summary.cost).toBeCloseTo(endpoint.billed - before, 9);
  expect(summary.labels).toBe(120 - summary.calls.remaining);
  const rest = await judgeSource({ price, sampling: { maxTokens: 20 } });
  expect(rest).toMatchObject({ ended: "complete", labels: 120, calls: { answeredBefore: summary.labels } });
});

test("failures are no labels, and stopping loses nothing", async () => {
  await collectSource("none");
  const controller = new AbortController();
  endpoint.script = {
    ...endpoint.script,
    fault: (_request, count) => {
      if (count === 20) controller.abort();
      return count % 7 === 3 ? FAULTS.status(500) : undefined;
    },
  };
  await expect(judgeSource({ signal: controller.signal, concurrency: 4 })).rejects.toThrow(AbortedError);
  const kept = (await readLines(join(out, "collect", "verdicts.jsonl"))).length;
  expect(kept).toBeGreaterThan(10);
  const summary = await judgeSource({ retries: 0, failuresToStop: 100, minKappa: 0.2 });
  expect(summary.calls.answeredBefore).toBe(kept);
  expect(summary.labels).toBe(120 - summary.calls.failed);
  expect(summary.calls.failed).toBeGreaterThan(5);
  endpoint.script = { answer: scriptedJudge() };
  expect(await judgeSource({ retryFailed: true })).toMatchObject({ labels: 120, calls: { failed: 0 } });
  endpoint.script = { fault: () => FAULTS.status(401) };
  await expect(judgeSource({ out: join(folder.path, "other") })).rejects.toThrow(LlmError);
  expect(await readFile(join(out, "interactions.jsonl"), "utf8")).toContain('"reward":1');
});

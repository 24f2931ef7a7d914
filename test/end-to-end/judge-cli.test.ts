import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { criticFolder } from "../../src/data/index.ts";
import type { EvaluationResult, Query } from "../../src/types/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { builtCli, startCli } from "../support/built-cli.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import {
  additions,
  loseLastAnswer,
  readInteractions,
  readLines,
  scratchFolder,
} from "../support/collect-fixture.ts";
import { type ScriptedChatEndpoint, startScriptedChatEndpoint } from "../support/scripted-chat-endpoint.ts";
import { askedJudgement, scriptedJudge } from "../support/scripted-judge.ts";

const QUESTIONS = 60;
const KILLS = 5;
const CONCURRENCY = 8;

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let endpoint: ScriptedChatEndpoint;
let run: string;
let judged: string;
let endpointFlags: string[];

beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
  judged = join(folder.path, "judged");
  endpointFlags = ["--base-url", endpoint.baseUrl, "--llm", "scripted"];
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

/** Additions with a word each, since those alone are one kind of question, which no reward model learns from. */
function questions(): Query[] {
  return additions(QUESTIONS).map((query, index) => ({
    ...query,
    text: `${query.text} Say it in ${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}.`,
  }));
}

/** Collects with answers that name question and prompt, so that every judgement is of another text. */
async function collect(...flags: readonly string[]): Promise<void> {
  const queries = join(folder.path, "queries.jsonl");
  const prompts = join(folder.path, "prompts.jsonl");
  const lines = (records: readonly object[]): string =>
    records.map((record) => JSON.stringify(record)).join("\n");
  await writeFile(queries, lines(questions()));
  await writeFile(
    prompts,
    lines([0, 1].map((way) => ({ id: `p-${way}`, template: `Way ${way}: {{query}}` }))),
  );
  endpoint.script = {
    answer: ({ messages }) => {
      const [, way, one, other] = /Way (\d): .*?(\d+) \+ (\d+)/.exec(messages.at(-1)!.content)!;
      const isWrong = way === "1" && Number(one) % 3 === 0;
      const sum = Number(one) + Number(other) + (isWrong ? 1 : 0);
      return { text: `Way ${way}: ${one} and ${other} are ${sum}`, inputTokens: 9, outputTokens: 9 };
    },
  };
  await callCliForJson([
    "collect",
    run,
    ...endpointFlags,
    "--queries",
    queries,
    "--prompts",
    prompts,
    ...flags,
  ]);
  endpoint.requests.length = 0;
  endpoint.answered.length = 0;
  endpoint.script = { answer: scriptedJudge() };
}

const judgeFlags = (): string[] => ["judge", run, ...endpointFlags, "--out", judged];

describe("judge", () => {
  test("grades answers without labels, and the run it makes can be evaluated", async () => {
    await collect("--matcher", "none");
    const unlabeled = await callCli(["evaluate", run]);
    expect([unlabeled.exitCode, unlabeled.stderr]).toEqual([1, expect.stringContaining("oirl judge")]);
    const { exitCode, stdout, stderr } = await callCli([
      ...judgeFlags(),
      "--matcher",
      "numeric",
      "--check",
      "100",
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/120 calls for 120 answers, the first 100 on answers with known labels/);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
      /Checked on 100 .* agrees on 100\.0 % .*kappa 1\.00 .*Trusted/,
    );
    expect(stdout).toMatch(/scripted judged 120 answers of scripted; mean label 0\.833[\s\S]*Next: oirl run/);
    expect((await readInteractions(judged)).filter(({ reward }) => reward === 0)).toHaveLength(20);
    const evaluated = await callCli(["evaluate", judged]);
    expect(evaluated.stderr.replaceAll(/\s+/g, " ")).toMatch(
      /labels by "scripted" as a judge \(rubric\), kappa 1\.00 \[/,
    );
    const again = await callCliForJson([...judgeFlags(), "--matcher", "numeric", "--check", "100"]);
    expect(again).toMatchObject({
      calls: { answered: 0, answeredBefore: 120 },
      labels: 120,
      check: { isTrusted: true },
    });
  });

  test("a judge that is not trusted ends with status 1 and labels nothing", async () => {
    await collect("--matcher", "numeric");
    endpoint.script = { answer: () => ({ text: "VERDICT: yes", inputTokens: 1, outputTokens: 1 }) };
    const { exitCode, stdout, stderr } = await callCli([...judgeFlags(), "--json"]);
    expect([exitCode, stdout]).toEqual([1, ""]);
    const { error } = JSON.parse(/\{\s*"error"[\s\S]*/.exec(stderr)![0]);
    expect(error).toMatchObject({ code: "LLM", details: { kappa: 0, units: 120 } });
    expect(await readdir(judged)).not.toContain("run.json");
    const trusting = await callCliForJson([...judgeFlags(), "--trust-anyway"]);
    expect(trusting).toMatchObject({ labels: 120, success: 1, check: { isTrusted: false } });
  });

  test("a rubric decides what is asked, and --dry-run asks nothing", async () => {
    await collect("--matcher", "numeric");
    const rubric = join(folder.path, "rubric.md");
    await writeFile(rubric, "- It is correct.\n- It is short.\n\n");
    const priced = ["--price-input", "1", "--price-output", "2", "--dry-run"];
    const planned = await callCliForJson([...judgeFlags(), "--rubric", rubric, ...priced]);
    expect(planned).toMatchObject({
      dryRun: true,
      calls: 120,
      answers: 120,
      checkCalls: 120,
      judge: "scripted",
    });
    expect(endpoint.requests).toHaveLength(0);
    expect((await readdir(folder.path)).sort()).toEqual([
      "prompts.jsonl",
      "queries.jsonl",
      "rubric.md",
      "run",
    ]);
    endpoint.script = { answer: () => ({ text: "VERDICT: yes, no", inputTokens: 1, outputTokens: 1 }) };
    await callCliForJson([...judgeFlags(), "--rubric", rubric, "--trust-anyway"]);
    expect(endpoint.requests[0]!.messages.at(-1)!.content).toMatch(/1\. It is correct\.\n2\. It is short\./);
    expect(new Set((await readInteractions(judged)).map(({ reward }) => reward))).toEqual(new Set([0.5]));
    expect(endpoint.requests[0]).toMatchObject({ temperature: 0, maxTokens: 400 });
  });

  test("called wrongly it says so", async () => {
    await collect("--matcher", "numeric");
    for (const [flags, message] of [
      [["judge", run, ...endpointFlags], /--out is needed/],
      [[...judgeFlags(), "--min-kappa", "2"], /-1 to 1/],
      [[...judgeFlags(), "--of", "nobody"], /no answers of "nobody"; it has "scripted"/],
      [["judge", join(folder.path, "nothing"), ...endpointFlags, "--out", judged], /does not exist/],
    ] as const) {
      const { exitCode, stderr } = await callCli(flags);
      expect([exitCode, stderr.replaceAll(/\s+/g, " ")]).toEqual([2, expect.stringMatching(message)]);
    }
    expect(endpoint.requests).toHaveLength(0);
  });
});

test("critic asks the LLM about its answers, and evaluate compares", async () => {
  await collect();
  endpoint.script = { answer: () => ({ text: "True ###0.9###", inputTokens: 40, outputTokens: 6 }) };
  expect(await callCliForJson(["critic", run, ...endpointFlags, "--dry-run"])).toMatchObject({
    dryRun: true,
    calls: 120,
  });
  expect(endpoint.requests).toHaveLength(0);
  const { exitCode, stdout } = await callCli(["critic", run, ...endpointFlags]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /gave 120 verdicts[\s\S]*100\.0 % of them right, and agrees with the labels on 83\.3 %/,
  );
  expect(endpoint.requests[0]).toMatchObject({ temperature: 0, maxTokens: 300 });
  expect(await callCliForJson(["critic", run, ...endpointFlags, "--dry-run"])).toMatchObject({
    calls: 120,
    answered: 120,
    left: 0,
  });
  const other = await callCli(["critic", run, "--base-url", endpoint.baseUrl, "--llm", "other"]);
  expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining('no answers of "other"')]);
});

test("critic says what a call of unknown outcome may have cost on top, and sends it again", async () => {
  await collect();
  endpoint.script = { answer: () => ({ text: "True ###0.9###", inputTokens: 40, outputTokens: 6 }) };
  const command = ["critic", run, ...endpointFlags, "--price-input", "100", "--price-output", "200"];
  expect((await callCli(command)).stdout).toMatch(/Cost so far: \$0\.6240\.\n/);
  const critic = join(run, criticFolder("scripted"));
  await loseLastAnswer(join(critic, "journal.jsonl"), join(critic, "verdicts.jsonl"));
  const dry = await callCli([...command, "--dry-run"]);
  expect(dry.stdout).toMatch(/119 of 120 answered before\.\s+1 left:/);
  const { stdout, stderr } = await callCli(command);
  const [, twice] = /billed twice, at most \$(\d\.\d{4})/.exec(stderr.replaceAll(/\s+/g, " "))!;
  expect(Number(twice)).toBeGreaterThan(0);
  expect(stdout).toContain("gave 120 verdicts");
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /Cost so far: \$0\.6240, at most \$\d\.\d{4} more for lost attempts\./,
  );
  const { possibleCost } = await callCliForJson<{ possibleCost: number }>(command);
  expect(possibleCost).toBeCloseTo(Number(twice), 3);
  expect((await callCli([...command, "--dry-run"])).stdout).toMatch(/Nothing is left to ask\./);
});

/** Starts a command again and again, kills it at a random moment each time, and lets the last one end. */
async function killAgainAndAgain(commandLine: readonly string[], verdicts: string): Promise<void> {
  await builtCli();
  const random = seededRandom(3);
  endpoint.script = { ...endpoint.script, delayMs: () => 10 + random.nextInteger(30) };
  let resent = 0;
  const kept = new Set<string>();
  for (let kill = 0; kill <= KILLS; kill++) {
    const from = endpoint.requests.length;
    const { process: child, outcome } = await startCli([
      ...commandLine,
      "--json",
      "--concurrency",
      String(CONCURRENCY),
    ]);
    if (kill < KILLS) {
      const target = from + 2 + random.nextInteger(20);
      while (child.exitCode === null && endpoint.requests.length < target)
        await new Promise((wake) => setTimeout(wake, 1));
      child.kill("SIGKILL");
    }
    const { exitCode, stderr } = await outcome;
    if (kill === KILLS) expect([exitCode, stderr.includes('"error"')]).toEqual([0, false]);
    await new Promise((wake) => setTimeout(wake, 60));
    const sent = endpoint.requests.slice(from).map(({ messages }) => messages.at(-1)!.content);
    expect(new Set(sent).size).toBe(sent.length);
    for (const text of sent) {
      if (kept.has(text)) resent++;
      kept.add(text);
    }
    const text = await readFile(verdicts, "utf8").catch(() => "");
    const names = text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.stringify(Object.values(JSON.parse(line)).slice(0, 3)));
    expect(new Set(names).size).toBe(names.length);
    // Every verdict that is kept was asked for once: only what was lost may be sent again.
    expect(resent).toBeLessThanOrEqual(CONCURRENCY * kill);
  }
  expect(kept.size).toBe(2 * QUESTIONS);
  expect(await readLines(verdicts)).toHaveLength(2 * QUESTIONS);
}

test("a judge that is killed again and again goes on, and asks again only for what was lost", async () => {
  await collect("--matcher", "numeric");
  await killAgainAndAgain(judgeFlags(), join(judged, "collect", "verdicts.jsonl"));
  expect(await readInteractions(judged)).toHaveLength(2 * QUESTIONS);
});

test("a critic that is killed again and again goes on likewise", async () => {
  await collect();
  endpoint.script = {
    answer: (request) => {
      const { sum, answers } = askedJudgement(request)!;
      return { text: `${answers[0] === sum ? "True" : "False"} ###0.7###`, inputTokens: 9, outputTokens: 9 };
    },
  };
  await killAgainAndAgain(
    ["critic", run, ...endpointFlags],
    join(run, criticFolder("scripted"), "verdicts.jsonl"),
  );
});

test("the comparison is part of what evaluate prints as JSON", async () => {
  await collect();
  endpoint.script = { answer: () => ({ text: "True ###0.9###", inputTokens: 40, outputTokens: 6 }) };
  await callCliForJson(["critic", run, ...endpointFlags]);
  const { selfCritic } = await callCliForJson<EvaluationResult>(["evaluate", run]);
  expect(selfCritic).toMatchObject({
    callsPerQuestion: 4,
    perVerdict: { calls: 120, inputTokens: 40, outputTokens: 6 },
  });
});

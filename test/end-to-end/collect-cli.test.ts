import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LIST_PRICES_MONTH } from "../../src/llm/index.ts";
import { numberedQuestions, ratedAnswer, ratedPrompts } from "../support/allocation-questions.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { additions, readInteractions, scratchFolder } from "../support/collect-fixture.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import {
  FAULTS,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../support/scripted-chat-endpoint.ts";

interface PlannedCost {
  readonly estimate: { readonly expected: { readonly cost: number } };
}

const KEY = "sk-geheim-0123456789";

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let endpoint: ScriptedChatEndpoint;
let run: string;
let base: string[];

beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
  const queries = join(folder.path, "queries.jsonl");
  const prompts = join(folder.path, "prompts.yaml");
  await writeFile(
    queries,
    additions(12)
      .map((query) => JSON.stringify(query))
      .join("\n"),
  );
  await writeFile(
    prompts,
    '- id: plain\n  template: "{{query}}"\n- id: careful\n  system: Be careful.\n  template: Think in {{tone}} steps.\n',
  );
  base = ["collect", run, "--base-url", endpoint.baseUrl, "--llm", "scripted"];
  base.push("--queries", queries, "--prompts", prompts, "--variable", "tone=small");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await endpoint.close();
  await folder.remove();
});

test("why calls were given up is told, without the key, and what sends them again", async () => {
  vi.stubEnv("OIRL_TEST_KEY", KEY);
  const few = [...base, "--limit", "1", "--retries", "0", "--key-variable", "OIRL_TEST_KEY"];
  endpoint.script = { fault: () => FAULTS.status(400, `context too long for ${KEY}`) };
  const refused = await callCli(few);
  expect(refused.stdout).toMatch(
    /2 calls were given up .*journal\.jsonl\); the same command sends those again that cost nothing, --retry-failed all of them\.\nThe last: .* \(scripted\) answered with status 400: context too long for …/,
  );
  expect(refused.stdout).not.toContain(KEY);
  // A script must not go on as if there were a log.
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining("Not one call was answered"),
  ]);
  // They cost nothing, so that the same command sends them again.
  endpoint.script = {};
  const again = await callCli(few);
  expect(again.stdout).toContain("Collected 2 answers");
  expect(again.stdout).not.toContain("The last:");
});

test("the flags decide what is sent", async () => {
  const examples = join(folder.path, "examples.jsonl");
  await writeFile(examples, '{"id":"e","text":"How much is 1 + 1?","answer":"2"}\n');
  const sampling = ["--temperature", "0.3", "--top-p", "0.8", "--max-tokens", "40"];
  const summary = await callCliForJson<Record<string, unknown>>([
    ...base,
    ...sampling,
    ...[
      "--limit",
      "3",
      "--repeats",
      "2",
      "--system",
      "All tones.",
      "--few-shot",
      examples,
      "--question-position",
      "after",
    ],
  ]);
  expect(summary).toMatchObject({ interactions: 12, success: 1, ended: "complete" });
  expect(endpoint.requests).toHaveLength(12);
  for (const request of endpoint.requests)
    expect(request).toMatchObject({
      path: "/v1/chat/completions",
      temperature: 0.3,
      topP: 0.8,
      maxTokens: 40,
    });
  const careful = endpoint.requests.find(({ messages }) => messages[0]!.content.includes("careful"))!;
  expect(careful.messages).toEqual([
    { role: "system", content: "All tones.\n\nBe careful." },
    { role: "user", content: "How much is 1 + 1?" },
    { role: "assistant", content: "2" },
    { role: "user", content: expect.stringMatching(/^Think in small steps\.\n\nHow much is \d \+ \d\?$/) },
  ]);
});

test("the reference's preset is the paper's setting", async () => {
  await callCliForJson([...base, "--preset", "reference", "--limit", "1"]);
  const careful = endpoint.requests.find(({ messages }) => messages.length === 2)!;
  expect(careful.messages.at(-1)!.content).toBe("How much is 0 + 0?Think in small steps.");
  expect(careful).toMatchObject({ temperature: 0.6, topP: 0.9 });
  // 512 tokens in all: 50 bytes of messages are about 14 of them.
  const bytes = careful.messages.reduce((sum, { content }) => sum + content.length, 0);
  expect(careful.maxTokens).toBe(512 - Math.ceil(bytes / 3.6));
});

test("--dry-run says what it takes, sends nothing and leaves nothing behind", async () => {
  const priced = [...base, "--dry-run", "--price-input", "1", "--price-output", "2", "--max-tokens", "100"];
  const result = await callCliForJson<{ calls: number; estimate: { most: { cost: number } } }>(priced);
  expect(result).toMatchObject({ dryRun: true, calls: 24, questions: 12, prompts: 2 });
  expect(result.estimate.most.cost).toBeGreaterThan((24 * 200) / 1e6);
  const { stdout } = await callCli(priced);
  expect(stdout).toMatch(
    /24 calls \(12 questions, 2 prompts\)[\s\S]*about .*\$0\.\d+[\s\S]*at most .* 2400 out, \$0\.\d+/,
  );
  expect(endpoint.requests).toHaveLength(0);
  expect((await readdir(folder.path)).sort()).toEqual(["prompts.yaml", "queries.jsonl"]);
});

test("what is answered already is not counted among the calls ahead, and a changed setting is told before", async () => {
  const prices = ["--price-input", "1", "--price-output", "2", "--max-tokens", "100"];
  await callCliForJson([...base, ...prices, "--limit", "9"]);
  expect(endpoint.requests).toHaveLength(18);
  const dry = await callCliForJson<PlannedCost>([...base, ...prices, "--dry-run"]);
  expect(dry).toMatchObject({ calls: 24, answered: 18, setAside: 0, left: 6 });
  const alone = [...base.slice(0, 1), join(folder.path, "another"), ...base.slice(2), ...prices, "--dry-run"];
  const fresh = await callCliForJson<PlannedCost>(alone);
  expect(fresh).toMatchObject({ calls: 24, answered: 0, left: 24 });
  expect(dry.estimate.expected.cost).toBeLessThan(0.3 * fresh.estimate.expected.cost);
  const { stderr } = await callCli([...base, ...prices]);
  expect(stderr).toMatch(/24 calls[\s\S]*18 of 24 answered before\.\s+6 left:/);
  expect(endpoint.requests).toHaveLength(24);
  expect((await callCli([...base, ...prices, "--dry-run"])).stdout).toMatch(
    /24 of 24 answered before\.\s+Nothing is left to ask\./,
  );
  const warmer = await callCli([...base, ...prices, "--temperature", "0.9", "--dry-run"]);
  expect([warmer.exitCode, warmer.stderr]).toEqual([2, expect.stringContaining("begun with temperature")]);
  expect(endpoint.requests).toHaveLength(24);
});

test("a price from the built-in list is said, with its month, which the docs name too", async () => {
  const listed = [...base, "--llm", "gpt-4o-mini", "--dry-run"];
  const { stderr } = await callCli(listed);
  const month = /from the built-in list of (20\d\d-\d\d)/.exec(stderr.replaceAll(/\s+/g, " "))?.[1];
  expect(month).toBe(LIST_PRICES_MONTH);
  expect(await readFile(join(PROJECT_ROOT, "docs", "collecting.md"), "utf8")).toContain(`those of ${month},`);
  const prices = join(folder.path, "prices.yaml");
  await writeFile(prices, "gpt-4o-mini: { input: 1, output: 2 }\n");
  for (const own of [
    ["--prices", prices],
    ["--price-input", "1", "--price-output", "2"],
  ]) {
    const overridden = await callCli([...listed, ...own, "--json"]);
    expect(overridden.stderr).not.toContain("built-in");
    // The list has $0.15 and $0.6.
    const cost = JSON.parse(overridden.stdout).estimate.expected.cost;
    expect(cost).toBeGreaterThan(3 * (await callCliForJson<PlannedCost>(listed)).estimate.expected.cost);
  }
});

test("halving spends --calls, and says what it dropped, when, and how sure it is", async () => {
  await writeFile(
    join(folder.path, "rated.jsonl"),
    ratedPrompts()
      .map((prompt) => JSON.stringify(prompt))
      .join("\n"),
  );
  await writeFile(
    join(folder.path, "numbered.csv"),
    `nr,task,right,split\n${numberedQuestions(200)
      .map(({ id, text, answer }, index) => `${id},${text},${answer},${index % 5 === 0 ? "test" : "train"}`)
      .join("\n")}\n`,
  );
  endpoint.script = { answer: ({ messages }) => ratedAnswer(messages.at(-1)!.content) };
  const columns = ["--query-id-column", "nr", "--query-column", "task", "--golden-answer-column", "right"];
  const command = [
    ...["collect", run, "--base-url", endpoint.baseUrl, "--llm", "scripted"],
    ...["--queries", join(folder.path, "numbered.csv"), ...columns],
    ...["--prompts", join(folder.path, "rated.jsonl"), "--strategy", "halving", "--calls", "300"],
  ];
  const plan = await callCli([...command, "--dry-run"]);
  expect(plan.stdout).toMatch(/at most 300 calls of 1600 \(200 questions, 8 prompts\), spread by halving/);
  expect(endpoint.requests).toHaveLength(0);
  const { stdout, exitCode } = await callCli(command);
  expect(exitCode).toBe(0);
  expect(endpoint.requests.length).toBeLessThanOrEqual(300);
  expect(stdout).toMatch(/Round 1: \d+ questions, \d+ calls: 8 prompts\./);
  expect(stdout).toMatch(/dropped p-7: .* right so far; chance that it is better than the leader 0\.\d %/);
  expect(stdout).toMatch(/p-2 .*\(leads\)/);
  const again = await callCliForJson<{ calls: object; allocation: { leader: string } }>(command);
  expect(again.calls).toMatchObject({ answered: 0 });
  const done = endpoint.requests.length;
  // What does not suffice for another question with all prompts is not spent, and not said to be left.
  expect(done).toBeLessThan(300);
  const nothing = { calls: done, answered: done, left: 0, estimate: { expected: { calls: 0 } } };
  expect(await callCliForJson([...command, "--dry-run"])).toMatchObject(nothing);
  const more = [...command.slice(0, -1), "350", "--dry-run"];
  expect(await callCliForJson(more)).toMatchObject({ calls: 350, answered: done, left: 350 - done });
  const less = [...command.slice(0, -1), "200", "--dry-run"];
  expect(await callCliForJson(less)).toMatchObject(nothing);
  expect(again.allocation.leader).toBe("p-2");
  expect(new Set((await readInteractions(run)).map(({ split }) => split))).toEqual(
    new Set(["train", "test"]),
  );
});

test("a limit of costs stops well, and prices come from a table too", async () => {
  const prices = join(folder.path, "prices.yaml");
  await writeFile(prices, "scripted: { input: 1, output: 2 }\nother: { input: 9, output: 9 }\n");
  const flags = ["--prices", prices, "--max-tokens", "100", "--max-cost", "0.001", "--concurrency", "1"];
  const { exitCode, stdout } = await callCli([...base, ...flags]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Stopped by --max-cost: the next call might pass it\. \d+ of 24 calls remain/);
  expect(endpoint.billed).toBeLessThanOrEqual(0.001);
  expect(endpoint.requests.length).toBeGreaterThan(3);
});

test("what was collected can be evaluated and trained on", async () => {
  // Questions of one form are one group, and folds need several.
  const forms = [
    "apples",
    "red pears and",
    "of all the plums in town,",
    "kilometres a day",
    "whole",
    "more nuts than",
  ];
  const questions = additions(12).map((query, index) => {
    const text = `${forms[index % 6]} ${index < 6 ? "together" : "perhaps"}: ${query.text}`;
    return JSON.stringify({ ...query, text });
  });
  await writeFile(join(folder.path, "queries.jsonl"), questions.join("\n"));
  endpoint.script = {
    answer: ({ messages }) => ({
      text: messages.length > 1 ? "0" : String(sumIn(messages.at(-1)!.content)),
      inputTokens: 10,
      outputTokens: 1,
    }),
  };
  await callCliForJson(base);
  const rates = new Map<string, number>();
  for (const { promptId, reward } of await readInteractions(run))
    rates.set(promptId, (rates.get(promptId) ?? 0) + reward);
  expect([rates.get("plain"), rates.get("careful")]).toEqual([12, 1]);
  const trained = await callCliForJson<{ prompts: number; questions: number }>(["train", run]);
  expect(trained).toMatchObject({ prompts: 2, questions: 12 });
});

function sumIn(question: string): number {
  const [, first, second] = /(\d+) \+ (\d+)/.exec(question)!;
  return Number(first) + Number(second);
}

describe("keys", () => {
  test("none goes to this machine unless its source is named", async () => {
    vi.stubEnv("OPENAI_API_KEY", KEY);
    await callCliForJson([...base, "--limit", "1"]);
    expect(endpoint.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    await callCliForJson([...base, "--limit", "2", "--key-variable", "OPENAI_API_KEY"]);
    expect(endpoint.requests.at(-1)!.authorization).toBe(`Bearer ${KEY}`);
  });

  test("a key from a file works, and an empty source is refused by name", async () => {
    const file = join(folder.path, "key");
    await writeFile(file, `${KEY}\n`);
    await callCliForJson([...base, "--limit", "1", "--key-file", file]);
    expect(endpoint.requests[0]!.authorization).toBe(`Bearer ${KEY}`);
    const { exitCode, stderr } = await callCli([...base, "--key-variable", "NO_SUCH_KEY"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("environment variable NO_SUCH_KEY is empty");
  });

  test.each([
    ["https://user:geheim@example.com/v1", /must hold no user name/],
    ["https://example.com/v1?key=geheim", /must hold no user name/],
    ["ftp://example.com", /not the address of an endpoint/],
  ])("the address %s is refused without its secret", async (address, message) => {
    const { exitCode, stderr } = await callCli([...base, "--base-url", address]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("geheim");
  });

  test("over unencrypted http a named key is not sent", async () => {
    vi.stubEnv("MY_KEY", KEY);
    const { exitCode, stderr } = await callCli([
      ...base,
      "--base-url",
      "http://example.com/v1",
      "--key-variable",
      "MY_KEY",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/would go to http:\/\/example.com\/v1 unencrypted/);
  });
});

test.each([
  [
    ["--provider", "no-such-package"],
    2,
    /no provider "no-such-package": expected openai-compatible, local, regrade/,
  ],
  [["--provider", "../evil"], 2, /no provider "\.\.\/evil"/],
  [["--provider", "zod"], 2, /package zod does not export a provider/],
  [["--provider", "regrade"], 2, /needs --log/],
  [["--log", "x"], 2, /--log goes with --provider regrade only/],
  [["--max-cost", "1"], 2, /Add --max-tokens/],
  [["--max-cost", "1", "--max-tokens", "9"], 2, /that of "scripted" is not\. Add --price-input/],
  [["--price-input", "1"], 2, /go together/],
  [["--top-p", "0"], 2, /expected a number above 0, at most 1/],
  [["--variable", "tone"], 2, /expected name=value/],
  [["--strategy", "halving"], 2, /say how many, by --calls/],
  [["--calls", "9"], 2, /goes with --strategy halving or bandit/],
  [["--query-column", "task"], 1, /There is no column "task"; the columns are id, text, answer/],
  [["--concurrency", "0"], 2, /expected a whole number ≥ 1/],
])("%j is refused", async (flags, status, message) => {
  const { exitCode, stderr } = await callCli([...base, ...flags]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(status);
  expect(endpoint.requests).toHaveLength(0);
});

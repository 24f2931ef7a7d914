import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CollectSummary } from "../../src/llm/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import {
  additions,
  readInteractions,
  readJournalLines,
  scratchFolder,
  somePrompts,
  writeInputs,
} from "../support/collect-fixture.ts";
import {
  type ChatEndpointRequest,
  type ChatFault,
  FAULTS,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../support/scripted-chat-endpoint.ts";
import { sharedCase } from "../support/shared-case.ts";

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await endpoint.close();
  await folder.remove();
});

/** Sends a completion of one's own making. */
function completion(message: object, parts: { usage?: unknown; finish?: string } = {}): ChatFault {
  const { usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }, finish = "stop" } = parts;
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const choices = [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }];
    response.end(
      JSON.stringify({ id: "x", object: "chat.completion", created: 1, model: "m", choices, usage }),
    );
  };
}

function readContent(request: ChatEndpointRequest): string {
  return request.messages.at(-1)!.content;
}

function collecting(inputs: readonly string[], ...more: string[]): string[] {
  return [
    "collect",
    run,
    "--base-url",
    endpoint.baseUrl,
    "--llm",
    "fake",
    ...inputs,
    "--retries",
    "1",
    ...more,
  ];
}

async function ownInputs(questions: number, prompts: number): Promise<readonly string[]> {
  return writeInputs(folder.path, "own", additions(questions), somePrompts(prompts));
}

describe("questions that are refused for good do not keep the rest from being asked", () => {
  const TOO_LONG = "maximum context length is 8192 tokens, the messages have 91234";

  /** Calls the same command until nothing changes any more, at most so often. */
  async function answeredAfter(sessions: number, commandLine: readonly string[]): Promise<number> {
    for (let session = 0; session < sessions; session++) await callCli(commandLine);
    return (await readInteractions(run)).length;
  }

  test("case 05", async (context) => {
    const name = "05-collect-stuck-on-hopeless-questions";
    const inputs = ["--queries", sharedCase(context, name, "questions.jsonl")];
    inputs.push("--prompts", sharedCase(context, name, "prompts.yaml"));
    endpoint.script = {
      answer: (request) => {
        const [, one, other] = /(\d+) plus (\d+)/.exec(readContent(request)) ?? [];
        return { text: String(Number(one) + Number(other)), inputTokens: 9, outputTokens: 2 };
      },
      fault: (request) => (readContent(request).includes("BIG") ? FAULTS.status(400, TOO_LONG) : undefined),
    };
    const summary = await callCliForJson<CollectSummary>(collecting(inputs));
    expect(summary.calls).toMatchObject({ answered: 40, failed: 24, remaining: 0 });
    expect(summary.success).toBe(1);
    expect(await answeredAfter(1, collecting(inputs))).toBe(40);
  });

  test.each([
    ["a filter", FAULTS.status(400, "The response was filtered due to the content management policy"), 1],
    ["too large a body", FAULTS.status(413, "no"), 1],
    ["words of another vendor", FAULTS.status(400, "prompt is too long: 210000 tokens > 200000 maximum"), 1],
    ["no reason at all", FAULTS.status(400, "no"), 3],
    ["no reason at all, differently", FAULTS.status(422, "{}"), 3],
  ])("20 of 40 questions, by %s", async (_why, fault, sessions) => {
    const inputs = await ownInputs(40, 2);
    // The last digit of the first number is 5 or more.
    endpoint.script = { fault: (request) => (/\d*[5-9] \+/.test(readContent(request)) ? fault : undefined) };
    expect(await answeredAfter(sessions, collecting(inputs))).toBe(40);
  });

  test("the first 12 questions, before there is any answer", async () => {
    const inputs = await ownInputs(20, 3);
    const isEarly = (request: ChatEndpointRequest): boolean => / (?:\d|1[01]) \+/.test(readContent(request));
    endpoint.script = { fault: (request) => (isEarly(request) ? FAULTS.status(400, TOO_LONG) : undefined) };
    expect(await answeredAfter(2, collecting(inputs))).toBe(24);
  });

  test("an endpoint that refuses everybody is still not asked for ever", async () => {
    const inputs = await ownInputs(40, 1);
    endpoint.script = { fault: () => FAULTS.status(400, TOO_LONG) };
    expect((await callCli(collecting(inputs, "--concurrency", "1"))).exitCode).toBe(1);
    expect(endpoint.requests).toHaveLength(8);
  });
});

describe("answers cut off at the token limit are told", () => {
  test("case 11", async (context) => {
    const name = "11-collect-answers-cut-off";
    const inputs = ["--queries", sharedCase(context, name, "questions.jsonl")];
    inputs.push("--prompts", sharedCase(context, name, "prompts.yaml"), "--max-tokens", "20");
    endpoint.script = { fault: () => completion({ content: "First I take" }, { finish: "length" }) };
    const { stdout } = await callCli(collecting(inputs));
    expect(stdout).toMatch(
      /^12 of 12 answers ended at the token limit, 0 of them empty .*Raise --max-tokens/m,
    );
    const again = await callCliForJson<CollectSummary>(collecting(inputs));
    expect(again.cutOff).toEqual({
      answers: 12,
      empty: 0,
      of: 12,
      prompts: { a: { answers: 6, of: 6 }, b: { answers: 6, of: 6 } },
    });
  });

  test("some, by which prompt, and empty ones apart", async () => {
    const inputs = await ownInputs(10, 2);
    endpoint.script = {
      fault: (request) => {
        if (!readContent(request).startsWith("Way 1")) return undefined;
        if (/ [0-3] \+/.test(readContent(request)))
          return completion({ content: null }, { finish: "length" });
        return / 9 \+/.test(readContent(request)) ? completion({ content: "" }) : undefined;
      },
    };
    const summary = await callCliForJson<CollectSummary>(collecting(inputs));
    expect(summary).toMatchObject({
      cutOff: { answers: 4, empty: 4, of: 20, prompts: { "p-1": { answers: 4, of: 10 } } },
      emptyAnswers: 1,
      success: 0.75,
    });
    const { stdout } = await callCli(collecting(inputs));
    expect(stdout).toMatch(/^4 of 20 answers .* 4 of them empty \(p-1 4 of 10\)/m);
    expect(stdout).toMatch(/^1 answers are empty, which is wrong\.$/m);
  });

  test("nothing is said where none was", async () => {
    const { stdout } = await callCli(collecting(await ownInputs(4, 1)));
    expect(stdout).not.toMatch(/token limit|empty/);
  });
});

describe("only the key that was sent is hidden, and no label depends on it", () => {
  const KEY = "sk-geheim/0123456789+abcdef";

  test.each(["KEYCLOAK_GREETING", "MY_API_KEY", "DB_PASSWORD"])(
    "case 20: what %s holds is none of an answer's business",
    async (variable) => {
      vi.stubEnv(variable, "The answer is 0");
      vi.stubEnv("SENT_KEY", KEY);
      endpoint.script = { fault: () => completion({ content: "The answer is 0" }) };
      const inputs = await writeInputs(
        folder.path,
        "zero",
        [{ id: "q", text: "1 - 1?", answer: "0" }],
        somePrompts(1),
      );
      const summary = await callCliForJson<CollectSummary>(collecting(inputs, "--key-variable", "SENT_KEY"));
      expect(summary).toMatchObject({ success: 1, answersWithHiddenKeys: 0 });
      expect((await readInteractions(run))[0]).toMatchObject({ answer: "The answer is 0", reward: 1 });
    },
  );

  test("a key that is the right answer is hidden, and the answer right; both are said", async () => {
    vi.stubEnv("SENT_KEY", "1234567890");
    endpoint.script = { fault: () => completion({ content: "It is 1234567890" }) };
    const inputs = await writeInputs(
      folder.path,
      "same",
      [{ id: "q", text: "?", answer: "1234567890" }],
      somePrompts(2),
    );
    const { stdout } = await callCli(collecting(inputs, "--key-variable", "SENT_KEY"));
    expect(stdout).toMatch(/^100\.0 % of the new answers are right\.$/m);
    expect(stdout).toMatch(/^The key came back in 2 answers; "…" stands in its place/m);
    expect((await readInteractions(run)).map(({ answer }) => answer)).toEqual(["It is …", "It is …"]);
    expect(JSON.stringify(await readJournalLines(run))).not.toContain("1234567890");
  });
});

describe("usage and contents that cannot be", () => {
  test.each<[string, unknown]>([
    ["zero", { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ["strings", { prompt_tokens: "20", completion_tokens: "7", total_tokens: "x" }],
    ["negative", { prompt_tokens: -20, completion_tokens: -7, total_tokens: -27 }],
    ["a word", "unknown"],
    ["a list", [1, 2]],
    ["true and false", { prompt_tokens: true, completion_tokens: false }],
    [
      "strings among the details",
      { prompt_tokens: "9", completion_tokens_details: { reasoning_tokens: "x" } },
    ],
  ])("case 21: usage of %s: the answer is kept, and counts at the most it can be", async (_what, usage) => {
    endpoint.script = { fault: () => completion({ content: "The answer is 0" }, { usage }) };
    const prices = join(folder.path, "prices.yaml");
    await writeFile(prices, "fake: { input: 1, output: 1000 }\n");
    const inputs = await ownInputs(20, 1);
    // Each call can take 10 tokens of output, $0.01, and a little input.
    const limits = ["--max-tokens", "10", "--prices", prices, "--max-cost", "0.055", "--concurrency", "1"];
    const summary = await callCliForJson<CollectSummary>(collecting(inputs, ...limits));
    expect(summary).toMatchObject({ ended: "max-cost", calls: { answered: 5, failed: 0, attempts: 5 } });
    expect(summary.cost).toBeGreaterThan(0.05);
  });

  const tool_calls = [{ id: "1", type: "function", function: { name: "x", arguments: "{}" } }];
  test.each<[string, object, string, RegExp]>([
    ["null content", { content: null }, "stop", /the content is null/],
    ["no content", {}, "stop", /the content is null/],
    ["a tool call", { content: null, tool_calls }, "stop", /called a tool/],
    ["a tool call of its own name", { content: null, tool_calls }, "tool_calls", /called a tool/],
    ["a tool call beside an empty text", { content: "", tool_calls }, "tool_calls", /called a tool/],
    ["a refusal in a field of its own", { content: null, refusal: "I cannot." }, "stop", /was filtered/],
  ])(
    "case 21: %s is a failure, never a wrong answer, and sent once",
    async (_what, message, finish, said) => {
      endpoint.script = {
        fault: (request) =>
          / [01] \+/.test(readContent(request)) ? completion(message, { finish }) : undefined,
      };
      const summary = await callCliForJson<CollectSummary>(collecting(await ownInputs(6, 1)));
      expect(summary).toMatchObject({ success: 1, calls: { answered: 4, failed: 2, attempts: 6 } });
      expect(summary.lastFailure).toMatch(said);
    },
  );

  test("an empty answer is an answer, and wrong", async () => {
    endpoint.script = { fault: () => completion({ content: "" }) };
    const summary = await callCliForJson<CollectSummary>(collecting(await ownInputs(3, 1)));
    expect(summary).toMatchObject({ success: 0, emptyAnswers: 3, calls: { answered: 3, failed: 0 } });
  });
});

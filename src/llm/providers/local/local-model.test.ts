import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FoundLlm, findLocalLlm, requireLocalLlm } from "../../../../test/support/fetch-local-llm.ts";
import type { ChatModel } from "../../chat-model.ts";
import { createChatModel } from "../../create-chat-model.ts";

let found: FoundLlm;
let model: ChatModel | undefined;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "oirl-local-"));
  found = await findLocalLlm();
  if (found.llm === null) return;
  const environment = { OIRL_LLAMA_FOLDER: found.llm.folder };
  model = await createChatModel({ provider: "local", model: found.llm.model, threads: 1, environment });
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const ask = (content: string) => ({
  messages: [{ role: "user", content }] as const,
  sampling: { maxTokens: 24 },
  timeoutMs: 60_000,
});
const FRANCE = ask("What is the capital of France?");

describe("a model in this process", () => {
  test("answers by its own chat template, stops by itself, and counts its tokens", async (context) => {
    requireLocalLlm(context, found);
    expect([model!.name, model!.provider, model!.concurrency]).toEqual([
      "SmolLM2-135M-Instruct.Q4_1.gguf",
      "local",
      1,
    ]);
    const answer = await model!.answer(ask("What is the capital of France? Answer in one short sentence."));
    expect(answer.text).toContain("Paris");
    expect(answer.finishReason).toBe("stop");
    expect(answer.outputTokens).toBeLessThan(24);
    // SmolLM2's template puts a system message of 20 tokens before the question.
    const withSystem = await model!.answer({
      ...FRANCE,
      messages: [{ role: "system", content: "You are blunt." }, ...FRANCE.messages],
    });
    const plain = await model!.answer(FRANCE);
    expect(plain.inputTokens).toBeGreaterThan(withSystem.inputTokens!);
  });

  test("stops at the limit and says so", async (context) => {
    requireLocalLlm(context, found);
    const answer = await model!.answer({ ...ask("Tell me a long story."), sampling: { maxTokens: 5 } });
    expect(answer).toMatchObject({ finishReason: "length", outputTokens: 5 });
  });

  test("gives the same answer to the same seed, whatever was asked before, and others to other seeds", async (context) => {
    requireLocalLlm(context, found);
    const sampled = { ...ask("Tell me a story."), sampling: { temperature: 1, topP: 0.95, maxTokens: 12 } };
    const first = await model!.answer({ ...sampled, seed: 1 });
    const others = await Promise.all([2, 3].map((seed) => model!.answer({ ...sampled, seed })));
    await model!.answer(FRANCE);
    expect(await model!.answer({ ...sampled, seed: 1 })).toEqual(first);
    expect(new Set([first, ...others].map(({ text }) => text)).size).toBe(3);
  });

  test("markers of the template inside a question are text and end no turn", async (context) => {
    requireLocalLlm(context, found);
    const marked = await model!.answer({ ...ask("Hi <|im_end|>"), sampling: { maxTokens: 1 } });
    const plain = await model!.answer({ ...ask("Hi"), sampling: { maxTokens: 1 } });
    // As a marker it would be one token.
    expect(marked.inputTokens! - plain.inputTokens!).toBeGreaterThan(3);
  });

  test("holds to its time and stops on a signal, without having cost anything", async (context) => {
    requireLocalLlm(context, found);
    const long = { ...ask("Tell me a long story."), sampling: { maxTokens: 4000 } };
    const unbilled = { meaning: { mayBeBilled: false } };
    await expect(model!.answer({ ...long, timeoutMs: 1 })).rejects.toMatchObject({
      message: expect.stringContaining("did not answer within 0.001 s"),
      ...unbilled,
    });
    const stop = new AbortController();
    const stopped = model!.answer({ ...long, signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ message: expect.stringContaining("stopped"), ...unbilled });
    expect((await model!.answer(FRANCE)).text).not.toBe("");
  });

  test("a request longer than its context is refused with the numbers", async (context) => {
    requireLocalLlm(context, found);
    await expect(model!.answer(ask("word ".repeat(9000)))).rejects.toThrow(
      /a context of 8192 tokens, and the request alone takes 9\d\d\d/,
    );
  });
});

describe("refusals", () => {
  test.each([
    ["nothing", undefined, /cannot be read: .*--llm is the path of a GGUF file/],
    ["another file", "PK\u0003\u0004", /is no GGUF file/],
  ])("%s at the path", async (_what, content, message) => {
    const file = join(scratch, "model.gguf");
    if (content === undefined) await rm(file, { force: true });
    else await writeFile(file, content);
    await expect(createChatModel({ provider: "local", model: file, environment: {} })).rejects.toThrow(
      message,
    );
  });

  test("a damaged model, before anything is asked", async (context) => {
    const { folder } = requireLocalLlm(context, found);
    const file = join(scratch, "damaged.gguf");
    await writeFile(file, `GGUF\u0003${"\0".repeat(100)}`);
    const environment = { OIRL_LLAMA_FOLDER: folder };
    await expect(createChatModel({ provider: "local", model: file, environment })).rejects.toThrow(
      /damaged\.gguf cannot be loaded as a model/,
    );
  });

  test("without node-llama-cpp it says how to install it", async () => {
    const file = join(scratch, "model.gguf");
    await writeFile(file, "GGUF");
    const environment = { OIRL_LLAMA_FOLDER: scratch };
    await expect(createChatModel({ provider: "local", model: file, environment })).rejects.toThrow(
      /npm install node-llama-cpp@3\.22\.1/,
    );
  });
});

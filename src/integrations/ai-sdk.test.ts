import type {
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
} from "@ai-sdk/provider";
import { generateText, simulateReadableStream, stepCountIs, streamText, tool, wrapLanguageModel } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { plantedRun } from "../../test/support/planted-run.ts";
import { type Chooser, loadChooser, trainRun } from "../pipeline/index.ts";
import { choosePrompt, METADATA_KEY } from "./ai-sdk.ts";

const SUM = "What is number 3 of apples plus some coins?";

let chooser: Chooser;
beforeAll(async () => {
  const run = await plantedRun({ questions: 200, effect: 0.55 });
  await trainRun(run);
  chooser = await loadChooser(run);
});

async function collect<Part>(stream: ReadableStream<Part>): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of stream as unknown as AsyncIterable<Part>) parts.push(part);
  return parts;
}

const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const answer = (content: LanguageModelV3GenerateResult["content"]): LanguageModelV3GenerateResult => ({
  content,
  finishReason: { unified: "stop", raw: "stop" },
  usage,
  warnings: [],
  providerMetadata: { mock: { id: 7 } },
});

test("the chosen prompt stands in the question's place, and the choice in the metadata", async () => {
  const llm = new MockLanguageModelV3({ doGenerate: answer([{ type: "text", text: "5" }]) });
  const told: string[] = [];
  const middleware = choosePrompt({ chooser, onChoice: ({ promptId }) => void told.push(promptId) });
  const result = await generateText({ model: wrapLanguageModel({ model: llm, middleware }), prompt: SUM });
  const chosen = chooser.recommend(SUM);
  expect(llm.doGenerateCalls[0]!.prompt).toEqual([
    { role: "user", content: [{ type: "text", text: chosen.text }], providerOptions: undefined },
  ]);
  expect(result.text).toBe("5");
  expect(result.providerMetadata).toEqual({
    mock: { id: 7 },
    [METADATA_KEY]: {
      promptId: chosen.promptId,
      score: chosen.score,
      fixedPromptId: chosen.fixedPromptId,
      queryDependent: true,
    },
  });
  expect(told).toEqual([chosen.promptId]);
});

test("conversation, files, tools, and provider options stay as they are", async () => {
  const plain = new MockLanguageModelV3({ doGenerate: answer([{ type: "text", text: "5" }]) });
  const wrapped = new MockLanguageModelV3({ doGenerate: answer([{ type: "text", text: "5" }]) });
  const model = wrapLanguageModel({
    model: wrapped,
    middleware: choosePrompt({ chooser, system: "Be kind.", fewShot: [{ text: "1?", answer: "one" }] }),
  });
  const call = {
    system: "You are the shop's helper.",
    messages: [
      { role: "user" as const, content: "Hello" },
      { role: "assistant" as const, content: "Hello!" },
      {
        role: "user" as const,
        content: [
          { type: "file" as const, data: new Uint8Array([1, 2]), mediaType: "application/pdf" },
          { type: "text" as const, text: SUM },
        ],
        providerOptions: { mock: { cache: true } },
      },
    ],
    tools: { add: tool({ inputSchema: z.object({ a: z.number() }), execute: async ({ a }) => a }) },
    temperature: 0.3,
    providerOptions: { mock: { effort: "low" } },
  };
  await generateText({ model: plain, ...call });
  await generateText({ model, ...call });
  const [{ prompt: before, ...restBefore }, { prompt: after, ...restAfter }] = [
    plain.doGenerateCalls[0]!,
    wrapped.doGenerateCalls[0]!,
  ];
  expect(restAfter).toEqual(restBefore);
  expect(after.map(({ role }) => role)).toEqual([
    ...["system", "system", "user", "assistant"],
    ...["user", "assistant", "user"],
  ]);
  expect(after[0]).toEqual(before[0]);
  expect(after.slice(4, 6)).toEqual(before.slice(1, 3));
  const { content, ...settings } = after[6] as (typeof after)[number] & { role: "user" };
  const { content: asked, ...settingsBefore } = before[3] as (typeof before)[number] & { role: "user" };
  expect(settings).toEqual(settingsBefore);
  expect(content[0]).toEqual(asked[0]);
  expect(content[1]).toMatchObject({ type: "text", text: expect.stringContaining(SUM) });
});

test("every step of a loop with tools asks with the same prompt", async () => {
  const call = { type: "tool-call" as const, toolCallId: "c1", toolName: "add", input: '{"a":1}' };
  let step = 0;
  const llm = new MockLanguageModelV3({
    doGenerate: async () => {
      step++;
      return step === 1
        ? { ...answer([call]), finishReason: { unified: "tool-calls", raw: undefined } }
        : answer([{ type: "text", text: "done" }]);
    },
  });
  const { text } = await generateText({
    model: wrapLanguageModel({ model: llm, middleware: choosePrompt({ chooser }) }),
    prompt: SUM,
    tools: { add: tool({ inputSchema: z.object({ a: z.number() }), execute: async ({ a }) => a + 1 }) },
    stopWhen: stepCountIs(3),
  });
  expect(text).toBe("done");
  const [first, second] = llm.doGenerateCalls;
  expect(second!.prompt[0]).toEqual(first!.prompt[0]);
  expect(second!.prompt.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
});

test("a variable without a value fails the call and is named", async () => {
  const llm = new MockLanguageModelV3({ doGenerate: answer([]) });
  const middleware = choosePrompt({ chooser, system: "Be {{tone}}." });
  const model = wrapLanguageModel({ model: llm, middleware });
  await expect(generateText({ model, prompt: SUM })).rejects.toThrow(/\{\{tone\}\}/);
  expect(llm.doGenerateCalls).toHaveLength(0);
});

test("a call without a text of the user's passes as it is", async () => {
  const { transformParams } = choosePrompt({ chooser });
  const params: LanguageModelV3CallOptions = { prompt: [{ role: "system", content: "Hello" }] };
  const same = await transformParams!({ type: "generate", params, model: new MockLanguageModelV3() });
  expect(same).toBe(params);
});

const id = fc.constantFrom("1", "2");
const metadata = fc.option(fc.constant({ mock: { a: 1 } }), { nil: undefined });
const part: fc.Arbitrary<LanguageModelV3StreamPart> = fc.oneof(
  fc.record({ type: fc.constant("text-delta" as const), id, delta: fc.string({ unit: "binary" }) }),
  fc.record({ type: fc.constant("reasoning-delta" as const), id, delta: fc.string() }),
  fc.record({
    type: fc.constant("text-start" as const),
    id,
    providerMetadata: fc.constant({ mock: { b: 2 } }),
  }),
  fc.record({ type: fc.constant("tool-input-delta" as const), id, delta: fc.string() }),
  fc.record({
    type: fc.constant("tool-call" as const),
    ...{ toolCallId: id, toolName: fc.constant("add"), input: fc.json() },
  }),
  fc.record({ type: fc.constant("error" as const), error: fc.constant(new Error("upstream")) }),
  fc.record({ type: fc.constant("raw" as const), rawValue: fc.jsonValue() }),
);

test("streamed parts are those of the model, but for the choice in the last one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), metadata, async (parts, providerMetadata) => {
      const finish: LanguageModelV3StreamPart = {
        ...{ type: "finish", usage, finishReason: { unified: "stop", raw: undefined } },
        ...(providerMetadata !== undefined && { providerMetadata }),
      };
      const chunks = [...parts, finish];
      const llm = new MockLanguageModelV3({
        doStream: async () => ({ stream: simulateReadableStream({ chunks }) }),
      });
      const model = wrapLanguageModel({ model: llm, middleware: choosePrompt({ chooser }) });
      const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: SUM }] }];
      const { stream } = await model.doStream({ prompt });
      const received = await collect<LanguageModelV3StreamPart>(stream);
      expect(received).toHaveLength(chunks.length);
      received.slice(0, -1).forEach((found, index) => {
        expect(found).toBe(chunks[index]);
      });
      const last = received.at(-1) as LanguageModelV3StreamPart & { type: "finish" };
      const { [METADATA_KEY]: choice, ...others } = last.providerMetadata!;
      expect(choice).toMatchObject({ promptId: chooser.recommend(SUM).promptId });
      expect({ ...last, providerMetadata: others }).toEqual({
        ...finish,
        providerMetadata: providerMetadata ?? {},
      });
    }),
    { numRuns: 60 },
  );
});

test("breaking a stream off breaks off the model's", async () => {
  let canceled: unknown;
  const llm = new MockLanguageModelV3({
    doStream: async () => ({
      stream: new ReadableStream<LanguageModelV3StreamPart>({
        pull: (controller) => controller.enqueue({ type: "text-delta", id: "1", delta: "x" }),
        cancel: (reason) => {
          canceled = reason;
        },
      }),
    }),
  });
  const model = wrapLanguageModel({ model: llm, middleware: choosePrompt({ chooser }) });
  const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: SUM }] }];
  const { stream } = await model.doStream({ prompt });
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel("enough");
  await vi.waitFor(() => expect(canceled).toBe("enough"));
});

test("streamText streams through it", async () => {
  const chunks: LanguageModelV3StreamPart[] = [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "1" },
    ...["Su", "va"].map((delta) => ({ type: "text-delta" as const, id: "1", delta })),
    { type: "text-end", id: "1" },
    { type: "finish", usage, finishReason: { unified: "stop", raw: undefined } },
  ];
  const llm = new MockLanguageModelV3({
    doStream: async () => ({ stream: simulateReadableStream({ chunks }) }),
  });
  const model = wrapLanguageModel({ model: llm, middleware: choosePrompt({ chooser }) });
  const result = streamText({ model, prompt: SUM });
  expect(await collect<string>(result.textStream)).toEqual(["Su", "va"]);
  expect((await result.providerMetadata)?.[METADATA_KEY]).toBeDefined();
});

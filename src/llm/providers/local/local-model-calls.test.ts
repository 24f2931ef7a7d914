import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "../../chat-model.ts";
import { localModel } from "./local-model.ts";

/** What a stand-in for node-llama-cpp was told. */
interface Told {
  events: unknown[];
  template?: string;
  prependsBos: boolean;
  /** Largest context that fits. */
  memory: number;
}

/*
 * A stand-in for node-llama-cpp. Its tokens are bytes, 1 begins a text, and its model repeats the last three bytes it
 * has read, without end.
 */
const BINDING = `
const told = globalThis.toldToLlama;
const wrapper = (kind) => ({
  generateContextState({ chatHistory }) {
    told.events.push([kind, chatHistory]);
    const text = chatHistory.map((item) => item.text ?? item.response.join("")).join("");
    return { contextText: { tokenize: () => [...Buffer.from(text)] } };
  },
});
export class JinjaTemplateChatWrapper {
  constructor({ template }) { return wrapper(template); }
}
export const resolveChatWrapper = () => wrapper("resolved");
export async function getLlama(options) {
  told.events.push(["llama", options]);
  return { loadModel: async () => ({
    tokenizer: {}, trainContextSize: 600, tokens: { bos: 1, shouldPrependBosToken: told.prependsBos },
    fileInfo: { metadata: { tokenizer: { chat_template: told.template } } },
    detokenize: (tokens) => Buffer.from(tokens).toString(),
    async createContext(options) {
      told.events.push(["context", options.contextSize, options.threads]);
      if (options.contextSize > told.memory) throw new Error("not enough memory");
      return {
        contextSize: options.contextSize,
        dispose: async () => told.events.push(["dispose", options.contextSize]),
        getSequence: () => ({
          clearHistory: async () => told.events.push(["clear"]),
          async *evaluate(tokens, sampling) {
            told.events.push(["evaluate", tokens.length, tokens[0], sampling]);
            for (let index = 0; ; index++) yield tokens.slice(-3)[index % 3];
          },
        }),
      };
    },
  }) };
}
`;

let folder: string;
let file: string;
let told: Told;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-llama-"));
  const place = join(folder, "node_modules/node-llama-cpp");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  await writeFile(join(place, "index.js"), BINDING);
  file = join(folder, "model.gguf");
  await writeFile(file, "GGUF and weights");
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  // The module is loaded once, so what it writes to must stay the same object.
  const global = globalThis as { toldToLlama?: Told };
  global.toldToLlama ??= { events: [], prependsBos: false, memory: 0 };
  told = global.toldToLlama;
  told.events = [];
  told.template = "own template";
  told.prependsBos = false;
  told.memory = 1000;
});

const open = (threads?: number): Promise<ChatModel> =>
  localModel({
    model: file,
    environment: { OIRL_LLAMA_FOLDER: folder },
    ...(threads !== undefined && { threads }),
  });

function ask(content: string, more: Partial<ChatRequest> = {}): ChatRequest {
  const messages = [{ role: "user", content }] as const;
  return { messages, sampling: { maxTokens: 4 }, timeoutMs: 60_000, ...more };
}

const listEvents = (name: string): unknown[] =>
  told.events.filter((event) => Array.isArray(event) && event[0] === name);

test("nothing is downloaded or compiled, and threads are held to", async () => {
  const model = await open(3);
  await model.answer(ask("Hi!"));
  expect(listEvents("llama")).toEqual([
    ["llama", expect.objectContaining({ gpu: false, build: "never", skipDownload: true, maxThreads: 3 })],
  ]);
  expect(listEvents("context")).toEqual([["context", 256, 3]]);
});

test("a conversation goes through the file's template, or the library's where the file has none", async () => {
  const messages = [
    { role: "system", content: "S" },
    { role: "user", content: "a" },
    { role: "assistant", content: "b" },
    { role: "user", content: "c" },
  ] as const;
  const history = [
    { type: "system", text: "S" },
    { type: "user", text: "a" },
    { type: "model", response: ["b"] },
    { type: "user", text: "c" },
    { type: "model", response: [] },
  ];
  await (await open()).answer(ask("", { messages }));
  expect(listEvents("own template")).toEqual([["own template", history]]);
  delete told.template;
  await (await open()).answer(ask("", { messages }));
  expect(listEvents("resolved")).toEqual([["resolved", history]]);
});

test("sampling is what was asked for and nothing else", async () => {
  const model = await open();
  expect(await model.answer(ask("abc"))).toEqual({
    text: "abca",
    finishReason: "length",
    inputTokens: 3,
    outputTokens: 4,
  });
  const sampling = { temperature: 0.6, topP: 0.9, maxTokens: 2 };
  await model.answer(ask("abc", { sampling, seed: 7 }));
  expect(listEvents("evaluate")).toEqual([
    ["evaluate", 3, 97, { temperature: 0, topP: 1, topK: 0, minP: 0, seed: 0 }],
    ["evaluate", 3, 97, { temperature: 0.6, topP: 0.9, topK: 0, minP: 0, seed: 7 }],
  ]);
});

test("a text begins with the token that begins texts, once, where the model wants one", async () => {
  told.prependsBos = true;
  const model = await open();
  expect((await model.answer(ask("abc"))).inputTokens).toBe(4);
  // As a template that writes it by itself.
  expect((await model.answer(ask("\u0001abc"))).inputTokens).toBe(4);
  expect(listEvents("evaluate").map((event) => (event as unknown[])[2])).toEqual([1, 1]);
});

test("its memory grows with what a request needs, as far as the model's context goes", async () => {
  const model = await open();
  await model.answer(ask("a".repeat(250)));
  await model.answer(ask("a".repeat(300)));
  await model.answer(ask("short again"));
  // Without a limit an answer may fill the context.
  const { outputTokens } = await model.answer(ask("a".repeat(100), { sampling: {} }));
  expect(outputTokens).toBe(500);
  expect(told.events.filter((event) => ["context", "dispose"].includes((event as string[])[0]!))).toEqual([
    ...[
      ["context", 256, undefined],
      ["dispose", 256],
      ["context", 512, undefined],
    ],
    ...[
      ["dispose", 512],
      ["context", 768, undefined],
    ],
  ]);
  await expect(model.answer(ask("a".repeat(600)))).rejects.toThrow(/takes 600/);
  expect(listEvents("clear").length).toBe(4);
});

test("calls wait for each other, and one that fails holds up none", async () => {
  const model = await open();
  const stop = new AbortController();
  stop.abort();
  const outcomes = await Promise.allSettled([
    model.answer(ask("abc")),
    model.answer(ask("abc", { signal: stop.signal })),
    model.answer(ask("xyz")),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(listEvents("evaluate").length).toBe(2);
});

test("a context the memory does not hold is a failure that cost nothing", async () => {
  told.memory = 256;
  const model = await open();
  await expect(model.answer(ask("abc", { sampling: { maxTokens: 500 } }))).rejects.toMatchObject({
    message: expect.stringMatching(/^model\.gguf failed: not enough memory\. A lower --max-tokens/),
    meaning: { mayBeBilled: false, isRetryable: false },
  });
  expect((await model.answer(ask("abc"))).text).toBe("abca");
});

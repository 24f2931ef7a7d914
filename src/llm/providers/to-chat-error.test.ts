import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type ChatFault,
  FAULTS,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { ChatError } from "../chat-error.ts";
import { createChatModel } from "../create-chat-model.ts";

const KEY = "sk-secret-0123456789";
let endpoint: ScriptedChatEndpoint;
beforeEach(async () => {
  endpoint = await startScriptedChatEndpoint();
});
afterEach(() => endpoint.close());

async function catchFailure(fault: ChatFault): Promise<ChatError> {
  endpoint.script = { fault: () => fault };
  const model = await createChatModel({
    model: "scripted",
    baseUrl: endpoint.baseUrl,
    keyVariable: "MY_KEY",
    environment: { MY_KEY: KEY },
  });
  const messages = [{ role: "user", content: "1 + 1?" }] as const;
  const error = await model.answer({ messages, sampling: {}, timeoutMs: 5000 }).catch((caught) => caught);
  expect(error).toBeInstanceOf(ChatError);
  expect(error.message).not.toContain(KEY);
  return error;
}

function withBody(body: string): ChatFault {
  return (response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    response.end(body);
  };
}

test("a web page in place of an answer is called one", async () => {
  const { message, meaning } = await catchFailure(withBody("<!DOCTYPE html><title>Log in</title>"));
  expect(message).toMatch(/a web page\. Is the address right\? Many end in \/v1\. It begins: .*Log in/);
  expect(meaning.isRetryable).toBe(true);
});

test("what an endpoint says in an error of status 200 is told, without keys or what steers a terminal", async () => {
  const body = JSON.stringify({ error: { message: `no credit for ${KEY}` } });
  expect((await catchFailure(withBody(body))).message).toMatch(/cannot be read: .*no credit for …/);
  const { message } = await catchFailure(withBody(`${"x".repeat(295)}${KEY}`));
  expect(message).not.toContain(KEY.slice(0, 5));
  expect((await catchFailure(withBody("not \u001b[31m JSON"))).message).toMatch(/It begins: not \[31m JSON$/);
});

test("a redirect is told with its target, ends the work, costs nothing, and is not followed", async () => {
  const other = await startScriptedChatEndpoint();
  try {
    const { message, meaning } = await catchFailure((response) => {
      response.writeHead(307, { location: `${other.baseUrl}/chat/completions` });
      response.end();
    });
    expect(message).toContain(`status 307: a redirect to ${other.baseUrl}/chat/completions, which is not`);
    expect(meaning).toMatchObject({ isHopeless: true, isRetryable: false, mayBeBilled: false });
    expect(endpoint.requests).toHaveLength(1);
    expect(other.requests).toEqual([]);
  } finally {
    await other.close();
  }
});

test("an answer without end is not read to its end", async () => {
  let closed = false;
  const { message } = await catchFailure((response) => {
    response.on("close", () => {
      closed = true;
    });
    const body = Buffer.alloc(2 ** 20, "a");
    let sent = 0;
    const send = (): void => {
      for (; sent < 40; sent++) if (!response.write(body)) return void response.once("drain", send);
      response.end();
    };
    response.writeHead(200, { "content-type": "application/json" });
    send();
  });
  expect(message).toMatch(/the answer is longer than 8388608 bytes/);
  await expect.poll(() => closed).toBe(true);
});

test("how long an endpoint asks to wait is told", async () => {
  const { message, meaning } = await catchFailure(FAULTS.rateLimit("86400"));
  expect(message).toMatch(/status 429: slow down; it asks to wait 86400 s$/);
  expect(meaning.retryAfterMs).toBe(86_400_000);
});

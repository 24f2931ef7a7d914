import { expect, test } from "vitest";
import { startScriptedChatEndpoint } from "../../../test/support/scripted-chat-endpoint.ts";
import { createChatModel } from "../create-chat-model.ts";

test("a key that an endpoint repeats in its answer does not come through", async () => {
  const key = "sk-secret-0123456789";
  const endpoint = await startScriptedChatEndpoint();
  try {
    endpoint.script = {
      answer: ({ authorization }) => ({
        text: `You sent ${authorization}.`,
        inputTokens: 1,
        outputTokens: 1,
      }),
    };
    const model = await createChatModel({
      model: "scripted",
      baseUrl: endpoint.baseUrl,
      keyVariable: "MY_KEY",
      environment: { MY_KEY: key },
    });
    const messages = [{ role: "user", content: "What did I send?" }] as const;
    const { text } = await model.answer({ messages, sampling: {}, timeoutMs: 5000 });
    expect(endpoint.requests[0]!.authorization).toBe(`Bearer ${key}`);
    expect(text).toBe("You sent Bearer ….");
  } finally {
    await endpoint.close();
  }
});

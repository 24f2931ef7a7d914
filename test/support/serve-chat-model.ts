import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChatModel } from "../../src/llm/index.ts";

/** A chat model behind an OpenAI-compatible address of this machine. */
export interface ServedChatModel {
  readonly baseUrl: string;
  close(): Promise<void>;
}

const TIMEOUT_MS = 60_000;

/** Serves a chat model as `POST /v1/chat/completions`; what it cannot answer gets status 500. */
export async function serveChatModel(llm: ChatModel): Promise<ServedChatModel> {
  const server = createServer(async (incoming, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { messages, temperature, top_p, max_tokens, seed } = JSON.parse(Buffer.concat(chunks).toString());
      const answer = await llm.answer({
        messages,
        sampling: {
          ...(temperature !== undefined && { temperature }),
          ...(top_p !== undefined && { topP: top_p }),
          ...(max_tokens !== undefined && { maxTokens: max_tokens }),
        },
        ...(seed !== undefined && { seed }),
        timeoutMs: TIMEOUT_MS,
      });
      response.setHeader("content-type", "application/json");
      const message = { role: "assistant", content: answer.text };
      response.end(
        JSON.stringify({
          object: "chat.completion",
          model: llm.name,
          choices: [{ index: 0, message, finish_reason: answer.finishReason }],
          usage: { prompt_tokens: answer.inputTokens, completion_tokens: answer.outputTokens },
        }),
      );
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: { message: (error as Error).message } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

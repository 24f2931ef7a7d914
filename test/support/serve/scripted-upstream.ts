import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What an upstream was asked. */
export interface UpstreamCall {
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly messages: { role: string; content: unknown }[];
    readonly [field: string]: unknown;
  };
  /** Whether the connection broke before the answer was out. */
  broken: boolean;
}

/** An OpenAI-compatible endpoint on loopback that answers by a function. */
export async function scriptedUpstream(
  answer: (call: UpstreamCall, response: ServerResponse) => void | Promise<void>,
): Promise<{ readonly baseUrl: string; readonly calls: UpstreamCall[]; close(): Promise<void> }> {
  const calls: UpstreamCall[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      const call: UpstreamCall = { headers: request.headers, body: JSON.parse(text), broken: false };
      calls.push(call);
      response.on("close", () => {
        call.broken = !response.writableFinished;
      });
      void answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

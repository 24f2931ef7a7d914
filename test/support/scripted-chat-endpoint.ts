import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface ChatEndpointRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly maxTokens: number | undefined;
  /** performance.now() on arrival. */
  readonly atMs: number;
}

/** A proper answer and what it is billed. */
export interface ScriptedAnswer {
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What to do with one request instead of answering it properly. */
export type ChatFault = (response: ServerResponse, answer: ScriptedAnswer) => void;

/** How the endpoint behaves. */
export interface ChatScript {
  readonly answer?: (request: ChatEndpointRequest) => ScriptedAnswer;
  /** Asked for every request; undefined answers it properly. */
  readonly fault?: (request: ChatEndpointRequest, count: number) => ChatFault | undefined;
  readonly delayMs?: () => number;
  /** Whether a request that ended in this fault is billed all the same. @default no */
  readonly bills?: (fault: ChatFault) => boolean;
}

/** An OpenAI-compatible chat endpoint on this machine that misbehaves on command and counts what it is asked. */
export interface ScriptedChatEndpoint {
  readonly baseUrl: string;
  readonly requests: ChatEndpointRequest[];
  /** Contents of the last message of every request that was answered to the end. */
  readonly answered: string[];
  /** Dollars billed, at $1 a million tokens of input and $2 of output. */
  readonly billed: number;
  /** Largest number of requests under way at once so far. */
  readonly peakConcurrency: number;
  /** Requests under way. */
  readonly underWay: number;
  script: ChatScript;
  close(): Promise<void>;
}

/** Dollars for a million tokens, as `billed` counts them. */
export const SCRIPTED_PRICE = { input: 1, output: 2 } as const;

export const FAULTS = {
  rateLimit:
    (seconds: string): ChatFault =>
    (response) =>
      sendJson(response, 429, { error: { message: "slow down" } }, { "retry-after": seconds }),
  status:
    (status: number, message: string = "no"): ChatFault =>
    (response) =>
      sendJson(response, status, { error: { message } }),
  /** Never answers; the caller has to give up. */
  hang: (() => {}) as ChatFault,
  /** Half an answer, then the connection breaks. */
  truncate: ((response, answer) => {
    const text = JSON.stringify(completion(answer));
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    response.write(text.slice(0, text.length / 2));
    setTimeout(() => response.destroy(), 5);
  }) as ChatFault,
  garbage: ((response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("<html>teapot</html>");
  }) as ChatFault,
  /** One byte at a time, far slower than anybody waits. */
  drip: ((response, answer) => {
    const text = JSON.stringify(completion(answer));
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    // Who is gone already closes nothing any more.
    if (response.destroyed) return;
    let sent = 0;
    const timer = setInterval(() => response.write(text[sent++] ?? " "), 20);
    response.on("close", () => clearInterval(timer));
  }) as ChatFault,
  /** The connection breaks before any answer. */
  reset: ((response) => response.destroy()) as ChatFault,
  /** A proper JSON document that is no completion. */
  empty: ((response) => sendJson(response, 200, { choices: [] })) as ChatFault,
} as const;

export async function startScriptedChatEndpoint(script: ChatScript = {}): Promise<ScriptedChatEndpoint> {
  const requests: ChatEndpointRequest[] = [];
  const answered: string[] = [];
  let billed = 0;
  let underWay = 0;
  let peakConcurrency = 0;
  const server = createServer(async (incoming, response) => {
    underWay++;
    peakConcurrency = Math.max(peakConcurrency, underWay);
    response.on("close", () => underWay--);
    const request = await read(incoming);
    requests.push(request);
    const answer = endpoint.script.answer?.(request) ?? defaultAnswer(request);
    const fault = endpoint.script.fault?.(request, requests.length - 1);
    const bill = (): void => {
      billed +=
        (answer.inputTokens * SCRIPTED_PRICE.input + answer.outputTokens * SCRIPTED_PRICE.output) / 1e6;
    };
    if (fault !== undefined) {
      if (endpoint.script.bills?.(fault) === true) bill();
      return fault(response, answer);
    }
    setTimeout(() => {
      // Billed and counted when it is sent, whether or not anybody is left to receive it.
      bill();
      answered.push(request.messages.at(-1)?.content ?? "");
      sendJson(response, 200, completion(answer));
    }, endpoint.script.delayMs?.() ?? 0);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: ScriptedChatEndpoint = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    answered,
    get billed() {
      return billed;
    },
    get underWay() {
      return underWay;
    },
    get peakConcurrency() {
      return peakConcurrency;
    },
    script,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return endpoint;
}

/** Adds the two numbers of the question, or says that it cannot. */
function defaultAnswer(request: ChatEndpointRequest): ScriptedAnswer {
  const numbers = /(\d+) \+ (\d+)/.exec(request.messages.at(-1)?.content ?? "");
  const text =
    numbers === null ? "I do not know." : `The answer is ${Number(numbers[1]) + Number(numbers[2])}.`;
  const bytes = request.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return { text, inputTokens: Math.ceil(bytes / 4) + 8, outputTokens: 6 };
}

function completion({ text, inputTokens, outputTokens }: ScriptedAnswer): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "scripted",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function read(incoming: IncomingMessage): Promise<ChatEndpointRequest> {
  const atMs = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  return {
    path: incoming.url ?? "",
    authorization: incoming.headers.authorization,
    model: body.model,
    messages: body.messages,
    temperature: body.temperature,
    topP: body.top_p,
    maxTokens: body.max_tokens,
    atMs,
  };
}

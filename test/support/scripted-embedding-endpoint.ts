import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly model: unknown;
  readonly input: readonly string[];
  /** performance.now() on arrival. */
  readonly atMs: number;
}

/** What to do with one request instead of answering it properly. */
export type Fault = (response: ServerResponse, request: RecordedRequest) => void;

/** An OpenAI-compatible embedding endpoint on this machine that misbehaves on command and records what it is asked. */
export interface ScriptedEndpoint {
  readonly baseUrl: string;
  readonly requests: RecordedRequest[];
  /** Consumed one a request; without any left the answer is proper. */
  readonly faults: Fault[];
  /** Largest number of requests under way at once so far. */
  readonly peakConcurrency: number;
  close(): Promise<void>;
}

/** The proper embedding of a text: four numbers from its hash. */
export function embedScripted(text: string): number[] {
  const hash = createHash("sha256").update(text).digest();
  return [0, 2, 4, 6].map((offset) => hash.readInt16LE(offset) / 1024);
}

/** The proper answer to a request. */
export function answerTo(input: readonly string[]): { data: { index: number; embedding: number[] }[] } {
  return { data: input.map((text, index) => ({ index, embedding: embedScripted(text) })) };
}

export async function startScriptedEndpoint(answerDelayMs = 0): Promise<ScriptedEndpoint> {
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  let underWay = 0;
  let peakConcurrency = 0;
  const server = createServer(async (request, response) => {
    underWay++;
    peakConcurrency = Math.max(peakConcurrency, underWay);
    response.on("close", () => underWay--);
    const recorded = await record(request);
    requests.push(recorded);
    const fault = faults.shift();
    if (fault !== undefined) return fault(response, recorded);
    setTimeout(() => sendJson(response, 200, answerTo(recorded.input)), answerDelayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    faults,
    get peakConcurrency() {
      return peakConcurrency;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const atMs = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { model?: unknown; input: string[] };
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    authorization: request.headers.authorization,
    model: body.model,
    input: body.input,
    atMs,
  };
}

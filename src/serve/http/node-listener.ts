import type { IncomingMessage, ServerResponse } from "node:http";
import { describeFailure, ServiceError } from "./service-error.ts";

/** Answers a request; `hono.fetch` is one. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface NodeListenerOptions {
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
  /** Told of what was thrown where nothing should be. */
  readonly onError: (error: unknown) => void;
}

/**
 * Lets Node's HTTP server answer by a fetch handler: bodies are read up to a limit, responses are streamed as fast as
 * the client takes them, and `request.signal` fires when it goes.
 */
export function nodeListener(
  handler: FetchHandler,
  { maxBodyBytes, onError }: NodeListenerOptions,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    answer(handler, incoming, outgoing, { maxBodyBytes, signal: gone.signal }).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      if (!(error instanceof ServiceError)) onError(error);
      if (outgoing.headersSent) {
        outgoing.destroy();
        return;
      }
      const { status, body } = describeFailure(error);
      // What remains of a body that was refused is not waited for.
      outgoing.writeHead(status, { "content-type": "application/json", connection: "close" });
      outgoing.end(JSON.stringify(body), () => incoming.destroy());
    });
  };
}

async function answer(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { maxBodyBytes, signal }: { readonly maxBodyBytes: number; readonly signal: AbortSignal },
): Promise<void> {
  const url = toUrl(incoming.url ?? "/");
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) headers.append(name, one);
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  if (hasBody && !["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].includes(method))
    throw new ServiceError(405, "METHOD", "this method is not known here");
  const body = hasBody ? await readBody(incoming, maxBodyBytes) : null;
  const request = new Request(url, { method, headers, signal, ...(body !== null && { body }) });
  await send(await handler(request), outgoing, method === "HEAD");
}

/** Of the request's target only path and query count: whoever asks names no other host. */
function toUrl(target: string): URL {
  const path = target.startsWith("/") ? target : "/";
  try {
    return new URL(`http://service.invalid${path.startsWith("//") ? "/" : path}`);
  } catch {
    throw new ServiceError(400, "ADDRESS", "the request's target is no path");
  }
}

function readBody(incoming: IncomingMessage, maxBodyBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void =>
      reject(new ServiceError(413, "BODY_TOO_LARGE", `a request may have ${maxBodyBytes} bytes at most`));
    if (Number(incoming.headers["content-length"] ?? 0) > maxBodyBytes) return tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) {
        incoming.pause();
        incoming.removeAllListeners("data");
        tooLarge();
      } else chunks.push(chunk);
    });
    incoming.once("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    incoming.once("error", reject);
    incoming.once("close", () =>
      reject(new ServiceError(400, "ABORTED", "the request was not sent to its end")),
    );
  });
}

async function send(response: Response, outgoing: ServerResponse, headOnly: boolean): Promise<void> {
  const headers: Record<string, string> = Object.fromEntries(response.headers);
  outgoing.writeHead(response.status, headers);
  if (response.body === null || headOnly) {
    await response.body?.cancel();
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  outgoing.once("close", stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
    outgoing.end();
  } finally {
    outgoing.removeListener("close", stop);
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.removeListener("drain", done);
      outgoing.removeListener("close", done);
      resolve();
    };
    outgoing.once("drain", done);
    outgoing.once("close", done);
  });
}

import { LlmError } from "../errors.ts";
import type { DenseFeatures } from "../types/index.ts";

/** One request to an OpenAI-compatible `POST {baseUrl}/embeddings`. */
export interface EmbeddingRequest {
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token; undefined sends none. */
  readonly key: string | undefined;
  /** None empty. */
  readonly texts: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What the endpoint asks for in `Retry-After`, by error; not part of LlmError, since it serves the retry only. */
const retryAfterMs = new WeakMap<LlmError, number>();

/** How long the endpoint asked to wait before the next try; 0 where it did not. */
export function askedDelayMs(error: unknown): number {
  return error instanceof LlmError ? (retryAfterMs.get(error) ?? 0) : 0;
}

/** No answer to a batch is this long; a broken endpoint must not fill the memory. */
const MAX_ANSWER_BYTES = 512 * 1024 * 1024;

/**
 * Sends one request and checks the answer.
 * @returns one row a text, in the order of `texts`, as the endpoint gave them
 * @throws LlmError, retryable for 408, 409, 425, 429, 5xx, time-outs and broken connections; the key is in no message
 */
export async function requestEmbeddings(request: EmbeddingRequest): Promise<DenseFeatures> {
  const url = `${request.baseUrl}/embeddings`;
  request.signal.throwIfAborted();
  const attempt = new AbortController();
  const stop = (): void => attempt.abort();
  request.signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(stop, request.timeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      // A redirect would carry texts, and perhaps the key, to an address nobody named.
      redirect: "error",
      headers: {
        "content-type": "application/json",
        ...(request.key === undefined ? {} : { authorization: `Bearer ${request.key}` }),
      },
      body: JSON.stringify({ model: request.model, input: request.texts }),
      signal: attempt.signal,
    });
    const answer = await readAnswer(response);
    if (!response.ok) throw describeStatus(url, response, answer, request.key);
    return parseAnswer(url, answer, request.texts.length);
  } catch (error) {
    if (error instanceof LlmError) throw error;
    request.signal.throwIfAborted();
    if (attempt.signal.aborted)
      throw new LlmError(`${url} did not answer within ${request.timeoutMs} ms.`, true, { url });
    throw new LlmError(
      `${url} cannot be reached: ${withoutKey(describeCause(error), request.key)}. Is the endpoint running, and the address right?`,
      true,
      { url },
    );
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", stop);
  }
}

async function readAnswer(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES)
      throw new LlmError(`${response.url} sends an answer of more than ${MAX_ANSWER_BYTES} bytes.`, false);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function describeStatus(url: string, response: Response, answer: string, key: string | undefined): LlmError {
  const { status } = response;
  const isRetryable = [408, 409, 425, 429].includes(status) || status >= 500;
  // Endpoints repeat (parts of) a refused key in their answer, so that answer is not shown.
  const said =
    status === 401 || status === 403
      ? "the key was refused; check the environment variable that holds it"
      : withoutKey(answer, key).replace(/\s+/g, " ").trim().slice(0, 300);
  const delayMs = isRetryable ? parseRetryAfter(response.headers.get("retry-after")) : 0;
  const pause = delayMs === 0 ? "" : ` (it asks to wait ${Math.ceil(delayMs / 1000)} s)`;
  const error = new LlmError(
    `${url} answered with status ${status}${said === "" ? "" : `: ${said}`}${pause}`,
    isRetryable,
    { url, status },
  );
  retryAfterMs.set(error, delayMs);
  return error;
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3); 0 for anything else. */
function parseRetryAfter(value: string | null): number {
  if (value === null) return 0;
  const delayMs = /^\d+(?:\.\d+)?$/.test(value.trim())
    ? Number(value) * 1000
    : Date.parse(value) - Date.now();
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
}

function parseAnswer(url: string, answer: string, expected: number): DenseFeatures {
  const wrong = (what: string): LlmError =>
    new LlmError(`${url} gave an answer that is no list of embeddings: ${what}.`, false, { url });
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    throw wrong("it is not JSON");
  }
  const data: unknown = isRecord(parsed) ? parsed.data : undefined;
  if (!Array.isArray(data)) throw wrong('it has no list "data"');
  if (data.length !== expected)
    throw wrong(`${expected} texts were sent, ${data.length} embeddings came back`);
  let values: Float32Array | undefined;
  let columns = 0;
  const isFilled = new Uint8Array(expected);
  for (const [position, item] of (data as unknown[]).entries()) {
    if (!isRecord(item)) throw wrong(`item ${position} is not an object`);
    const { embedding, index = position } = item;
    if (typeof index !== "number" || isFilled[index] !== 0)
      throw wrong(
        `item ${position} has the index ${JSON.stringify(index)}, expected each of 0 … ${expected - 1} once`,
      );
    isFilled[index] = 1;
    if (!Array.isArray(embedding) || embedding.length === 0)
      throw wrong(`the embedding of item ${position} is not a list of numbers`);
    columns ||= embedding.length;
    if (embedding.length !== columns)
      throw wrong(`item ${position} has ${embedding.length} numbers, the one before ${columns}`);
    values ??= new Float32Array(expected * columns);
    for (let column = 0; column < columns; column++) {
      const value: unknown = embedding[column];
      if (typeof value !== "number" || !Number.isFinite(Math.fround(value)))
        throw wrong(`number ${column} of item ${position} is ${JSON.stringify(value)?.slice(0, 40)}`);
      values[index * columns + column] = value;
    }
  }
  return { kind: "dense", rows: expected, columns, values: values ?? new Float32Array(0) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function withoutKey(text: string, key: string | undefined): string {
  return key === undefined ? text : text.replaceAll(key, "…");
}

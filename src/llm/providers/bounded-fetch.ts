/** Two million tokens: no answer is this long, and 64 calls at once of a broken endpoint must not fill the memory. */
const MAX_ANSWER_BYTES = 8 * 2 ** 20;

/**
 * `fetch` that follows no redirect, which would carry questions, and perhaps the key, to an address nobody named, but
 * returns it as it is, so that its status and address can be told; and that stops reading answers without end. The
 * answer is read whole: piping it through a stream costs more than all else of a call.
 */
export async function boundedFetch(
  input: Parameters<typeof fetch>[0],
  init?: Parameters<typeof fetch>[1],
): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "manual" });
  if (response.body === null) return response;
  const signal = init?.signal ?? undefined;
  const reader = response.body.getReader();
  // Node's own fetch may forget the signal once its Request is collected as garbage (nodejs/undici issue 3644).
  const onAbort = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > MAX_ANSWER_BYTES) {
        await reader.cancel().catch(() => undefined);
        throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
      }
      chunks.push(value);
    }
    return new Response(Buffer.concat(chunks), response);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

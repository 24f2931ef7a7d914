/** No answer is this long; a broken endpoint must not fill the memory. */
const MOST_ANSWER_BYTES = 64 * 2 ** 20;

/**
 * `fetch` that follows no redirect, which would carry questions, and perhaps the key, to an address nobody named, and
 * that stops reading answers without end. The answer is read whole: piping it through a stream costs more than all
 * else of a call.
 */
export async function boundedFetch(
  input: Parameters<typeof fetch>[0],
  init?: Parameters<typeof fetch>[1],
): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "error" });
  if (response.body === null) return response;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MOST_ANSWER_BYTES) throw new Error(`the answer is longer than ${MOST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), response);
}

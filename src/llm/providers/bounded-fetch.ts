/** No answer is this long; a broken endpoint must not fill the memory. */
const MOST_ANSWER_BYTES = 64 * 2 ** 20;

/**
 * `fetch` that follows no redirect, which would carry questions, and perhaps the key, to an address nobody named, and
 * that stops reading answers without end.
 */
export async function boundedFetch(
  input: Parameters<typeof fetch>[0],
  init?: Parameters<typeof fetch>[1],
): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "error" });
  if (response.body === null) return response;
  let bytes = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MOST_ANSWER_BYTES)
          controller.error(new Error(`the answer is longer than ${MOST_ANSWER_BYTES} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(bounded, response);
}

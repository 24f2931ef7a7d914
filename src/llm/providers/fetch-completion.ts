import { boundedFetch } from "./bounded-fetch.ts";

/** What would make the SDK throw the whole answer away: counts that are no numbers, a usage that is no object. */
const ODD_USAGE = /"usage"\s*:\s*(?!\{|null\b)|"\w*_tokens"\s*:\s*(?!\d|null\b)/;

/**
 * Asks an OpenAI-compatible endpoint, and takes figures of its usage that are no numbers out of what comes back: the
 * answer has been paid for, and without a count its cost is taken to be the most it can be.
 */
export async function fetchCompletion(
  input: Parameters<typeof fetch>[0],
  init?: Parameters<typeof fetch>[1],
): Promise<Response> {
  const response = await boundedFetch(input, init);
  if (!response.ok || response.body === null) return response;
  const text = await response.text();
  const { status, statusText, headers } = response;
  return new Response(ODD_USAGE.test(text) ? withoutOddUsage(text) : text, { status, statusText, headers });
}

function withoutOddUsage(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof body !== "object" || body === null || !("usage" in body)) return text;
  return JSON.stringify({ ...body, usage: numbersOnly(body.usage, 2) });
}

/** Of an object, what is a count, and objects of counts, which break them down; undefined for anything else. */
function numbersOnly(value: unknown, depth: number): object | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const kept: [string, number | object][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const inside = typeof inner === "number" ? inner : depth > 1 ? numbersOnly(inner, depth - 1) : undefined;
    if (inside !== undefined) kept.push([name, inside]);
  }
  return Object.fromEntries(kept);
}

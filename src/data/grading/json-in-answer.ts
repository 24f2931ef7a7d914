const FENCE = /```[^\n`]*\n([\s\S]*?)```/g;

/**
 * The JSON document an answer consists of: all of it, or the last fenced block that is JSON.
 * @returns undefined where there is none
 */
export function jsonInAnswer(answer: string): { readonly value: unknown } | undefined {
  const whole = parsed(answer);
  if (whole !== undefined) return whole;
  let found: { readonly value: unknown } | undefined;
  for (const [, content] of answer.matchAll(FENCE)) found = parsed(content!) ?? found;
  return found;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

import { contentHash } from "../../util/index.ts";

/**
 * Puts text that may say anything between markers that it cannot contain, since they hold its own hash: whatever the text
 * claims, it cannot close its block and speak as somebody else.
 */
export function untrustedBlock(name: string, text: string): string {
  const marker = `${name}-${contentHash(text).slice(0, 10)}`;
  return `<${marker}>\n${text}\n</${marker}>`;
}

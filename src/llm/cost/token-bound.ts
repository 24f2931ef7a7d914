import type { ChatMessage } from "../chat-model.ts";

/** Tokens a chat template may add to a conversation: its beginning, a default system message, a date. */
const TEMPLATE_TOKENS = 256;
/** Tokens a chat template may add around each message. */
const MESSAGE_TOKENS = 16;

/** UTF-8 bytes of all messages. */
export function messageBytes(messages: readonly ChatMessage[]): number {
  let bytes = 0;
  for (const { content } of messages) bytes += Buffer.byteLength(content, "utf8");
  return bytes;
}

/**
 * A number of tokens that no tokenizer exceeds: tokens stand for at least one byte each, of the text as it is or as
 * its compatibility form (some tokenizers normalize first, and ﷺ alone becomes 33 bytes); the template comes on top.
 */
export function mostInputTokens(messages: readonly ChatMessage[]): number {
  let tokens = TEMPLATE_TOKENS;
  for (const { content } of messages) {
    const normalized = content.normalize("NFKC");
    tokens +=
      MESSAGE_TOKENS + Math.max(Buffer.byteLength(content, "utf8"), Buffer.byteLength(normalized, "utf8"));
  }
  return tokens;
}

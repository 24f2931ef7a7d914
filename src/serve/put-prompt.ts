import type { ChatMessage } from "../llm/index.ts";
import type { CompletionMessage, CompletionRequest } from "./schemas.ts";

/** The question of a conversation: the text of the user's last message, and where it stands; null where there is none. */
export function findQuestion({ messages }: CompletionRequest): { text: string; place: number } | null {
  const place = messages.findLastIndex(({ role }) => role === "user");
  const content = place < 0 ? undefined : messages[place]!.content;
  const text =
    typeof content === "string"
      ? content
      : (content ?? []).flatMap((part) => (isText(part) ? [part.text] : [])).join("\n");
  return text.trim() === "" ? null : { text, place };
}

/**
 * Puts a rendered prompt in place of the question: its system message and examples before the conversation, which stays,
 * and so do images beside the question and everything else of the request.
 */
export function putPrompt(
  request: CompletionRequest,
  rendered: readonly ChatMessage[],
  place: number,
): CompletionRequest {
  const { messages } = request;
  const isSystem = ({ role }: CompletionMessage): boolean => role === "system" || role === "developer";
  const firstOther = messages.findIndex((message) => !isSystem(message));
  const asked = messages[place]!;
  return {
    ...request,
    messages: [
      ...messages.slice(0, firstOther),
      ...rendered.slice(0, -1).map((message) => ({ ...message })),
      ...messages.slice(firstOther, place),
      { ...asked, content: withText(asked.content, rendered.at(-1)!.content) },
      ...messages.slice(place + 1),
    ],
  };
}

type Part = { readonly [field: string]: unknown; readonly type: string };

function withText(content: CompletionMessage["content"], text: string): string | Part[] {
  if (typeof content === "string" || content === null || content === undefined) return text;
  const first = content.findIndex(isText);
  return content.flatMap((part, position): Part[] => {
    if (!isText(part)) return [part];
    return position === first ? [{ ...part, text }] : [];
  });
}

function isText(part: Part): part is Part & { readonly text: string } {
  return part.type === "text" && typeof part.text === "string";
}

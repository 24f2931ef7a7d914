import { ChatError, type FailureMeaning } from "../chat-error.ts";

/** Refused before any work was done, so that nothing is charged. */
const UNBILLED_STATUS: ReadonlySet<number> = new Set([503, 529]);
const HOPELESS_STATUS: ReadonlySet<number> = new Set([401, 402, 404]);
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** Statuses of refusals whose reason may be the question. */
const REFUSED_STATUS: ReadonlySet<number> = new Set([400, 403, 413, 422, 451]);
/** The question's length, or what it says, in the codes and words of vendors and servers; they have no common one. */
const ABOUT_QUESTION =
  /context[_ ]?(?:length|size|window|limit)|(?:prompt|input|message|content|request|text)s?\b[^.]{0,40}\b(?:too (?:long|large|many)|exceeds?)|too many (?:input |prompt )?tokens|exceeds? (?:the )?[^.]{0,40}\b(?:tokens|length)|maximum (?:context|input|prompt)|string_above_max_length|content[_ ]?(?:filter|policy|management)|moderation|safety|flagged|blocked/i;
/** Nothing reached the endpoint. */
const NEVER_SENT: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH"]);
const LONGEST_EXCERPT = 300;
/** Of an answer that cannot be read, what is looked at: far more than is shown, so that no key is cut in two there. */
const LOOKED_AT = 100_000;

/** The parts of an AI SDK error that count, whatever its version. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/**
 * What an error of the AI SDK means. The original is not kept as a cause: it holds the request, and endpoints repeat
 * refused keys in their answers.
 */
export function toChatError(error: unknown, where: string, redact: (text: string) => string): ChatError {
  if (error instanceof ChatError) return error;
  const found: SdkError = typeof error === "object" && error !== null ? error : { message: String(error) };
  const status = found.statusCode;
  if (status !== undefined && status >= 300) return describeStatus(found, status, where, redact);
  if (status !== undefined || found.name?.startsWith("AI_") === true) {
    const code = systemCode(error);
    if (status === undefined && found.name === "AI_APICallError") {
      const reason = excerpt(redact(deepestMessage(error)));
      return new ChatError(
        `${where} cannot be reached: ${reason}. Is the endpoint running, and the address right?`,
        { isRetryable: true, mayBeBilled: code === undefined || !NEVER_SENT.has(code) },
      );
    }
    // The answer came, but cannot be read: cut off, or not what such an endpoint sends.
    return new ChatError(
      `${where} gave an answer that cannot be read: ${describeUnreadable(found, redact)}`,
      {
        isRetryable: true,
      },
    );
  }
  const code = systemCode(error);
  return new ChatError(`${where} failed: ${excerpt(redact(deepestMessage(error)))}`, {
    isRetryable: true,
    mayBeBilled: code === undefined || !NEVER_SENT.has(code),
  });
}

function describeStatus(
  found: SdkError,
  status: number,
  where: string,
  redact: (text: string) => string,
): ChatError {
  // "insufficient_quota" comes as 429, but waiting does not help.
  const isOutOfCredit = status === 429 && /insufficient_quota/.test(found.responseBody ?? "");
  const isRedirect = status < 400;
  const isHopeless = HOPELESS_STATUS.has(status) || isOutOfCredit || isRedirect;
  const isRetryable = !isHopeless && (RETRYABLE_STATUS.has(status) || status >= 500);
  const isRefusal = status < 500 && status !== 408;
  const meaning: FailureMeaning = {
    isRetryable,
    isHopeless,
    isAboutQuestion: !isHopeless && isAboutQuestion(found, status),
    mayBeBilled: !isRefusal && !UNBILLED_STATUS.has(status),
    retryAfterMs: isRetryable ? retryAfterMs(found.responseHeaders) : 0,
  };
  const isKeyRefused = status === 401 || status === 403;
  const said = isKeyRefused
    ? "the key was refused; check the environment variable or file that holds it"
    : isRedirect
      ? describeRedirect(found, redact)
      : excerpt(redact(found.message ?? ""));
  const wait =
    meaning.retryAfterMs > 0 ? `; it asks to wait ${Math.ceil(meaning.retryAfterMs / 1000)} s` : "";
  return new ChatError(
    `${where} answered with status ${status}${said === "" ? "" : `: ${said}`}${wait}`,
    meaning,
    { status },
  );
}

function isAboutQuestion({ message = "", responseBody = "" }: SdkError, status: number): boolean {
  if (status === 413) return true;
  return REFUSED_STATUS.has(status) && ABOUT_QUESTION.test(`${message} ${responseBody.slice(0, LOOKED_AT)}`);
}

function describeRedirect({ responseHeaders }: SdkError, redact: (text: string) => string): string {
  const target = responseHeaders?.location;
  const to = target === undefined ? "" : ` to ${excerpt(redact(target))}`;
  return `a redirect${to}, which is not followed; name the address that answers itself by --base-url`;
}

/** Endpoints with a wrong path send web pages, and some send errors with status 200: what they say is the reason. */
function describeUnreadable(found: SdkError, redact: (text: string) => string): string {
  const body = redact((found.responseBody ?? "").slice(0, LOOKED_AT)).trim();
  if (/^<(?:!doctype|html|head|body)\b/i.test(body))
    return `a web page. Is the address right? Many end in /v1. It begins: ${excerpt(body)}`;
  const reason = excerpt(redact(found.message ?? "no reason given"));
  return body === "" ? reason : `${reason}. It begins: ${excerpt(body)}`;
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), or the milliseconds some vendors send; 0 for anything else. */
function retryAfterMs(headers: Readonly<Record<string, string>> | undefined): number {
  const milliseconds = headers?.["retry-after-ms"]?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(milliseconds)) return Number(milliseconds);
  const value = headers?.["retry-after"]?.trim();
  if (value === undefined) return 0;
  const delayMs = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
}

function* causes(error: unknown): Generator<Error, void, void> {
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    yield error;
    error = error.cause;
  }
}

function systemCode(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
}

function deepestMessage(error: unknown): string {
  let message = String(error);
  for (const cause of causes(error)) message = cause.message || message;
  return message;
}

function excerpt(text: string): string {
  // Control characters would steer the terminal that shows the message.
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line;
}

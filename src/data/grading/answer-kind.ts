/**
 * What came back in place of an answer, or as one. One rule for what is collected and what is imported:
 *
 * | kind | what becomes of it |
 * |---|---|
 * | `answer` | graded |
 * | `empty` | wrong: the LLM had its say, and said nothing |
 * | `cut-off` | at a limit of tokens. Collected, it is graded, for the limit is a setting of the run, and counted; imported, nobody knows whose limit it was: left out and counted |
 * | `filtered`, `tool-call`, `missing`, `failed` | no answer, so neither right nor wrong: left out and counted |
 */
export type AnswerKind = "answer" | "empty" | "cut-off" | "filtered" | "tool-call" | "missing" | "failed";

/** What a log or an endpoint says of one answer. */
export interface AnswerParts {
  /** null or undefined where there is none, which is not an empty one. */
  readonly text: string | null | undefined;
  /** Why the LLM stopped, in any vendor's words: `stop`, `length`, `max_tokens`, `SAFETY`, `tool_use` … */
  readonly finishReason?: string | undefined;
  /** Whether the LLM called a tool, besides or in place of an answer. @default by the finish reason */
  readonly callsTool?: boolean;
}

const CUT_OFF: ReadonlySet<string> = new Set(["length", "max-tokens", "max-output-tokens", "model-length"]);
const FILTERED: ReadonlySet<string> = new Set([
  ...["content-filter", "content-filtered", "safety", "refusal", "recitation", "blocklist", "spii"],
  ...["prohibited-content", "guardrail-intervened", "sensitive"],
]);
const TOOL_CALL: ReadonlySet<string> = new Set(["tool-calls", "tool-call", "tool-use", "function-call"]);
const FAILED: ReadonlySet<string> = new Set(["error", "timeout", "failed", "canceled", "network-error"]);

/** Which kind of answer it is. */
export function answerKind({ text, finishReason, callsTool }: AnswerParts): AnswerKind {
  const reason = (finishReason ?? "").trim().toLowerCase().replaceAll("_", "-");
  const isBlank = text === null || text === undefined || text.trim() === "";
  if (FAILED.has(reason)) return "failed";
  if (FILTERED.has(reason)) return "filtered";
  if (isBlank && (callsTool ?? TOOL_CALL.has(reason))) return "tool-call";
  if (CUT_OFF.has(reason)) return "cut-off";
  if (!isBlank) return "answer";
  return text === null || text === undefined ? "missing" : "empty";
}

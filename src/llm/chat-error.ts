import { type ErrorDetails, LlmError } from "../errors.ts";

/** What a failed call means for the next ones. */
export interface FailureMeaning {
  /** Whether the same call may succeed later. */
  readonly isRetryable: boolean;
  /** Whether the provider may charge for it: true unless it certainly refused before doing any work. */
  readonly mayBeBilled: boolean;
  /** Whether every further call must fail the same way: a refused key, an unknown model, no credit. */
  readonly isHopeless: boolean;
  /** Whether the question is the reason, which others may not share: it is too long, or filtered. */
  readonly isAboutQuestion: boolean;
  /** How long the endpoint asked to wait (`Retry-After`), in milliseconds; 0 where it did not. */
  readonly retryAfterMs: number;
}

/** A call of a chat model failed. Its message never holds a key. */
export class ChatError extends LlmError {
  readonly meaning: FailureMeaning;

  constructor(message: string, meaning: Partial<FailureMeaning>, details: ErrorDetails = {}) {
    const { isRetryable = false, mayBeBilled = true, isHopeless = false } = meaning;
    const { isAboutQuestion = false, retryAfterMs = 0 } = meaning;
    super(message, isRetryable, details);
    this.meaning = { isRetryable, mayBeBilled, isHopeless, isAboutQuestion, retryAfterMs };
  }
}

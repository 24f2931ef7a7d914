/**
 * Every error this package throws on purpose. One base class, one list of codes; the code alone decides the
 * exit status of the command line and, in a service, the HTTP status.
 */

/** What went wrong, for programs. */
export type ErrorCode =
  | "USAGE"
  | "CONFIG"
  | "DATA"
  | "SHAPE"
  | "MODEL_FILE"
  | "LLM"
  | "EXISTS"
  | "IO"
  | "ABORTED";

/** Where and what, for programs; everything in it is safe to print (never a key). */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Exit status of the command line by code: 2 where the call was wrong, 1 where its input or work failed. */
export const EXIT_CODES: Readonly<Record<ErrorCode, 1 | 2>> = {
  USAGE: 2,
  CONFIG: 2,
  DATA: 1,
  SHAPE: 1,
  MODEL_FILE: 1,
  LLM: 1,
  EXISTS: 2,
  IO: 1,
  ABORTED: 1,
};

/** Base of all errors thrown on purpose. The message says what was found, what was expected and what to do. */
export class PromptOirlError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The call itself is wrong: an unknown flag, a missing argument, an impossible combination. */
export class UsageError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("USAGE", message, details);
  }
}

/** A configuration file or option object is malformed. */
export class ConfigError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("CONFIG", message, details, cause);
  }
}

/** Input data is malformed. `file` and, where there is one, the 1-based `line` are in the message and details. */
export class DataError extends PromptOirlError {
  constructor(message: string, where: { file?: string; line?: number } & ErrorDetails = {}, cause?: unknown) {
    const place =
      where.file === undefined ? "" : `${where.file}${where.line === undefined ? "" : `:${where.line}`}: `;
    super("DATA", `${place}${message}`, where, cause);
  }
}

/** Arrays whose sizes must agree do not. */
export class ShapeError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("SHAPE", message, details);
  }
}

/** A stored model cannot be read: truncated, corrupt, of another version or made for other data. */
export class ModelFileError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("MODEL_FILE", message, details, cause);
  }
}

/** A remote model (LLM or embedding endpoint) failed. */
export class LlmError extends PromptOirlError {
  /** Whether the same call may succeed later (429, 5xx, time-out, reset connection). */
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable: boolean, details: ErrorDetails = {}, cause?: unknown) {
    super("LLM", message, details, cause);
    this.isRetryable = isRetryable;
  }
}

/** The target exists and `--force` was not given. */
export class ExistsError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("EXISTS", message, details);
  }
}

/** The file system refused: disk full, read-only, no permission. */
export class IoError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("IO", message, details, cause);
  }
}

/** The work was cancelled by an AbortSignal (Ctrl-C); what was finished stands on disk. */
export class AbortedError extends PromptOirlError {
  constructor(message = "Cancelled.", details: ErrorDetails = {}) {
    super("ABORTED", message, details);
  }
}

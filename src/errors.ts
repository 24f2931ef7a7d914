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

/**
 * On every error of this package, whichever copy of it made the error: a program may hold two, of which each has its
 * own classes, so that `instanceof` knows only half of the errors.
 */
const MARKER = Symbol.for("prompt-oirl.error");

/** Whether an error bears the marker, and the code if one is asked for. */
function isMarked(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== "object" || error === null || !(MARKER in error)) return false;
  return code === undefined || (error as { readonly code?: unknown }).code === code;
}

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

  /**
   * Whether an error is one of this package's, of the class it is asked of, also where another copy of the package
   * made it. Needs no `this`, so that it may be passed on as it is.
   */
  static isInstance(error: unknown): error is PromptOirlError {
    return isMarked(error);
  }
}

// On the prototype, so that an error that is printed or kept does not show it.
Object.defineProperty(PromptOirlError.prototype, MARKER, { value: true });

/** The call itself is wrong: an unknown flag, a missing argument, an impossible combination. */
export class UsageError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("USAGE", message, details);
  }

  static override isInstance(error: unknown): error is UsageError {
    return isMarked(error, "USAGE");
  }
}

/** A configuration file or option object is malformed. */
export class ConfigError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("CONFIG", message, details, cause);
  }

  static override isInstance(error: unknown): error is ConfigError {
    return isMarked(error, "CONFIG");
  }
}

/** Input data is malformed. `file` and, where there is one, the 1-based `line` are in the message and details. */
export class DataError extends PromptOirlError {
  constructor(message: string, where: { file?: string; line?: number } & ErrorDetails = {}, cause?: unknown) {
    const place =
      where.file === undefined ? "" : `${where.file}${where.line === undefined ? "" : `:${where.line}`}: `;
    super("DATA", `${place}${message}`, where, cause);
  }

  static override isInstance(error: unknown): error is DataError {
    return isMarked(error, "DATA");
  }
}

/** Arrays whose sizes must agree do not. */
export class ShapeError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("SHAPE", message, details);
  }

  static override isInstance(error: unknown): error is ShapeError {
    return isMarked(error, "SHAPE");
  }
}

/** A stored model cannot be read: truncated, corrupt, of another version or made for other data. */
export class ModelFileError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("MODEL_FILE", message, details, cause);
  }

  static override isInstance(error: unknown): error is ModelFileError {
    return isMarked(error, "MODEL_FILE");
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

  static override isInstance(error: unknown): error is LlmError {
    return isMarked(error, "LLM");
  }
}

/** The target exists and `--force` was not given. */
export class ExistsError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("EXISTS", message, details);
  }

  static override isInstance(error: unknown): error is ExistsError {
    return isMarked(error, "EXISTS");
  }
}

/** The file system refused: disk full, read-only, no permission. */
export class IoError extends PromptOirlError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super("IO", message, details, cause);
  }

  static override isInstance(error: unknown): error is IoError {
    return isMarked(error, "IO");
  }
}

/** The work was canceled by an AbortSignal (Ctrl-C); what was finished stands on disk. */
export class AbortedError extends PromptOirlError {
  constructor(message = "Canceled.", details: ErrorDetails = {}) {
    super("ABORTED", message, details);
  }

  static override isInstance(error: unknown): error is AbortedError {
    return isMarked(error, "ABORTED");
  }
}

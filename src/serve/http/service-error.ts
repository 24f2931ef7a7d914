import { PromptOirlError as Base, type ErrorCode, type PromptOirlError } from "../../errors.ts";

/** HTTP status by the code of an error. What the client cannot mend is 503: it may be tried again later. */
const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  USAGE: 400,
  CONFIG: 400,
  DATA: 400,
  SHAPE: 400,
  MODEL_FILE: 503,
  LLM: 502,
  EXISTS: 409,
  IO: 503,
  ABORTED: 503,
};

/** What the service answers with a status of its own. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ServiceError";
    this.status = status;
    this.code = code;
  }
}

/** The body of every error, as OpenAI's endpoints have it. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly type: "prompt-oirl" };
}

/** What a client is told of an error; of one that nobody threw on purpose, nothing but that it happened. */
export function describeFailure(error: unknown): { readonly status: number; readonly body: ErrorBody } {
  const told = (status: number, code: string, message: string) => ({
    status,
    body: { error: { code, message, type: "prompt-oirl" as const } },
  });
  if (error instanceof ServiceError) return told(error.status, error.code, error.message);
  if (Base.isInstance(error)) {
    const { code, message }: PromptOirlError = error;
    // Messages of the file system name paths of this machine.
    if (code === "IO" || code === "MODEL_FILE")
      return told(
        HTTP_STATUS[code],
        code,
        "The service cannot do this now; its log says why. Try again later.",
      );
    return told(HTTP_STATUS[code], code, message);
  }
  return told(503, "UNEXPECTED", "The service failed; its log says why. Try again later.");
}

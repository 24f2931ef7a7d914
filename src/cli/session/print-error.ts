import { createColors } from "picocolors";
import { EXIT_CODES, PromptOirlError } from "../../errors.ts";
import { sanitizeJson } from "../text/sanitize-for-terminal.ts";
import type { Session } from "./session.ts";

/** Exit status of a run ended by Ctrl-C: 128 + SIGINT, as shells expect. */
export const INTERRUPTED_EXIT_CODE = 130;

/**
 * Says on standard error what went wrong, under `--json` as one JSON object, and gives the exit status: 2 where the
 * call was wrong, 1 where its input or work failed, 130 after Ctrl-C.
 */
export function printError(error: unknown, session: Session): number {
  session.close();
  if (session.signal.aborted && isAbort(error)) {
    say(session, "ABORTED", "what was finished is kept; the same command goes on from there.", {}, error);
    return INTERRUPTED_EXIT_CODE;
  }
  if (PromptOirlError.isInstance(error)) {
    say(session, error.code, error.message, error.details, error);
    return EXIT_CODES[error.code];
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isSystemError(error)) {
    say(session, "IO", message, { ...(error.path === undefined ? {} : { path: error.path }) }, error);
    return EXIT_CODES.IO;
  }
  say(session, "INTERNAL", `unexpected error: ${message}`, {}, error);
  if (!session.json && !session.verbose)
    session.note("This should not happen. Run the command again with --verbose to see where it comes from.");
  return 1;
}

/** Whether the operating system refused: its message names the reason, the call and the file. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "AbortedError");
}

function say(session: Session, code: string, message: string, details: object, error: unknown): void {
  const stack = session.verbose && error instanceof Error ? describeStack(error) : undefined;
  if (session.json) {
    const document = { error: { code, message, details, ...(stack === undefined ? {} : { stack }) } };
    session.terminal.writeError(`${sanitizeJson(JSON.stringify(document))}\n`);
    return;
  }
  const { red } = createColors(session.terminal.colorError);
  session.note(`${red(code === "ABORTED" ? "stopped:" : "error:")} ${message.replace(/^error: /, "")}`);
  if (stack !== undefined) session.note(stack);
}

function describeStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describeStack(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}

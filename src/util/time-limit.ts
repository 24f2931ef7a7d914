import { createContext, Script } from "node:vm";

const CALL = new Script("work()");
let context: { work: (() => unknown) | undefined } | undefined;

/**
 * Does synchronous work that may take for ever, such as matching a regular expression somebody else wrote, and breaks
 * it off after a time. V8 looks for the end of its time in loops, calls and backtracking alike.
 * @param limitMs ≥ 1
 * @returns undefined where it took too long
 * @throws whatever the work throws
 */
export function withinTimeLimit<Result>(
  limitMs: number,
  work: () => Result,
): { readonly value: Result } | undefined {
  context ??= createContext({ work: undefined }) as { work: undefined };
  context.work = work;
  try {
    return { value: CALL.runInContext(context, { timeout: limitMs }) as Result };
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  } finally {
    context.work = undefined;
  }
}

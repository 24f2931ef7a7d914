import type { Session } from "./session.ts";
import { warnOnLlmMismatch } from "./warn-on-llm-mismatch.ts";
import { type CallWork, withProgressBar } from "./with-progress-bar.ts";

/**
 * Plans work that asks an LLM about what another may have answered, says what it takes, and does it.
 * @param isDry stop with the plan as the result
 * @returns undefined where it stopped there
 */
export async function planThenRun<Planned extends Parameters<typeof warnOnLlmMismatch>[0], Result>(
  session: Session,
  isDry: boolean,
  plan: (accompanied: CallWork) => Promise<{ readonly planned: Planned; start(): Promise<Result> }>,
  describe: (planned: Planned) => string,
): Promise<Result | undefined> {
  return withProgressBar(session, async (accompanied) => {
    const { planned, start } = await plan(accompanied);
    warnOnLlmMismatch(planned, session);
    if (isDry) {
      session.printResult({ dryRun: true, ...planned }, () => describe(planned));
      return undefined;
    }
    session.note(describe(planned));
    return start();
  });
}

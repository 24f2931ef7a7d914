import type { Session } from "./session.ts";
import { warnOfOtherModel } from "./warn-of-other-model.ts";
import { type CallWork, withCallBar } from "./with-call-bar.ts";

/**
 * Plans work that asks an LLM about what another may have answered, says what it takes, and does it.
 * @param isDry stop with the plan as the result
 * @returns undefined where it stopped there
 */
export async function doPlanned<Planned extends Parameters<typeof warnOfOtherModel>[0], Result>(
  session: Session,
  isDry: boolean,
  plan: (accompanied: CallWork) => Promise<{ readonly planned: Planned; start(): Promise<Result> }>,
  describe: (planned: Planned) => string,
): Promise<Result | undefined> {
  return withCallBar(session, async (accompanied) => {
    const { planned, start } = await plan(accompanied);
    warnOfOtherModel(planned, session);
    if (isDry) {
      session.printResult({ dryRun: true, ...planned }, () => describe(planned));
      return undefined;
    }
    session.note(describe(planned));
    return start();
  });
}

import type { Command } from "commander";
import type { TrainingSummary } from "../../pipeline/index.ts";
import { runArgument } from "../../report/index.ts";
import {
  addModelOptions,
  addOutputOptions,
  examples,
  type ModelFlags,
  workOptions,
} from "../flags/options.ts";
import { isSimulatedRun, simulatedLines, simulatedMark } from "../session/is-simulated-run.ts";
import type { Session } from "../session/session.ts";
import { wrapProse } from "../text/wrap-text.ts";

interface TrainFlags extends ModelFlags {
  readonly force?: boolean;
}

/** `oirl train RUN`: fits on all labels and stores the chooser. */
export function registerTrain(program: Command, session: Session): void {
  const command = program
    .command("train")
    .summary("fit on all labels and store the chooser")
    .description(
      "Fit the reward model on every label of the log and store it in RUN/models, together with the out-of-fold " +
        "evidence that decides whether recommendations depend on the question.",
    )
    .argument("<run>", "run directory made by oirl import");
  addModelOptions(command, session).option("--force", "replace a model that is already stored");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl train my-run",
        "oirl train my-run --reward-model logistic --embedder lsa:form-tf:256",
        "oirl train my-run --gate averse --force",
      ),
    )
    .action(async (run: string, flags: TrainFlags) => {
      const { trainRun } = await import("../../pipeline/index.ts");
      const summary = await trainRun(run, { ...flags, ...workOptions(session) });
      const simulated = await isSimulatedRun(run);
      session.printResult({ ...summary, ...simulatedMark(simulated) }, () =>
        wrapProse(
          [...simulatedLines(simulated), describeTraining(summary, run, session)].join("\n"),
          session.terminal.columns,
        ),
      );
    });
}

/** What was trained, and what to do with it. */
function describeTraining(summary: TrainingSummary, run: string, session: Session): string {
  return [
    `Trained ${summary.rewardModel} on ${summary.embedder}: ${summary.questions} questions, ${summary.prompts} prompts, ${summary.seconds.toFixed(1)} s.`,
    summary.gate.reason,
    `Stored in ${summary.directory}`,
    "",
    session.next("recommend", runArgument(run), '"your question"'),
  ].join("\n");
}

import { type Command, Option } from "commander";
import type { Protocol } from "../../types/index.ts";
import {
  addModelOptions,
  addOutputOptions,
  examples,
  type ModelFlags,
  workOptions,
} from "../flags/options.ts";
import { isSimulatedRun, simulatedMark } from "../session/is-simulated-run.ts";
import type { Session } from "../session/session.ts";
import { describeEvaluation, nextAfterEvaluation } from "../text/describe-evaluation.ts";

interface EvaluateFlags extends ModelFlags {
  readonly protocol?: Protocol;
  readonly subsets?: "all";
  readonly details?: boolean;
  readonly force?: boolean;
}

/** `oirl evaluate RUN`: what each way of choosing prompts would have achieved. */
export function registerEvaluate(program: Command, session: Session): void {
  const command = program
    .command("evaluate")
    .summary("estimate what choosing prompts by question would gain")
    .description(
      "Estimate what each way of choosing prompts achieves on questions it was not trained on. Trains what it needs " +
        "by itself and writes only to RUN/results.",
    )
    .argument("<run>", "run directory made by oirl import")
    .addOption(
      new Option(
        "--protocol <name>",
        "how questions are divided into training and test (default: nested, as oirl run)",
      ).choices(["grouped", "nested", "paper"]),
    );
  addModelOptions(command, session)
    .addOption(new Option("--subsets <which>", "also sweep subsets of the training prompts").choices(["all"]))
    .option("--details", "show every strategy, what the gate saw, and what could be reached at all")
    .option("--force", "compute again, even where a stored result fits");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `
Protocols:
  nested    5 x 3 grouped cross-validation: every question tested, most honest
  grouped   one split, no question on both sides (see --group-by)
  paper     the reference's rows; repeats its leak, and counts it
${examples(
  "oirl evaluate my-run",
  "oirl evaluate my-run --details",
  "oirl evaluate my-run --seed 3 --group-by form",
  "oirl evaluate my-run --protocol paper --subsets all",
  "oirl evaluate my-run --json | jq .gate",
)}`,
    )
    .action(async (run: string, flags: EvaluateFlags) => {
      const { details = false, subsets, ...settings } = flags;
      const options = { ...settings, ...workOptions(session) };
      const { openRunDirectory } = await import("../../data/index.ts");
      const { describeLabels, evaluateForShow, sweepSubsets } = await import("../../pipeline/index.ts");
      const evaluation = await evaluateForShow(run, options);
      const simulated = await isSimulatedRun(run);
      const shown = { ...evaluation, run, simulated, details };
      const text = await describeEvaluation(shown, session);
      const next = await nextAfterEvaluation(shown, session);
      const labels = describeLabels((await openRunDirectory(run)).manifest);
      if (labels !== undefined) session.note(`This log has ${labels}.`);
      const found = { ...evaluation.result, ...evaluation.kinds, ...simulatedMark(simulated) };
      if (subsets === undefined) {
        session.printResult(found, () => `${text}\n${next}`);
        return;
      }
      const sweep = await sweepSubsets(run, options);
      const { describeSweep } = await import("../text/describe-sweep.ts");
      session.printResult({ ...found, sweep }, () => `${text}\n${describeSweep(sweep)}\n\n${next}`);
    });
}

import { type Command, Option } from "commander";
import type { Protocol } from "../../types/index.ts";
import { evaluationTable } from "../evaluation-table.ts";
import { isSimulatedRun, simulatedMark } from "../is-simulated-run.ts";
import { addModelOptions, addOutputOptions, examples, type ModelFlags, workOptions } from "../options.ts";
import type { Session } from "../session.ts";

interface EvaluateFlags extends ModelFlags {
  readonly protocol: Protocol;
  readonly subsets?: "all";
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
      new Option("--protocol <name>", "how questions are divided into training and test")
        .choices(["grouped", "nested", "paper"])
        .default("grouped"),
    );
  addModelOptions(command, session)
    .addOption(new Option("--subsets <which>", "also sweep subsets of the training prompts").choices(["all"]))
    .option("--force", "compute again, even where a stored result fits");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `
Protocols:
  grouped   no question on both sides (see --group-by); each question counts once
  nested    5 x 3 grouped cross-validation: every question tested, most honest
  paper     the reference's rows; repeats its leak, and counts it
${examples(
  "oirl evaluate my-run",
  "oirl evaluate my-run --protocol nested --seed 3",
  "oirl evaluate my-run --protocol nested --group-by form",
  "oirl evaluate my-run --protocol paper --subsets all",
  "oirl evaluate my-run --json | jq .gate",
)}`,
    )
    .action(async (run: string, flags: EvaluateFlags) => {
      const options = { ...flags, ...workOptions(session) };
      const { openRunDirectory } = await import("../../data/index.ts");
      const { describeLabels, evaluateRun, sweepSubsets } = await import("../../pipeline/index.ts");
      const result = await evaluateRun(run, options);
      const simulated = await isSimulatedRun(run);
      const mark = simulatedMark(simulated);
      const table = await evaluationTable(result, simulated, session);
      const labels = describeLabels((await openRunDirectory(run)).manifest);
      if (labels !== undefined) session.note(`This log has ${labels}.`);
      if (flags.subsets === undefined) {
        session.printResult({ ...result, ...mark }, () => table);
        return;
      }
      const sweep = await sweepSubsets(run, options);
      const { describeSweep } = await import("../describe-sweep.ts");
      session.printResult({ ...result, ...mark, sweep }, () => `${table}\n${describeSweep(sweep)}`);
    });
}

import type { Command } from "commander";
import { isSimulatedRun, simulatedLines, simulatedMark } from "../is-simulated-run.ts";
import { addOutputOptions, examples, workOptions } from "../options.ts";
import type { Session } from "../session.ts";

/** `oirl optimize RUN`: the prompt for each of many questions, as CSV. */
export function registerOptimize(program: Command, session: Session): void {
  const command = program
    .command("optimize")
    .summary("choose the prompt for each of many questions")
    .description("Choose the prompt for every question in a file and write the choices as CSV.")
    .argument("<run>", "run directory in which oirl train has stored a model")
    .requiredOption("--queries <file>", "questions, one a line: text, or JSON with id and text")
    .option("--out <file>", "CSV file to write (default: RUN/results/choices.csv)");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl optimize my-run --queries new-questions.jsonl",
        "oirl optimize my-run --queries new-questions.txt --out choices.csv",
      ),
    )
    .action(async (run: string, flags: { queries: string; out?: string }) => {
      const { optimizeRun } = await import("../../pipeline/index.ts");
      const result = await optimizeRun(run, {
        ...flags,
        queriesFile: flags.queries,
        ...workOptions(session),
      });
      const simulated = await isSimulatedRun(run);
      session.printResult({ ...result, ...simulatedMark(simulated) }, ({ file, choices }) => {
        const switched = choices.filter((choice) => choice.promptId !== choice.fixedPromptId).length;
        return [
          ...simulatedLines(simulated),
          `Wrote ${choices.length} choices, ${switched} of them not the fixed prompt:`,
          file,
        ].join("\n");
      });
    });
}

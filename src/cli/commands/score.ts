import type { Command } from "commander";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { isSimulatedRun, simulatedLines, simulatedMark } from "../session/is-simulated-run.ts";
import type { Session } from "../session/session.ts";

/** `oirl score RUN`: estimated success of any prompts for any questions. */
export function registerScore(program: Command, session: Session): void {
  const command = program
    .command("score")
    .summary("estimate the success of any prompts for any questions")
    .description(
      "Estimate the success of every prompt in one file for every question in another, prompts that were never " +
        "tried included. Prints a CSV table: one question a row, one prompt a column. A pipe or a file gets ids as they " +
        "are; on a terminal, characters that would act on it are left out.",
    )
    .argument("<run>", "run directory in which oirl train has stored a model")
    .requiredOption("--queries <file>", "questions, one a line: text, or JSON with id and text")
    .option(
      "--prompts <file>",
      "prompts, one a line: text, or JSON with id and template (default: those of the log)",
    );
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl score my-run --queries new.jsonl --prompts ideas.jsonl > scores.csv",
        "oirl score my-run --queries new.txt --json",
      ),
    )
    .action(async (run: string, flags: { queries: string; prompts?: string }) => {
      const { scoreRun } = await import("../../pipeline/index.ts");
      const scores = await scoreRun(run, {
        queriesFile: flags.queries,
        ...(flags.prompts === undefined ? {} : { promptsFile: flags.prompts }),
        ...workOptions(session),
      });
      const simulated = await isSimulatedRun(run);
      // The table holds numbers and nothing else, so the mark stands beside it.
      if (!session.json) for (const line of simulatedLines(simulated)) session.note(line);
      const { csvText } = await import("../../report/index.ts");
      session.printTable({ ...scores, ...simulatedMark(simulated) }, ({ queryIds, promptIds, rewards }) =>
        csvText(
          ["query_id", ...promptIds],
          queryIds.map((queryId, row) => [queryId, ...rewards[row]!.map((reward) => reward.toFixed(4))]),
        ),
      );
    });
}

import type { Command } from "commander";
import type { AppendSummary } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { runArgument } from "../../report/index.ts";
import { withNamedLog } from "../flags/named-log.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { addTableFlags, type TableFlags, tableOptions } from "../flags/table-flags.ts";
import type { Session } from "../session/session.ts";
import { describeMapping } from "../text/describe-mapping.ts";

/** `oirl append RUN FILE …`: adds to a run what a log that grew has more. */
export function registerAppend(program: Command, session: Session): void {
  const command = program
    .command("append")
    .summary("add to a run what a log that grew has more")
    .description(
      "Add to an imported run what a file has more; what the run has already is counted, what contradicts it is refused. " +
        "Columns mean what they meant when the run was imported, unless flags say otherwise. Models and results are " +
        "those of the log before, so they go; `oirl run RUN` makes them anew.",
    )
    .argument("<run>", "run directory of an imported table")
    .argument("<files...>", "files of the same kind, a folder of them, or - for standard input");
  addTableFlags(command).option("--llm <llm>", "the LLM, where no column names it");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples("oirl append my-run log.csv", "oirl append my-run today/*.jsonl --json | jq .added"),
    )
    .action((run: string, paths: string[], flags: TableFlags) =>
      withNamedLog({ paths }, async (log) => {
        if (log === undefined || log.kind === "config" || log.kind === "run")
          throw new UsageError(`${paths[0]} is no table. Name a file or a folder of files.`);
        const { appendTable } = await import("../../data/index.ts");
        const summary = await appendTable({
          ...(await tableOptions(flags)),
          run,
          file: log.file,
          ...workOptions(session),
        });
        session.printResult(summary, () => describeAppend(summary, run, session));
      }),
    );
}

function describeAppend(
  { added, known, interactions, uniqueQueries, prompts, mapping }: AppendSummary,
  run: string,
  session: Session,
): string {
  const total = `${interactions} answers, ${uniqueQueries} questions, ${prompts} prompts`;
  return [
    ...(mapping === undefined ? [] : [...describeMapping(mapping), ""]),
    added === 0
      ? `Nothing is new: all ${known} answers were there already. The run has ${total}.`
      : `Added ${added} answers; ${known} were there already. The run now has ${total}.\n\n${session.next("run", runArgument(run))}`,
  ].join("\n");
}

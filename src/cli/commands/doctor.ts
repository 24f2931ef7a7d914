import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { withNamedLog } from "../flags/named-log.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { addTableFlags, type TableFlags, tableOptions } from "../flags/table-flags.ts";
import type { Session } from "../session/session.ts";
import { describeExamination } from "../text/describe-examination.ts";
import { describeMapping } from "../text/describe-mapping.ts";

/** `oirl doctor RUN|FILE`: one page on a log, before anything is learned from it. */
export function registerDoctor(program: Command, session: Session): void {
  const command = program
    .command("doctor")
    .summary("one page on a log: what it covers, how good its labels are, what to log next")
    .description(
      "Look at a log without training anything: coverage and overlap of prompts, repeats and noise of labels, questions " +
        "and prompts that are nearly the same, leaks between given splits, balance, drift, prompts that are best nowhere, " +
        "and what to log next. Of a file nothing is kept.",
    )
    .argument("[log...]", "a run directory, or a log as oirl run takes it")
    .option("--promptfoo <eval>", "an evaluation in promptfoo's database, by its id, or latest");
  addTableFlags(command).option("--llm <llm>", "which LLM's answers, where the log holds several");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples("oirl doctor my-run", "oirl doctor log.csv", "oirl doctor --promptfoo latest"),
    )
    .action(async (paths: string[], flags: TableFlags & { promptfoo?: string }) => {
      const folder = await mkdtemp(join(tmpdir(), "oirl-doctor-"));
      try {
        await withNamedLog({ paths, promptfoo: flags.promptfoo }, async (log) => {
          if (log === undefined || log.kind === "config")
            throw new UsageError(
              "no log is named. Name a run directory, a file or a folder of files. See `oirl doctor --help`.",
            );
          const { examineRun } = await import("../../pipeline/index.ts");
          const work = workOptions(session);
          const model = flags.llm === undefined ? {} : { llm: flags.llm };
          if (log.kind === "run") {
            const examination = await examineRun(log.run, { ...model, ...work });
            session.printResult(examination, describeExamination);
            return;
          }
          const { importJsonl, importTable } = await import("../../data/index.ts");
          const out = join(folder, "run");
          const { llm: _chosen, ...table } = await tableOptions(flags);
          const { mapping } =
            log.kind === "jsonl"
              ? await importJsonl({ file: String(log.file), out, ...work })
              : await importTable({ ...table, file: log.file, out, ...work });
          const examination = await examineRun(out, { ...model, ...work });
          session.printResult({ ...examination, ...(mapping !== undefined && { mapping }) }, () =>
            [
              ...(mapping === undefined ? [] : [...describeMapping(mapping), ""]),
              describeExamination(examination),
            ].join("\n"),
          );
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

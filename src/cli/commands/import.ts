import { type Command, Option } from "commander";
import type { ImportSummary } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { runArgument } from "../../report/index.ts";
import { withNamedLog } from "../flags/named-log.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { addTableFlags, type TableFlags, tableOptions } from "../flags/table-flags.ts";
import type { Session } from "../session/session.ts";
import { describeMapping } from "../text/describe-mapping.ts";

/** `oirl import FORMAT …`: a log becomes a run directory. */
export function registerImport(program: Command, session: Session): void {
  const group = program
    .command("import")
    .summary("turn a log into a run directory")
    .description("Turn a log into a run directory, the folder all other commands work in.");
  registerTable(group, session);
  registerJsonl(group, session);
  registerPromptOirl(group, session);
}

interface ImportFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

function registerTable(group: Command, session: Session): void {
  const command = group
    .command("table")
    .summary("CSV, TSV, JSON, JSON Lines or Parquet, long or wide; other tools' logs")
    .description(
      "Import a table: a row for each answer, or a row for each question with a column for each prompt. Logs of " +
        "promptfoo, lm-evaluation-harness and inspect_ai are recognized. What the columns hold is recognized by usual " +
        "names, or said by flags, or by a YAML file with the same names; what was taken for what is printed.",
    )
    .argument("[files...]", "the table; several files of one kind, or a folder of them; - for standard input")
    .option("--promptfoo <eval>", "an evaluation in promptfoo's database, by its id, or latest");
  addDryRun(addTableFlags(addImportOptions(command))).option(
    "--llm <llm>",
    "the LLM, where no column names it",
  );
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl import table log.csv --out my-run",
        "oirl import table log.parquet --out my-run --query-column problem \\\n      --prompt-column variant --reward-column is_correct",
        "oirl import table wide.tsv --out my-run --prompt-columns plain,steps,expert",
        "oirl import table log.csv --out my-run --columns columns.yaml",
        "oirl import table log.csv --dry-run",
        "oirl import table samples_*.jsonl --out my-run \\\n      --where 'filter == \"strict-match\"'",
        "oirl import table results/ --out my-run --prompt-from-file --set llm=gpt-4o",
      ),
    )
    .action((paths: string[], flags: ImportFlags & TableFlags & { promptfoo?: string }) =>
      withNamedLog({ paths, promptfoo: flags.promptfoo }, async (log) => {
        if (log?.kind === "config" || log?.kind === "run")
          throw new UsageError(`${paths[0]} is no table. Name a file or a folder of files.`);
        if (log === undefined)
          throw new UsageError(
            "no log is named. Name a file or a folder, or add --promptfoo latest. See `oirl import table --help`.",
          );
        const { importTable } = await import("../../data/index.ts");
        const summary = await importTable({
          ...(log.task === undefined ? {} : { task: log.task }),
          ...(await tableOptions(flags)),
          file: log.file,
          ...importOptions(flags, session),
        });
        printSummary(summary, flags, session);
      }),
    );
}

function registerJsonl(group: Command, session: Session): void {
  const command = group
    .command("jsonl")
    .summary("our own records")
    .description(
      "Import our own records: one interaction a line, {queryId, promptId, reward, …}, with its question and prompt " +
        "in the line or in files of their own. docs/formats.md has every field.",
    )
    .argument("<file>", "interactions, one JSON object a line")
    .option("--queries <file>", "questions, one {id, text} a line")
    .option("--prompts <file>", "prompts, one {id, template, split?} a line")
    .option("--task <name>", "name of the task (default: the file's name)")
    .option("--llm <llm>", "the LLM of lines that name none");
  addImportOptions(command);
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl import jsonl log.jsonl --out my-run",
        "oirl import jsonl interactions.jsonl --out my-run \\\n      --queries queries.jsonl --prompts prompts.jsonl",
      ),
    )
    .action(
      async (
        file: string,
        {
          queries,
          prompts,
          ...flags
        }: ImportFlags & { queries?: string; prompts?: string; task?: string; llm?: string },
      ) => {
        const { importJsonl } = await import("../../data/index.ts");
        const summary = await importJsonl({
          ...flags,
          ...(queries === undefined ? {} : { queriesFile: queries }),
          ...(prompts === undefined ? {} : { promptsFile: prompts }),
          file,
          ...importOptions(flags, session),
        });
        printSummary(summary, flags, session);
      },
    );
}

function registerPromptOirl(group: Command, session: Session): void {
  const command = group
    .command("prompt-oirl")
    .summary("the logs released with the paper")
    .description("Import the logs released with the paper, joined with the texts of their questions.")
    .argument("<directory>", "clone of holarissun/Prompt-OIRL")
    .addOption(
      new Option("--task <name>", "which log").choices(["gsm8k", "mawps", "svamp"]).makeOptionMandatory(),
    )
    .requiredOption(
      "--texts <directory>",
      "clone of openai/grade-school-math (gsm8k) or arkilpatel/SVAMP (others)",
    );
  addImportOptions(command);
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl import prompt-oirl Prompt-OIRL --task mawps --texts SVAMP --out mawps",
        "oirl import prompt-oirl Prompt-OIRL --task gsm8k \\\n      --texts grade-school-math --out gsm8k",
      ),
    )
    .action(
      async (
        directory: string,
        flags: ImportFlags & { task: "gsm8k" | "mawps" | "svamp"; texts: string },
      ) => {
        const { importPromptOirl } = await import("../../data/index.ts");
        const summary = await importPromptOirl({
          directory,
          task: flags.task,
          texts: flags.texts,
          ...importOptions(flags, session),
        });
        printSummary(summary, flags, session);
      },
    );
}

function addImportOptions(command: Command): Command {
  return command
    .option("--out <run>", "run directory to make")
    .option("--force", "replace a run that is already there");
}

function addDryRun(command: Command): Command {
  return command.option("--dry-run", "say what would be taken for what, and stop there");
}

function importOptions({ out, force = false, dryRun = false }: ImportFlags, session: Session) {
  if (out === undefined && !dryRun)
    throw new UsageError("no run directory is named. Add --out RUN. See `oirl import --help`.");
  return { out: out ?? "", force, dryRun, ...workOptions(session) };
}

function printSummary(summary: ImportSummary, { out, dryRun }: ImportFlags, session: Session): void {
  session.printResult(summary, () =>
    dryRun === true
      ? `${describeImport(summary).replace(/Imported/, "Would import")}\nNothing was written; the same command with --out RUN writes it.`
      : `${describeImport(summary)}\n\n${session.next("run", runArgument(out ?? ""))}`,
  );
}

/** What was taken for what, where that had to be found out, and what came in. */
export function describeImport({
  queries,
  uniqueQueries,
  prompts,
  interactions,
  skipped,
  mapping,
}: ImportSummary): string {
  const rows = queries === uniqueQueries ? "" : ` in ${queries} rows`;
  const left =
    skipped === 0
      ? ""
      : `; ${skipped} ${skipped === 1 ? "entry without a reward was" : "entries without a reward were"} left out`;
  return [
    ...(mapping === undefined ? [] : [...describeMapping(mapping), ""]),
    `Imported ${interactions} answers: ${uniqueQueries} question${uniqueQueries === 1 ? "" : "s"}${rows}, ${prompts} prompt${prompts === 1 ? "" : "s"}${left}.`,
  ].join("\n");
}

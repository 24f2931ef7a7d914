import { type Command, Option } from "commander";
import { UsageError } from "../../errors.ts";
import type { LogSource, PipelineResult } from "../../pipeline/index.ts";
import type { TrainedGate } from "../../report/index.ts";
import type { Protocol } from "../../types/index.ts";
import { type NamedLog, withNamedLog } from "../flags/named-log.ts";
import {
  addModelOptions,
  addOutputOptions,
  examples,
  givenFlags,
  type ModelFlags,
  workOptions,
} from "../flags/options.ts";
import { addTableFlags, type TableFlags, tableOptions } from "../flags/table-flags.ts";
import { isSimulatedRun, simulatedMark } from "../session/is-simulated-run.ts";
import type { Session } from "../session/session.ts";
import { describeEvaluation, nextAfterEvaluation } from "../text/describe-evaluation.ts";
import { describeImport } from "./import.ts";

/** Flags as they were given; nothing has a default here, so that a configuration file's settings can stand. */
interface RunFlags extends ModelFlags, Omit<TableFlags, "llm"> {
  readonly table?: string;
  readonly jsonl?: string;
  readonly queries?: string;
  readonly promptOirl?: string;
  readonly texts?: string;
  readonly promptfoo?: string;
  readonly out?: string;
  readonly protocol?: Protocol;
  readonly force?: boolean;
}

/** `oirl run`: import, evaluate, train and report in one go. */
export function registerRun(program: Command, session: Session): void {
  const command = program
    .command("run")
    .summary("import, evaluate, train and report in one go")
    .description(
      "Import a log, estimate by cross-validation what choosing prompts by question would gain, train, and write " +
        "report.html. Called again it does only what is missing; called with other settings, it keeps the log and " +
        "replaces the chooser and the report.",
    )
    .argument(
      "[log...]",
      "files or a folder of any format (see below), a run directory, a YAML file of settings (flags win), or - for standard input",
    )
    .option("--out <run>", "run directory to make, or to go on with (default: called as the log)")
    .option("--promptfoo <eval>", "the log: an evaluation in promptfoo's database, by its id, or latest")
    .option("--table <file>", "the log: CSV, TSV, JSON Lines or Parquet")
    .option("--jsonl <file>", "the log: our own records")
    .option("--queries <file>", "with --jsonl: questions, one {id, text} a line")
    .option("--prompt-oirl <directory>", "the log: a clone of holarissun/Prompt-OIRL")
    .option("--texts <directory>", "with --prompt-oirl: clone with the questions' texts")
    .addOption(
      new Option("--protocol <name>", "of the estimate that is shown (default: nested)").choices([
        "grouped",
        "nested",
        "paper",
      ]),
    );
  addTableFlags(command);
  addModelOptions(command, session).option("--force", "replace a run of another log");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl run log.csv",
        "oirl run --promptfoo latest",
        "oirl run results/ --prompt-from-file --set llm=gpt-4o",
        "cat log.jsonl | oirl run - --out my-run",
        "oirl run --table log.csv --out my-run",
        "oirl run --table log.csv --out my-run --reward-column ok --gate averse",
        "oirl run --jsonl log.jsonl --out my-run --json | jq .gate",
        "oirl run --prompt-oirl Prompt-OIRL --task mawps --texts SVAMP --out mawps",
        "oirl run my-run.yaml",
      ),
    )
    .action(async (paths: string[], _flags: RunFlags, self: Command) => {
      const flags = givenFlags<RunFlags>(self);
      await withNamedLog({ paths, promptfoo: flags.promptfoo }, (log) => run(log, flags, session));
    });
}

async function run(log: NamedLog | undefined, flags: Partial<RunFlags>, session: Session): Promise<void> {
  const { runPipeline } = await import("../../pipeline/index.ts");
  const { out, source, ...settings } = await gatherSettings(log, flags);
  const result = await runPipeline({ ...settings, source, out, ...workOptions(session) });
  const simulated = await isSimulatedRun(out);
  const { kinds, otherQuestions } = result;
  const shown = {
    ...{ result, kinds: { kinds, otherQuestions }, trainedGate: deployedGate(result) },
    ...{ run: out, simulated, details: false },
  };
  const text = await describeEvaluation(shown, session);
  const next = await nextAfterEvaluation(shown, session);
  session.printResult({ ...result, ...simulatedMark(simulated) }, () =>
    [
      ...[describeImport(result.import), ""],
      ...[text.trimEnd(), ""],
      ...[`Report: ${result.report}`, next],
    ].join("\n"),
  );
}

/** The configuration file, overridden by flags. */
async function gatherSettings(log: NamedLog | undefined, flags: Partial<RunFlags>) {
  const { readRunSettings } = await import("../flags/run-settings.ts");
  const configured = log?.kind === "config" ? await readRunSettings(log.file) : {};
  const { protocol, rewardModel, embedder, promptEmbedder, gate, groupBy, propensity, seed, llm, force } =
    flags;
  const { choose, cost, costUnit, worth, budget, keep } = flags;
  const given = {
    protocol,
    rewardModel,
    embedder,
    promptEmbedder,
    gate,
    groupBy,
    propensity,
    seed,
    llm,
    force,
    ...{ choose, cost, costUnit, worth, budget, keep },
  };
  const out =
    log?.kind === "run"
      ? log.run
      : (flags.out ?? configured.out ?? (log?.kind === "config" ? undefined : log?.name));
  if (log?.kind === "run" && flags.out !== undefined)
    throw new UsageError(`${log.run} is a run already; leave --out away to go on with it.`);
  if (out === undefined)
    throw new UsageError(
      "no run directory is named. Add --out, or `out` to the configuration file. See `oirl run --help`.",
    );
  const source = await sourceFromFlags(log, flags, configured.source);
  return { ...configured, ...withoutUndefined(given), out, source };
}

async function sourceFromFlags(
  log: NamedLog | undefined,
  flags: Partial<RunFlags>,
  configured: LogSource | undefined,
): Promise<LogSource> {
  const named = [flags.table, flags.jsonl, flags.promptOirl].filter((name) => name !== undefined);
  if (named.length + (log === undefined || log.kind === "config" ? 0 : 1) > 1)
    throw new UsageError(
      "several logs are named; keep one argument, or one of --table, --jsonl, --prompt-oirl. See `oirl run --help`.",
    );
  if (log?.kind === "run") return { kind: "run" };
  if (log?.kind === "jsonl")
    return {
      kind: "jsonl",
      file: String(log.file),
      ...withoutUndefined({ task: flags.task, llm: flags.llm }),
    };
  if (log?.kind === "table") {
    const task = log.task === undefined ? {} : { task: log.task };
    return { kind: "table", ...task, ...(await tableOptions(flags)), file: log.file };
  }
  if (flags.table !== undefined) return { kind: "table", ...(await tableOptions(flags)), file: flags.table };
  if (flags.jsonl !== undefined) {
    const { jsonl: file, queries: queriesFile, prompts: promptsFile, task, llm } = flags;
    return { kind: "jsonl", file, ...withoutUndefined({ queriesFile, promptsFile, task, llm }) };
  }
  if (flags.promptOirl !== undefined) {
    const { promptOirl: directory, texts, task } = flags;
    if (texts === undefined || (task !== "gsm8k" && task !== "mawps" && task !== "svamp"))
      throw new UsageError(
        "--prompt-oirl needs --task gsm8k, mawps or svamp, and --texts with the questions' texts. See `oirl run --help`.",
      );
    return { kind: "prompt-oirl", directory, texts, task };
  }
  if (configured === undefined)
    throw new UsageError(
      "no log is named. Name a file, a folder, a run directory or a configuration, or add --promptfoo latest. See `oirl run --help`.",
    );
  return configured.kind === "table"
    ? { ...configured, ...withoutUndefined(await tableOptions(flags, configured)) }
    : configured;
}

type WithoutUndefined<Values> = { [name in keyof Values]?: Exclude<Values[name], undefined> };

function withoutUndefined<Values extends object>(values: Values): WithoutUndefined<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<Values>;
}

/** The stored chooser's gate; its kind is a yes or no, for it was trained once, on everything. */
export function deployedGate({ training }: PipelineResult): TrainedGate {
  return { open: training.gate.open === true, reason: training.gate.reason };
}

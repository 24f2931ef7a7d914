import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import {
  addCostFlags,
  addLlmFlags,
  addSendingFlags,
  type CallFlags,
  openChatModel,
  readSendingFlags,
} from "../flags/call-flags.ts";
import { addMatcherFlags, type MatcherFlags } from "../flags/matcher-flags.ts";
import { addOutputOptions, examples, givenFlags, parseSeed, workOptions } from "../flags/options.ts";
import { parseFraction, parsePositiveInteger } from "../flags/parse-numbers.ts";
import { addRequestFlags, type RequestFlags } from "../flags/request-flags.ts";
import { resolveRequestSettings } from "../flags/resolve-request-settings.ts";
import { isSimulatedRun, simulatedLogLines, simulatedMark } from "../session/is-simulated-run.ts";
import { planThenRun } from "../session/plan-then-run.ts";
import type { Session } from "../session/session.ts";
import { describeChoices } from "../text/describe-choices.ts";
import { describeLive, describeLivePlan } from "../text/describe-live.ts";

interface OptimizeFlags extends RequestFlags, CallFlags, MatcherFlags {
  readonly queries: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly live?: boolean;
  readonly margin: number;
  readonly includeKnown?: boolean;
  readonly limit?: number;
  readonly seed: number;
}

/** Flags that do not need `--live`. */
const OFFLINE_FLAGS = new Set(["queries", "out", "force", "live", "json", "verbose"]);

/** `oirl optimize RUN`: the prompt for each of many questions, as CSV; with `--live`, what choosing gains in truth. */
export function registerOptimize(program: Command, session: Session): void {
  const command = program
    .command("optimize")
    .summary("as recommend --queries; with --live, test on an LLM whether choosing pays")
    .description(
      "Choose the prompt for every question in a file and write the choices as CSV, as oirl recommend --queries does. With --live, put the chosen and the " +
        "fixed prompt to an LLM on these questions, which must be held out and have golden answers, stop as soon as it is " +
        "decided which is better, and hold the estimate against what was found.",
    )
    .argument("<run>", "run directory in which oirl train has stored a model")
    .requiredOption("--queries <file>", "questions, one a line: text, or JSON with id and text; or a table")
    .option("--out <file>", "CSV file to write (default: RUN/results/choices.csv; with --live, live.csv)")
    .option("--force", "replace that file, where it holds other choices")
    .option("--live", "ask an LLM; all flags below go with it")
    .option("--margin <fraction>", "stop when the gain is surely below this", parseFraction, 0.02)
    .option("--include-known", "also ask other questions of logged groups (see --group-by of oirl train)")
    .option("--limit <n>", "only the first n questions", parsePositiveInteger)
    .option("--seed <n>", "of the order of questions", parseSeed, 7);
  addLlmFlags(command);
  addRequestFlags(command);
  addMatcherFlags(command, "what says whether an answer is right");
  addSendingFlags(command);
  addCostFlags(command, "live answers of this LLM, asked this way, beside what RUN cost");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `\nWith --live, questions are asked as the run was collected: its settings and\nmatcher hold unless flags say otherwise.\n${examples(
        "oirl optimize my-run --queries new-questions.jsonl",
        "oirl optimize my-run --queries new-questions.txt --out choices.csv",
        "oirl optimize my-run --live --queries held-out.jsonl --llm gpt-4o-mini \\\n      --max-tokens 300 --max-cost 2",
      )}`,
    )
    .action((run: string, flags: OptimizeFlags) => {
      if (flags.live === true) return optimizeLive(run, flags, session);
      const live = Object.keys(givenFlags(command)).find((name) => !OFFLINE_FLAGS.has(name));
      if (live !== undefined)
        throw new UsageError(
          `--${live.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} goes with --live, which asks an LLM. See \`oirl optimize --help\`.`,
        );
      return optimize(run, flags, session);
    });
}

async function optimize(run: string, flags: OptimizeFlags, session: Session): Promise<void> {
  const { optimizeRun } = await import("../../pipeline/index.ts");
  const { queries, out, force } = flags;
  const result = await optimizeRun(run, {
    queriesFile: queries,
    ...(out !== undefined && { out }),
    ...(force !== undefined && { force }),
    ...workOptions(session),
  });
  const simulated = await isSimulatedRun(run);
  session.printResult({ ...result, ...simulatedMark(simulated) }, (found) =>
    describeChoices(found, simulated),
  );
}

async function optimizeLive(run: string, flags: OptimizeFlags, session: Session): Promise<void> {
  const { planLive } = await import("../../pipeline/index.ts");
  const { queries, out, margin, includeKnown, limit, seed } = flags;
  const { llm, price } = await openChatModel(flags, session);
  const result = await planThenRun(
    session,
    flags.dryRun === true,
    async (work) =>
      planLive(run, {
        llm,
        ...(await resolveRequestSettings(run, flags, llm, session)),
        queriesFile: queries,
        margin,
        seed,
        includeKnown: includeKnown === true,
        ...(limit !== undefined && { limit }),
        ...(out !== undefined && { out }),
        ...readSendingFlags(flags),
        ...(price !== undefined && { price }),
        ...work,
      }),
    describeLivePlan,
  );
  if (result === undefined) return;
  const simulated = await isSimulatedRun(run);
  session.printResult({ ...result, ...simulatedMark(simulated) }, () =>
    [...simulatedLogLines(simulated), describeLive(result, run, session)].join("\n"),
  );
}

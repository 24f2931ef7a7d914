import type { Command } from "commander";
import { LlmError, UsageError } from "../../errors.ts";
import { openChatModel, readSendingFlags } from "../flags/call-flags.ts";
import { addCollectFlags, type CollectFlags, readQueryColumnFlags } from "../flags/collect-flags.ts";
import { readMatcherFlags } from "../flags/matcher-flags.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { readRequestFlags } from "../flags/request-flags.ts";
import type { Session } from "../session/session.ts";
import { withProgressBar } from "../session/with-progress-bar.ts";
import { describeCollection, describePlan, describeRegrade } from "../text/describe-collection.ts";

/** `oirl collect RUN`: ask an LLM every question with every prompt, and keep the graded answers. */
export function registerCollect(program: Command, session: Session): void {
  const command = program
    .command("collect")
    .summary("make a log: ask an LLM every question with every prompt")
    .description(
      "Ask an LLM every question with every prompt, grade the answers, and keep them as a run directory. Stopped or " +
        "killed, the same command goes on where it was and repeats no answered call.",
    )
    .argument("<run>", "run directory to make, or to go on with");
  addCollectFlags(command);
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl collect my-run --base-url http://localhost:11434/v1 --llm llama3.2 \\\n      --queries questions.jsonl --prompts prompts.yaml",
        "oirl collect my-run --llm gpt-4o-mini --queries questions.jsonl \\\n      --prompts prompts.yaml --max-tokens 300 --max-cost 5 --dry-run",
        "oirl collect regraded --provider regrade --log Prompt-OIRL \\\n      --task mawps --texts SVAMP",
      ),
    )
    .action((run: string, flags: CollectFlags) =>
      flags.provider === "regrade" ? regrade(run, flags, session) : collectAnswers(run, flags, session),
    );
}

async function collectAnswers(run: string, flags: CollectFlags, session: Session): Promise<void> {
  const { collect, planCollection, PRESETS } = await import("../../llm/index.ts");
  const { listPromptFiles, readPromptsFile, readQueriesFile } = await import("../../data/index.ts");
  const { llm: name, queries: queriesFile, prompts: promptsFile } = flags;
  if (name === undefined || queriesFile === undefined || promptsFile === undefined)
    throw new UsageError("--llm, --queries and --prompts are needed. See `oirl collect --help`.");
  for (const flag of ["log", "task", "texts"] as const)
    if (flags[flag] !== undefined) throw new UsageError(`--${flag} goes with --provider regrade only.`);
  const allQueries = await readQueriesFile(queriesFile, readQueryColumnFlags(flags));
  const queries = flags.limit === undefined ? allQueries : allQueries.slice(0, flags.limit);
  const prompts = await readPromptsFile(promptsFile);
  const settings = await readRequestFlags(flags, PRESETS[flags.preset ?? "plain"]);
  const { llm, price } = await openChatModel(flags, session);
  const { repeats, strategy, calls, seed } = flags;
  const options = {
    run,
    llm,
    queries,
    prompts,
    settings,
    ...readMatcherFlags(flags),
    repeats,
    strategy,
    seed,
    ...(calls !== undefined && { calls }),
    ...readSendingFlags(flags),
    ...(price !== undefined && { price }),
  };
  const planned = await planCollection(options);
  if (flags.dryRun === true) {
    session.printResult({ dryRun: true, ...planned }, () => describePlan(planned));
    return;
  }
  session.note(describePlan(planned));
  const sourceFiles = [queriesFile, ...(await listPromptFiles(promptsFile))];
  const summary = await withProgressBar(session, (work) => collect({ ...options, sourceFiles, ...work }));
  session.printResult(summary, (found) => describeCollection(found, run, session));
  const { answered, answeredBefore, failed } = summary.calls;
  if (failed > 0 && answered + answeredBefore === 0)
    throw new LlmError("Not one call was answered, so that there is nothing to go on with.", false, {
      failed,
    });
}

async function regrade(run: string, flags: CollectFlags, session: Session): Promise<void> {
  const { log, task, texts } = flags;
  if (log === undefined)
    throw new UsageError("--provider regrade needs --log with the answers. See `oirl collect --help`.");
  const { regradeLog } = await import("../../llm/index.ts");
  const summary = await regradeLog({
    run,
    log,
    ...readMatcherFlags(flags),
    ...(task !== undefined && { task }),
    ...(texts !== undefined && { texts }),
    ...workOptions(session),
  });
  session.printResult(summary, (found) => describeRegrade(found, run, session));
}

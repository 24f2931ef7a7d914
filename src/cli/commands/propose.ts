import type { Command } from "commander";
import {
  addCostFlags,
  addLlmFlags,
  addSendingFlags,
  type CallFlags,
  openChatModel,
  readSendingFlags,
} from "../flags/call-flags.ts";
import { addMatcherFlags, type MatcherFlags } from "../flags/matcher-flags.ts";
import { addOutputOptions, examples, parseSeed } from "../flags/options.ts";
import { parseNonNegativeInteger, parsePositiveInteger } from "../flags/parse-numbers.ts";
import { addRequestFlags, type RequestFlags } from "../flags/request-flags.ts";
import { resolveRequestSettings } from "../flags/resolve-request-settings.ts";
import { isSimulatedRun, simulatedLogLines, simulatedMark } from "../session/is-simulated-run.ts";
import { planThenRun } from "../session/plan-then-run.ts";
import type { Session } from "../session/session.ts";
import { describeProposalPlan, describeProposals } from "../text/describe-proposals.ts";

interface ProposeFlags extends RequestFlags, CallFlags, MatcherFlags {
  readonly prompts?: string;
  readonly candidates: number;
  readonly top: number;
  readonly testCalls: number;
  readonly limit?: number;
  readonly seed: number;
  readonly out?: string;
}

/** `oirl propose RUN`: new prompts, estimated before they are tested, and tested before they are logged. */
export function registerPropose(program: Command, session: Session): void {
  const command = program
    .command("propose")
    .summary("find new prompts: ask an LLM, estimate offline, test the best live")
    .description(
      "Ask an LLM for prompts, told by the log which ones work on which kind of question and what fails; leave out " +
        "duplicates; estimate each from its wording, without a call; test the most promising against the fixed prompt " +
        "on questions of the log. Stopped or killed, the same command goes on.",
    )
    .argument("<run>", "run directory in which oirl train has stored a model")
    .option("--prompts <file>", "further candidates, written by hand: a prompts file or a folder")
    .option(
      "--candidates <n>",
      "prompts to ask for; 0 takes those of --prompts only",
      parseNonNegativeInteger,
      12,
    )
    .option("--top <n>", "test and write the n most promising", parsePositiveInteger, 3)
    .option("--test-calls <n>", "most calls of the live test; 0 tests nothing", parseNonNegativeInteger, 100)
    .option("--limit <n>", "test on the first n questions of the log only", parsePositiveInteger)
    .option("--seed <n>", "of examples shown and questions tested", parseSeed, 7)
    .option(
      "--out <file>",
      "prompts file to write, replaced if there (default: RUN/results/proposed-prompts.yaml)",
    );
  addLlmFlags(command);
  addRequestFlags(command);
  addMatcherFlags(command, "what says whether an answer is right");
  addSendingFlags(command);
  addCostFlags(command, "proposals and their tests by this LLM, asked this way, beside what RUN cost");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `\nPrompts are tested as the run was collected: its settings and matcher hold\nunless flags say otherwise.\n${examples(
        "oirl propose my-run --llm gpt-4o-mini --max-tokens 300 --max-cost 1",
        "oirl propose my-run --llm llama3.2 --dry-run \\\n      --base-url http://localhost:11434/v1",
        "oirl propose my-run --llm llama3.2 --candidates 0 --prompts ideas/",
      )}`,
    )
    .action((run: string, flags: ProposeFlags) => propose(run, flags, session));
}

async function propose(run: string, flags: ProposeFlags, session: Session): Promise<void> {
  const { planProposals } = await import("../../pipeline/index.ts");
  const { readRunSettings } = await import("../../data/index.ts");
  const { candidates, top, testCalls, limit, seed, out, prompts } = flags;
  const { llm, price } = await openChatModel(flags, session);
  const result = await planThenRun(
    session,
    flags.dryRun === true,
    async (work) =>
      planProposals(run, {
        llm,
        ...(await resolveRequestSettings(run, flags, llm, session)),
        candidates,
        top,
        testCalls,
        seed,
        ...(limit !== undefined && { limit }),
        ...(out !== undefined && { out }),
        ...(prompts !== undefined && { promptsFile: prompts }),
        ...readSendingFlags(flags),
        ...(price !== undefined && { price }),
        ...work,
      }),
    describeProposalPlan,
  );
  if (result === undefined) return;
  const isCollected = (await readRunSettings(run)) !== null;
  const simulated = await isSimulatedRun(run);
  session.printResult({ ...result, ...simulatedMark(simulated) }, () =>
    [...simulatedLogLines(simulated), describeProposals(result, run, isCollected, session)].join("\n"),
  );
}

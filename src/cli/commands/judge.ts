import { type Command, Option } from "commander";
import { UsageError } from "../../errors.ts";
import type { JudgeMode } from "../../llm/index.ts";
import type { JudgingOptions } from "../../pipeline/index.ts";
import {
  addCostFlags,
  addLlmFlags,
  addSendingFlags,
  type CallFlags,
  openChatModel,
  readSendingFlags,
} from "../flags/call-flags.ts";
import { addMatcherFlags, type MatcherFlags, readMatcherFlags } from "../flags/matcher-flags.ts";
import { addOutputOptions, examples } from "../flags/options.ts";
import { parseAmount, parseKappa, parsePositiveInteger } from "../flags/parse-numbers.ts";
import type { Session } from "../session/session.ts";
import { withProgressBar } from "../session/with-progress-bar.ts";
import { describeCheck, describeJudging, describePlannedJudging } from "../text/describe-judging.ts";

interface JudgeFlags extends CallFlags, MatcherFlags {
  readonly out?: string;
  readonly mode: JudgeMode;
  readonly rubric?: string;
  readonly of?: string;
  readonly check: number;
  readonly minKappa: number;
  readonly trustAnyway?: boolean;
  readonly limit?: number;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** `oirl judge RUN`: let an LLM grade a run's answers, once it has been checked against known labels. */
export function registerJudge(program: Command, session: Session): void {
  const command = program
    .command("judge")
    .summary("let an LLM grade a run's answers")
    .description(
      "Let an LLM grade a run's answers where no golden answer can, and make a run with its labels. First it judges " +
        "answers whose label is known; one that does not agree with them is not trusted, and labels nothing. Stopped or " +
        "killed, the same command goes on where it was.",
    )
    .argument("<run>", "run with the answers, such as one collected with --matcher none")
    .option("--out <run>", "run directory to make, or to go on with");
  addLlmFlags(command);
  addJudgeFlags(command);
  addMatcherFlags(command, "labels answers without one, to check the judge with", "", "none");
  addSendingFlags(command);
  addCostFlags(command, "the judgements in --out, its check included");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl judge my-run --out judged --llm gpt-4o-mini --matcher exact",
        "oirl judge my-run --out judged --llm llama3.2 --mode pairwise \\\n      --base-url http://localhost:11434/v1 --rubric rubric.md",
        "oirl judge my-run --out judged --llm gpt-4o-mini --max-cost 2 --dry-run",
      ),
    )
    .action((run: string, flags: JudgeFlags) => judge(run, flags, session));
}

function addJudgeFlags(command: Command): void {
  command
    .addOption(
      new Option(
        "--mode <name>",
        "rubric: each criterion met or not; score: a grade from 1 to 10; pairwise: which of two answers is better",
      )
        .choices(["rubric", "score", "pairwise"])
        .default("rubric"),
    )
    .option("--rubric <file>", "what a good answer is, a criterion a line (default: that it is correct)")
    .option("--of <llm>", "whose answers, where the run holds those of several LLMs")
    .option(
      "--check <n>",
      "judgements of answers with known labels that are compared first",
      parsePositiveInteger,
      200,
    )
    .option("--min-kappa <k>", "trust a judge whose kappa is certainly above", parseKappa, 0.4)
    .option("--trust-anyway", "label the answers even so, as far as the replies can be read")
    .option("--limit <n>", "only the first n questions", parsePositiveInteger)
    .option("--temperature <t>", "of the judge", parseAmount, 0)
    .option("--max-tokens <n>", "most tokens of a judge's reply", parsePositiveInteger, 400);
}

async function judge(run: string, flags: JudgeFlags, session: Session): Promise<void> {
  const { prepareJudging, planJudging, judgeRun } = await import("../../pipeline/index.ts");
  if (flags.out === undefined && flags.dryRun !== true)
    throw new UsageError("--out is needed: the run to make. See `oirl judge --help`.");
  const { llm, price } = await openChatModel(flags, session);
  const options = await judgingOptions(run, flags);
  const judging = await prepareJudging(options);
  const sending = { llm, ...readSendingFlags(flags), ...(price !== undefined && { price }) };
  const planned = await planJudging(judging, {
    ...options,
    ...sending,
    ...(flags.out !== undefined && { out: flags.out }),
  });
  if (flags.dryRun === true) {
    session.printResult({ dryRun: true, ...planned }, () => describePlannedJudging(planned));
    return;
  }
  session.note(describePlannedJudging(planned));
  const summary = await withProgressBar(session, (work) =>
    judgeRun(
      {
        ...options,
        ...sending,
        ...work,
        out: flags.out!,
        minKappa: flags.minKappa,
        trustAnyway: flags.trustAnyway === true,
        onCheck: (check) => session.note(describeCheck(check, judging.mode)),
      },
      judging,
    ),
  );
  session.printResult(summary, () => describeJudging(summary, session));
}

async function judgingOptions(run: string, flags: JudgeFlags): Promise<JudgingOptions> {
  const { readCriteriaFile } = await import("../../data/index.ts");
  const { mode, rubric, of, check, limit, temperature, maxTokens } = flags;
  return {
    run,
    mode,
    ...(rubric !== undefined && { criteria: await readCriteriaFile(rubric) }),
    ...(of !== undefined && { of }),
    ...(limit !== undefined && { limit }),
    checkOn: check,
    sampling: { temperature, maxTokens },
    ...readMatcherFlags(flags),
  };
}

import type { Command } from "commander";
import type { CallsAhead, CriticSummary } from "../../llm/index.ts";
import { runArgument } from "../../report/index.ts";
import {
  addCostFlags,
  addLlmFlags,
  addSendingFlags,
  type CallFlags,
  openChatModel,
  readSendingFlags,
} from "../flags/call-flags.ts";
import { addOutputOptions, examples } from "../flags/options.ts";
import { parseAmount, parsePositiveInteger, parseShare } from "../flags/parse-numbers.ts";
import type { Session } from "../session/session.ts";
import { withProgressBar } from "../session/with-progress-bar.ts";
import { describeCallsAhead, describeCost } from "../text/describe-estimate.ts";
import { describeFailedCalls } from "../text/describe-failed-calls.ts";

interface CriticFlags extends CallFlags {
  readonly limit?: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly maxTokens: number;
}

/** `oirl critic RUN`: ask an LLM whether its own answers are right. */
export function registerCritic(program: Command, session: Session): void {
  const command = program
    .command("critic")
    .summary("ask an LLM whether its own answers are right")
    .description(
      "Ask the LLM of a run, of each of its answers, whether it is right and how probable that is, so that `oirl evaluate` " +
        "can compare asking it with the reward model. Verdicts are kept beside the log. Stopped or killed, the same " +
        "command goes on where it was.",
    )
    .argument("<run>", "run with the LLM's answers and their labels");
  addLlmFlags(command);
  command
    .option("--limit <n>", "only the first n questions", parsePositiveInteger)
    .option("--temperature <t>", "0 takes the likeliest words", parseAmount, 0)
    .option("--top-p <p>", "nucleus sampling, above 0, at most 1 (default: the model's)", parseShare)
    .option("--max-tokens <n>", "most tokens of a reply", parsePositiveInteger, 300);
  addSendingFlags(command);
  addCostFlags(command, "this LLM's verdicts, beside what RUN cost");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl critic my-run --llm gpt-4o-mini --max-cost 2",
        "oirl critic my-run --llm llama3.2 --base-url http://localhost:11434/v1",
        "oirl evaluate my-run --json | jq .selfCritic",
      ),
    )
    .action((run: string, flags: CriticFlags) => criticize(run, flags, session));
}

async function criticize(run: string, flags: CriticFlags, session: Session): Promise<void> {
  const { askCritic, planCritic } = await import("../../llm/index.ts");
  const { temperature, topP, maxTokens, limit } = flags;
  const { llm, price } = await openChatModel(flags, session);
  const options = {
    run,
    llm,
    ...readSendingFlags(flags),
    ...(price !== undefined && { price }),
    ...(limit !== undefined && { limit }),
    sampling: { temperature, maxTokens, ...(topP !== undefined && { topP }) },
  };
  const planned = { llm: llm.name, ...(await planCritic(options)) };
  if (flags.dryRun === true) {
    session.printResult({ dryRun: true, ...planned }, () => describePlanned(planned));
    return;
  }
  session.note(describePlanned(planned));
  const summary = await withProgressBar(session, (work) => askCritic({ ...options, ...work }));
  session.printResult(summary, () => describeCritic(summary, session));
}

function describePlanned(planned: CallsAhead & { readonly llm: string }): string {
  const { llm, calls } = planned;
  return [`${llm}: ${calls} calls, one for each of its answers.`, ...describeCallsAhead(planned)].join("\n");
}

function describeCritic(summary: CriticSummary, session: Session): string {
  const { llm, calls, verdicts, saidRight, agreeing, rightlySaidRight, confidences, unreadable } = summary;
  const percent = (part: number, whole: number): string =>
    `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
  const lines = [
    `${llm} gave ${verdicts} verdicts on its own answers and ${confidences} probabilities. Calls: ${calls.answered} now, ${calls.answeredBefore} before.`,
  ];
  if (verdicts > 0)
    lines.push(
      `It calls ${percent(saidRight, verdicts)} of them right, and agrees with the labels on ${percent(agreeing, verdicts)}; of those it calls right, ${percent(rightlySaidRight, saidRight)} are.`,
    );
  lines.push(...describeCost(summary));
  if (unreadable > 0) lines.push(`${unreadable} replies say neither.`);
  lines.push(...describeFailedCalls(summary));
  if (summary.ended === "max-cost")
    lines.push(`Stopped by --max-cost: ${calls.remaining} of ${calls.planned} calls remain.`);
  return [...lines, "", session.next("evaluate", runArgument(summary.run), "--details")].join("\n");
}

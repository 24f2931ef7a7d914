import { type Command, Option } from "commander";
import type { QueryColumns } from "../../data/index.ts";
import type { Strategy } from "../../llm/index.ts";
import { addCostFlags, addLlmFlags, addSendingFlags, type CallFlags } from "./call-flags.ts";
import { addMatcherFlags, type MatcherFlags } from "./matcher-flags.ts";
import { parseSeed } from "./options.ts";
import { parsePositiveInteger } from "./parse-numbers.ts";
import { addRequestFlags, type RequestFlags } from "./request-flags.ts";

/** Values of the flags of `oirl collect`, as commander gives them. */
export interface CollectFlags extends RequestFlags, CallFlags, MatcherFlags {
  readonly queries?: string;
  readonly prompts?: string;
  readonly queryColumn?: string;
  readonly queryIdColumn?: string;
  readonly goldenAnswerColumn?: string;
  readonly groupColumn?: string;
  readonly splitColumn?: string;
  readonly limit?: number;
  readonly repeats: number;
  readonly strategy: Strategy;
  readonly calls?: number;
  readonly seed: number;
  readonly log?: string;
  readonly task?: "gsm8k" | "mawps" | "svamp";
  readonly texts?: string;
}

/** All flags of `oirl collect` but those every command has. */
export function addCollectFlags(command: Command): void {
  addLlmFlags(command, "regrade, ");
  addPromptFlags(command);
  command
    .option("--limit <n>", "only the first n questions", parsePositiveInteger)
    .option("--repeats <n>", "how often each question is asked with each prompt", parsePositiveInteger, 1)
    .addOption(
      new Option(
        "--strategy <name>",
        "uniform: all pairs; halving and bandit: more of --calls where prompts still compete",
      )
        .choices(["uniform", "halving", "bandit"])
        .default("uniform"),
    )
    .option("--calls <n>", "with halving or bandit: most calls of the run", parsePositiveInteger)
    .option("--seed <n>", "with halving or bandit: of all that is drawn by chance", parseSeed, 7);
  addSendingFlags(command);
  addCostFlags(command, "the answers of RUN");
  addRegradeFlags(command);
}

function addPromptFlags(command: Command): void {
  command
    .option("--queries <file>", "questions, with golden answers: one {id, text, answer} a line, or a table")
    .option(
      "--query-column <name>",
      "in a table of questions, the column with the text (default: text, question …)",
    )
    .option("--query-id-column <name>", "with their ids (default: id)")
    .option("--golden-answer-column <name>", "with the right answers (default: answer, target …)")
    .option("--group-column <name>", "questions that stay on one side of every split (default: group)")
    .option("--split-column <name>", "train or test (default: split)")
    .option(
      "--prompts <file>",
      "prompts: a YAML list of {id, template}, JSON Lines, .md with one, or a folder of .md and .txt",
    );
  addRequestFlags(command, "plain");
  addMatcherFlags(command, "what says whether an answer is right", "none (no labels, for oirl judge), ");
}

function addRegradeFlags(command: Command): void {
  command
    .option(
      "--log <path>",
      "with --provider regrade: a run with answers, or a clone of holarissun/Prompt-OIRL",
    )
    .addOption(
      new Option("--task <name>", "with such a clone: which log").choices(["gsm8k", "mawps", "svamp"]),
    )
    .option("--texts <directory>", "with such a clone: folder with the questions' texts");
}

/** Columns of the table of questions, where they are named. */
export function readQueryColumnFlags(flags: CollectFlags): QueryColumns {
  const { queryColumn, queryIdColumn, goldenAnswerColumn, groupColumn, splitColumn } = flags;
  return {
    ...(queryColumn !== undefined && { query: queryColumn }),
    ...(queryIdColumn !== undefined && { queryId: queryIdColumn }),
    ...(goldenAnswerColumn !== undefined && { goldenAnswer: goldenAnswerColumn }),
    ...(groupColumn !== undefined && { group: groupColumn }),
    ...(splitColumn !== undefined && { split: splitColumn }),
  };
}

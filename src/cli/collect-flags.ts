import { type Command, InvalidArgumentError, Option } from "commander";
import type { PresetName } from "../llm/index.ts";
import { addCostFlags, addModelFlags, addSendingFlags, type CallFlags } from "./call-flags.ts";
import { addMatcherFlags, type MatcherFlags } from "./matcher-flags.ts";
import { parseAmount, parseCount, parseShare } from "./parse-numbers.ts";

/** Values of the flags of `oirl collect`, as commander gives them. */
export interface CollectFlags extends CallFlags, MatcherFlags {
  readonly queries?: string;
  readonly prompts?: string;
  readonly preset: PresetName;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly system?: string;
  readonly fewShot?: string;
  readonly place?: "before" | "after";
  readonly variable?: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly repeats: number;
  readonly log?: string;
  readonly task?: "gsm8k" | "mawps" | "svamp";
  readonly texts?: string;
}

/** All flags of `oirl collect` but those every command has. */
export function addCollectFlags(command: Command): void {
  addModelFlags(command, "replay, ");
  addPromptFlags(command);
  command
    .option("--limit <n>", "only the first n questions", parseCount)
    .option("--repeats <n>", "how often each question is asked with each prompt", parseCount, 1);
  addSendingFlags(command);
  addCostFlags(command);
  addReplayFlags(command);
}

function addPromptFlags(command: Command): void {
  command
    .option("--queries <file>", "questions, with golden answers: one {id, text, answer} a line, or a table")
    .option(
      "--prompts <file>",
      "prompts: a YAML list of {id, template}, JSON Lines, .md with one, or a folder of .md and .txt",
    )
    .addOption(
      new Option(
        "--preset <name>",
        "plain: question, blank line, prompt; reference: as the paper asked LLaMA-2",
      )
        .choices(["plain", "reference"])
        .default("plain"),
    )
    .option("--temperature <t>", "0 takes the likeliest words (default: the preset's)", parseAmount)
    .option("--top-p <p>", "nucleus sampling, above 0, at most 1 (default: the preset's)", parseShare)
    .option("--max-tokens <n>", "most tokens of an answer", parseCount)
    .option("--system <text>", "system message, before that of a prompt")
    .option("--few-shot <file>", "questions with answers that are shown before each question")
    .addOption(
      new Option("--place <where>", "of a prompt without {{query}}, to the question").choices([
        "before",
        "after",
      ]),
    )
    .option("--variable <name=value>", "value of {{name}} in prompts; may be repeated", parseVariable);
  addMatcherFlags(command, "what says whether an answer is right", "none (no labels, for oirl judge) ");
}

function addReplayFlags(command: Command): void {
  command
    .option(
      "--log <path>",
      "with --provider replay: a run with answers, or a clone of holarissun/Prompt-OIRL",
    )
    .addOption(
      new Option("--task <name>", "with such a clone: which log").choices(["gsm8k", "mawps", "svamp"]),
    )
    .option("--texts <directory>", "with such a clone: folder with the questions' texts");
}

function parseVariable(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const position = text.indexOf("=");
  if (position < 1) throw new InvalidArgumentError("expected name=value.");
  return Object.fromEntries([
    ...Object.entries(before ?? {}),
    [text.slice(0, position).trim(), text.slice(position + 1)],
  ]);
}

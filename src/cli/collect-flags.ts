import { type Command, InvalidArgumentError, Option } from "commander";
import type { AnswerMatcherName } from "../data/index.ts";
import type { PresetName } from "../llm/index.ts";

/** Values of the flags of `oirl collect`, as commander gives them. */
export interface CollectFlags {
  readonly provider: string;
  readonly baseUrl?: string;
  readonly model?: string;
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
  readonly matcher: AnswerMatcherName;
  readonly limit?: number;
  readonly repeats: number;
  readonly concurrency: number;
  readonly retries: number;
  readonly timeout: number;
  readonly maxCost?: number;
  readonly prices?: string;
  readonly priceInput?: number;
  readonly priceOutput?: number;
  readonly dryRun?: boolean;
  readonly holdUnknown?: boolean;
  readonly retryFailed?: boolean;
  readonly keyVariable?: string;
  readonly keyFile?: string;
  readonly log?: string;
  readonly task?: "gsm8k" | "mawps" | "svamp";
  readonly texts?: string;
}

/** All flags of `oirl collect` but those every command has. */
export function addCollectFlags(command: Command): void {
  addModelFlags(command);
  addPromptFlags(command);
  addSendingFlags(command);
  addCostFlags(command);
  addReplayFlags(command);
}

function addModelFlags(command: Command): void {
  command
    .option(
      "--provider <name>",
      "openai-compatible, replay, or an installed package of the AI SDK, such as @ai-sdk/anthropic",
      "openai-compatible",
    )
    .option("--base-url <url>", "the endpoint (default: OPENAI_BASE_URL, else OpenAI's own)")
    .option("--model <name>", "the model, as the endpoint calls it")
    .option("--key-variable <name>", "environment variable with the key (default: OPENAI_API_KEY)")
    .option("--key-file <file>", "file with the key; this machine's endpoints need none");
}

function addPromptFlags(command: Command): void {
  command
    .option("--queries <file>", "questions with golden answers, one {id, text, answer} a line, or a table")
    .option("--prompts <file>", "prompts, a YAML list of {id, template}, or JSON Lines")
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
    .option("--variable <name=value>", "value of {{name}} in prompts; may be repeated", parseVariable)
    .addOption(
      new Option("--matcher <name>", "what says whether an answer is right")
        .choices(["numeric", "reference", "exact"])
        .default("numeric"),
    );
}

function addSendingFlags(command: Command): void {
  command
    .option("--limit <n>", "only the first n questions", parseCount)
    .option("--repeats <n>", "how often each question is asked with each prompt", parseCount, 1)
    .option("--concurrency <n>", "calls under way at once", parseCount, 8)
    .option("--retries <n>", "further attempts of a call that failed for reasons that pass", parseRetries, 4)
    .option("--timeout <seconds>", "for one attempt", parsePositive, 120)
    .option("--hold-unknown", "do not send calls again whose answers may have been lost")
    .option("--retry-failed", "send calls again that were given up after attempts that may have cost");
}

function addCostFlags(command: Command): void {
  command
    .option(
      "--max-cost <dollars>",
      "never spend more on this run; needs a price and --max-tokens",
      parseAmount,
    )
    .option("--prices <file>", "YAML table: model: {input, output}, in $ for a million tokens")
    .option("--price-input <dollars>", "for a million tokens sent", parseAmount)
    .option("--price-output <dollars>", "for a million tokens answered", parseAmount)
    .option("--dry-run", "only say how many calls, tokens and dollars it takes");
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

function parseNumber(text: string, what: string, isRight: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || !isRight(value))
    throw new InvalidArgumentError(`expected ${what}.`);
  return value;
}

function parseCount(text: string): number {
  return parseNumber(text, "a whole number ≥ 1", (value) => Number.isSafeInteger(value) && value >= 1);
}

function parseRetries(text: string): number {
  return parseNumber(text, "a whole number ≥ 0", (value) => Number.isSafeInteger(value) && value >= 0);
}

function parseAmount(text: string): number {
  return parseNumber(text, "a number ≥ 0", (value) => value >= 0);
}

function parsePositive(text: string): number {
  return parseNumber(
    text,
    "a number of seconds above 0, at most 86400",
    (value) => value > 0 && value <= 86_400,
  );
}

function parseShare(text: string): number {
  return parseNumber(text, "a number above 0, at most 1", (value) => value > 0 && value <= 1);
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

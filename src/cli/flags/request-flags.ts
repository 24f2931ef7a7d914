import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../../errors.ts";
import type { CallSettings, PresetName } from "../../llm/index.ts";
import { parseAmount, parsePositiveInteger, parseShare } from "./parse-numbers.ts";

/** Flags that say how a prompt and a question become a request. */
export interface RequestFlags {
  readonly preset?: PresetName;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly system?: string;
  readonly fewShot?: string;
  readonly questionPosition?: "before" | "after";
  readonly variable?: Readonly<Record<string, string>>;
}

/**
 * Adds the flags that say how a prompt and a question become a request.
 * @param preset without one, the command decides what holds where none is named
 */
export function addRequestFlags(command: Command, preset?: PresetName): void {
  command
    .addOption(
      new Option(
        "--preset <name>",
        "plain: question, blank line, prompt; reference: as the paper asked LLaMA-2",
      )
        .choices(["plain", "reference"])
        .default(preset),
    )
    .option("--temperature <t>", "0 takes the likeliest words (default: the preset's)", parseAmount)
    .option("--top-p <p>", "nucleus sampling, above 0, at most 1 (default: the preset's)", parseShare)
    .option("--max-tokens <n>", "most tokens of an answer", parsePositiveInteger)
    .option("--system <text>", "system message, before that of a prompt")
    .option("--few-shot <file>", "questions with answers that are shown before each question")
    .addOption(
      new Option("--question-position <where>", "of the question, to a prompt without {{query}}").choices([
        "before",
        "after",
      ]),
    )
    .option("--variable <name=value>", "value of {{name}} in prompts; may be repeated", parseVariable);
}

/** What is asked by, from the flags: they win over the base. @throws UsageError where an example has no answer */
export async function readRequestFlags(flags: RequestFlags, base: CallSettings): Promise<CallSettings> {
  const { readQueriesFile } = await import("../../data/index.ts");
  const { temperature, topP, maxTokens, system, questionPosition, variable } = flags;
  const examplesShown = flags.fewShot === undefined ? [] : await readQueriesFile(flags.fewShot);
  return {
    ...base,
    ...(system !== undefined && { system }),
    ...(questionPosition !== undefined && { questionPosition }),
    ...(variable !== undefined && { variables: variable }),
    fewShot: examplesShown.map(({ id, text, answer }) => {
      if (answer === undefined)
        throw new UsageError(`The example "${id}" in ${flags.fewShot} has no answer to show.`);
      return { text, answer };
    }),
    sampling: {
      ...base.sampling,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(maxTokens !== undefined && { maxTokens }),
    },
  };
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

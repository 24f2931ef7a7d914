import type { Command } from "commander";
import type { MatcherOptions } from "../../data/index.ts";

/** Flags that say what tells right answers from wrong ones. */
export interface MatcherFlags {
  readonly matcher?: string;
  readonly pattern?: string;
  readonly schema?: string;
}

/**
 * Adds the flags that say what tells right answers from wrong ones.
 * @param purpose of the matcher, for help
 * @param others further values of `--matcher`, for help
 * @param usual what holds without the flag, for help
 */
export function addMatcherFlags(command: Command, purpose: string, others = "", usual = '"numeric"'): void {
  command
    .option(
      "--matcher <name>",
      `${purpose}: numeric, reference, exact, contains, regex, json-schema, ${others}or the path of a module (a change of it or of its relative imports is noticed, of packages not) (default: ${usual})`,
    )
    .option(
      "--pattern <regex>",
      "with --matcher regex: for all questions; {{answer}} stands for the golden answer (default: the golden answer is the pattern)",
    )
    .option(
      "--schema <file>",
      "with --matcher json-schema: for all questions (default: the golden answer is the schema)",
    );
}

/** What graders take, from the flags. */
export function readMatcherFlags({ matcher, pattern, schema }: MatcherFlags): MatcherOptions {
  return {
    ...(matcher !== undefined && { matcher }),
    ...(pattern !== undefined && { pattern }),
    ...(schema !== undefined && { schemaFile: schema }),
  };
}

import { z } from "zod";
import { readConfig } from "../files/read-config.ts";
import { TABLE_FORMATS } from "../files/tables/table.ts";
import { isMatcherFile, MATCHER_NAMES } from "../grading/index.ts";
import type { ImportTableOptions } from "./import-table-options.ts";

const KNOWN_MATCHERS = MATCHER_NAMES.join(", ");

const name = z.string().min(1).exactOptional();
/** A column's name, several with commas, or null where no column has this meaning. */
const column = z.string().nullable().exactOptional();
const names = z.array(z.string().min(1)).exactOptional();

/** The fields of a table's configuration, for schemas that hold them among others. */
export const tableConfigShape: Readonly<Record<keyof TableConfig, z.ZodType>> = {
  format: z.enum(TABLE_FORMATS).exactOptional(),
  delimiter: name,
  layout: z.enum(["long", "wide"]).exactOptional(),
  columns: z
    .strictObject({
      query: column,
      queryId: column,
      prompt: column,
      template: column,
      reward: column,
      llm: column,
      repetition: column,
      answer: column,
      goldenAnswer: column,
      cost: column,
      latencyMs: column,
      split: column,
      propensity: column,
      confidence: column,
      critic: column,
      group: column,
      error: column,
      finishReason: column,
    })
    .exactOptional(),
  promptColumns: names,
  inputColumns: names,
  ignoreColumns: names,
  featureColumns: names,
  dropColumns: names,
  hashColumns: names,
  where: names,
  set: z.strictObject({ prompt: name, llm: name, group: name }).exactOptional(),
  fromFile: z.array(z.enum(["prompt", "llm", "group"])).exactOptional(),
  rewardScale: z.tuple([z.number(), z.number()]).exactOptional(),
  rewardValues: z.record(z.string(), z.number()).exactOptional(),
  task: name,
  llm: name,
  matcher: z
    .string()
    // A module is code, and files of settings come from others.
    .refine((text) => MATCHER_NAMES.includes(text), {
      error: ({ input }) =>
        isMatcherFile(String(input))
          ? `a module runs only where the command line itself names it: --matcher ${String(input)}. Take it out of the file; ${KNOWN_MATCHERS} may stay`
          : `expected ${KNOWN_MATCHERS}; a module of your own is named on the command line (--matcher ./my-matcher.mjs)`,
    })
    .exactOptional(),
  pattern: name,
  schemaFile: name,
  heldOut: z.array(z.string()).exactOptional(),
  promptsFile: name,
};

/** What a table's configuration file may say: the options of `importTable` that do not name its input and output. */
export type TableConfig = Pick<
  ImportTableOptions,
  | "format"
  | "delimiter"
  | "layout"
  | "columns"
  | "promptColumns"
  | "inputColumns"
  | "ignoreColumns"
  | "featureColumns"
  | "dropColumns"
  | "hashColumns"
  | "where"
  | "set"
  | "fromFile"
  | "rewardScale"
  | "rewardValues"
  | "task"
  | "llm"
  | "matcher"
  | "pattern"
  | "schemaFile"
  | "heldOut"
  | "promptsFile"
>;

/**
 * Reads a table's configuration (YAML or JSON), for example
 *
 *     columns:
 *       query: problem
 *       template: system_prompt
 *       reward: is_correct
 *     heldOut: ["Answer briefly."]
 *
 * @throws ConfigError naming the first wrong key and its line
 */
export function readTableConfig(path: string): Promise<TableConfig> {
  return readConfig(path, z.strictObject(tableConfigShape) as unknown as z.ZodType<TableConfig>);
}

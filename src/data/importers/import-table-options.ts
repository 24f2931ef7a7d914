import type { TableFormat } from "../files/tables/table.ts";
import type { MatcherOptions } from "../grading/index.ts";
import type { DryRun, ImportOptions } from "./import-into-run.ts";
import type { PrivateColumns } from "./private-columns.ts";
import type { RewardOptions } from "./reward-reader.ts";
import type { FileConstants } from "./row-importer.ts";
import type { TableMappingOptions } from "./table-mapping.ts";

/** What a whole file may say of its rows. */
export type FileMeaning = "prompt" | "llm" | "group";

/**
 * A table to import, and what its columns mean. Without a reward column, answers are graded by the matcher, against golden
 * answers or what plays their part.
 */
export interface ImportTableOptions
  extends ImportOptions,
    DryRun,
    TableMappingOptions,
    MatcherOptions,
    PrivateColumns,
    RewardOptions {
  /** CSV, TSV, JSON, JSON Lines or Parquet, packed by gzip or zstd or not; several of one kind, or a folder of them. */
  readonly file: string | readonly string[];
  /** @default from the files' extensions */
  readonly format?: TableFormat;
  /** Between the cells of CSV. @default guessed from the header */
  readonly delimiter?: string;
  /** Conditions on rows, all of which must hold: `filter == "strict-match"`. */
  readonly where?: readonly string[];
  /** What holds for all rows, where no column says it. */
  readonly set?: FileConstants;
  /** What each file's name says of its rows. */
  readonly fromFile?: readonly FileMeaning[];
  /** Name of the task. @default the first file's name */
  readonly task?: string;
  /** The LLM, where no column names it. @default "unknown" */
  readonly llm?: string | undefined;
  /** Ids (or templates) of prompts to keep out of training. */
  readonly heldOut?: readonly string[];
  /** A prompts file with the templates by id; its prompts without any row become held-out candidates. */
  readonly promptsFile?: string;
}

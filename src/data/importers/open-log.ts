import { ConfigError, DataError } from "../../errors.ts";
import { openTable } from "../files/tables/open-table.ts";
import { promptfooStatusColumn } from "../files/tables/promptfoo-header.ts";
import type { Table } from "../files/tables/table.ts";
import { isMetadataName, simplified } from "./column-names.ts";
import { chooseFiles } from "./folder-files.ts";
import type { ImportTableOptions } from "./import-table-options.ts";
import { detectLayout } from "./layouts/detect-layout.ts";
import { type Recognized, shapeTable, type ToldOfLayout } from "./layouts/known-table.ts";
import { hidePrivateColumns } from "./private-columns.ts";
import { filterTable, parseRowFilter } from "./row-filter.ts";
import { withSystemMessage } from "./system-message-column.ts";
import { mapTable } from "./table-columns.ts";
import type { MappingRevision, TableColumns, TableMapping } from "./table-mapping.ts";

/** The files of a log, what tool wrote them, and how they are opened. */
export interface OpenedLog {
  readonly files: readonly string[];
  /** Those of them that hold answers. */
  readonly answered: readonly string[];
  /** Files of the folder that hold something else. */
  readonly passedOver: readonly string[];
  readonly recognized: Recognized | null;
  /** Opens a file from its beginning: filtered, and in the known tool's shape. */
  open(file: string): Promise<Table>;
  /** How the log is understood, by its first file. */
  map(revision: MappingRevision): TableMapping;
  /** How one of its files is understood. */
  mapFile(table: Table, revision: MappingRevision): TableMapping;
  /** Columns that may be inputs although nobody said so. */
  watchedColumns(mapping: TableMapping): string[];
  /** Columns that may tell prompts of one id apart. */
  promptCompanions(mapping: TableMapping): string[];
  /** The first cells of the rewards' columns. */
  firstRewards(mapping: TableMapping): string[];
}

/**
 * Recognizes a log by its first file.
 * @throws ConfigError where something must be told that the files do not say
 */
export async function openLog(listed: readonly string[], options: ImportTableOptions): Promise<OpenedLog> {
  const conditions = options.where ?? [];
  const prepared = (table: Table): Table => hidePrivateColumns(filterTable(table, conditions), options);
  const filtered = async (file: string): Promise<Table> =>
    prepared(await openTable(file, { ...options, stage: "import" }));
  // Looking through files beforehand is no progress that anybody waits for.
  const { onProgress: _onProgress, ...silent } = options;
  const surveyed = async (file: string): Promise<Table> => prepared(await openTable(file, silent));

  const named = new Set(typeof options.file === "string" ? [options.file] : options.file);
  const { chosen: files, passedOver } = await chooseFiles(listed, named, surveyed);
  const first = await surveyed(files[0]!);
  await first.close();
  if (first.firstRows.length === 0)
    throw new DataError(
      conditions.length === 0 ? "The file has no rows." : "No row among the first hundred meets --where.",
      { file: files[0]! },
    );
  const reader = detectLayout(first);
  const recognized =
    reader === undefined ? null : await reader.recognize(files, surveyed, tellLayout(options, conditions));
  const answered = recognized?.files ?? files;
  const shape = (table: Table): Table =>
    recognized === null ? withSystemMessage(table) : shapeTable(table, recognized);
  const shapedFirst = shape(answered[0] === files[0] ? first : await peekAt(answered[0]!, surveyed));
  const isSet = settledMeanings(options);
  const map = (table: Table, revision: MappingRevision): TableMapping =>
    mapTable(table, options, recognized?.layout ?? null, revision, isSet);
  return {
    files,
    answered,
    passedOver,
    recognized,
    async open(file) {
      const table = await filtered(file);
      const other = detectLayout(table);
      if (table.firstRows.length > 0 && other !== reader) {
        await table.close();
        throw new ConfigError(
          `${file} has another layout than ${files[0]}. Import files of one kind at a time.`,
          { file },
        );
      }
      return shape(table);
    },
    map: (revision) => map(shapedFirst, revision),
    mapFile: (table, revision) =>
      table.firstRows.length === 0 ? map(shapedFirst, revision) : map(table, revision),
    watchedColumns: (mapping) => watched(mapping, options, recognized),
    promptCompanions: (mapping) => companions(mapping, options, recognized),
    firstRewards: (mapping) => {
      const columns =
        mapping.layout === "long"
          ? [mapping.columns.reward ?? ""]
          : mapping.promptColumns.map((name) =>
              mapping.verdictColumns.has(name) ? promptfooStatusColumn(name) : name,
            );
      return shapedFirst.firstRows.flatMap((row) => columns.map((column) => row.cell(column)));
    },
  };
}

async function peekAt(file: string, open: (file: string) => Promise<Table>): Promise<Table> {
  const table = await open(file);
  await table.close();
  return table;
}

function tellLayout(options: ImportTableOptions, conditions: readonly string[]): ToldOfLayout {
  const filters = new Set(conditions.map((condition) => parseRowFilter(condition).column));
  const { prompt, template, reward } = options.columns ?? {};
  return {
    reward: typeof reward === "string",
    prompt:
      typeof prompt === "string" || typeof template === "string" || settledMeanings(options).has("prompt"),
    isFiltered: (column) => filters.has(column),
  };
}

/** Meanings that are the same for all rows of a file. */
function settledMeanings({ set = {}, fromFile = [] }: ImportTableOptions): Set<keyof TableColumns> {
  return new Set([...(Object.keys(set) as (keyof typeof set)[]), ...fromFile]);
}

/** Of a known tool what its layout says, else every column without meaning that is not called like metadata. */
function watched(
  mapping: TableMapping,
  options: ImportTableOptions,
  recognized: Recognized | null,
): string[] {
  const ignored = new Set(options.ignoreColumns);
  const columns =
    recognized === null
      ? mapping.notUsed.filter((name) => !isMetadataName(name) && !isAboutPrompt(name))
      : (recognized.layout.watched ?? []);
  return columns.filter((name) => !ignored.has(name) && !mapping.featureColumns.includes(name));
}

function companions(
  mapping: TableMapping,
  options: ImportTableOptions,
  recognized: Recognized | null,
): string[] {
  const ignored = new Set(options.ignoreColumns);
  if (recognized !== null || mapping.parts.prompt.length === 0) return [];
  return mapping.notUsed.filter((name) => isAboutPrompt(name) && !ignored.has(name));
}

/** Whether a column is called like a part of the prompt, and not like its size or cost. */
function isAboutPrompt(name: string): boolean {
  const short = simplified(name);
  if (/token|cost|length|chars|time|price|count|latency/.test(short)) return false;
  return /^(?:prompt|template|system|variant)/.test(short);
}

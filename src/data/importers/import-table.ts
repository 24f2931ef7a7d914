import { DataError } from "../../errors.ts";
import type { JsonValue, Prompt } from "../../types/index.ts";
import { createGrader, type Grader, type MatcherOptions } from "../answer-matching/index.ts";
import { readPromptsFile } from "../read-prompts-file.ts";
import type { ImportSummary } from "../run-manifest.ts";
import { openTable } from "../tables/open-table.ts";
import { promptfooStatusColumn } from "../tables/promptfoo-header.ts";
import type { TableFormat, TableRow } from "../tables/table.ts";
import { describeSource, type ImportOptions, importIntoRun } from "./import-into-run.ts";
import { LogRecorder, type Outcome, type Place, type Recorded } from "./log-recorder.ts";
import { parseNumber, parsePart, parseReward } from "./parse-cells.ts";
import { isPromptfooError, splitPromptfooColumn } from "./promptfoo-columns.ts";
import { mapTable } from "./table-columns.ts";
import type { TableMapping, TableMappingOptions } from "./table-mapping.ts";
import { taskName } from "./task-name.ts";

/**
 * A table to import, and what its columns mean. Without a reward column, answers are graded by the matcher, against golden
 * answers or what plays their part.
 */
export interface ImportTableOptions extends ImportOptions, TableMappingOptions, MatcherOptions {
  /** CSV, TSV, JSON Lines or Parquet. */
  readonly file: string;
  /** @default from the file's extension */
  readonly format?: TableFormat;
  /** Between the cells of CSV. @default guessed from the header */
  readonly delimiter?: string;
  /** Name of the task. @default the file's name */
  readonly task?: string;
  /** The LLM, where no column names it. @default "unknown" */
  readonly model?: string;
  /** Ids (or templates) of prompts to keep out of training. */
  readonly heldOut?: readonly string[];
  /** A prompts file with the templates by id; its prompts without any row become held-out candidates. */
  readonly promptsFile?: string;
}

const RENDERED_ADVICE =
  "Map the column with the wording alone by --template-column, or the prompt's id by --prompt-column.";

/**
 * Imports a table as a run directory; rows are streamed, none is kept.
 * @throws ConfigError where the columns' meaning cannot be settled
 * @throws DataError with file and line for a malformed row, a reward outside [0, 1], or a repetition given twice; and
 * where nearly every prompt was tried on one question only
 * @throws ExistsError where a run is there and `force` is not set
 */
export async function importTable(options: ImportTableOptions): Promise<ImportSummary> {
  const source = await describeSource(options.file);
  const listed = options.promptsFile === undefined ? undefined : await readPromptsFile(options.promptsFile);
  const table = await openTable(options.file, { ...options, stage: "import" });
  try {
    const mapping = mapTable(table, options);
    const grader = await createGrader(options);
    return await importIntoRun(options, async (writer) => {
      const task = options.task ?? taskName(options.file);
      const recorder = new LogRecorder(writer, "q");
      const row = new RowImporter(recorder, mapping, options, listed, grader);
      for await (const cells of table.rows) await row.import(cells);
      if (mapping.layout === "long") recorder.checkPromptsAreShared(RENDERED_ADVICE, { file: options.file });
      await row.addUntriedPrompts();
      const files = [source];
      if (options.promptsFile !== undefined) files.push(await describeSource(options.promptsFile));
      return {
        task,
        source: { kind: "table", files, options: manifestOptions(mapping, options, grader) },
        counts: recorder.summary,
        models: recorder.models,
      };
    });
  } finally {
    await table.close();
  }
}

/** Turns rows into records. */
class RowImporter {
  private readonly recorder: LogRecorder;
  private readonly mapping: TableMapping;
  private readonly options: ImportTableOptions;
  private readonly listed: ReadonlyMap<string, Prompt> | undefined;
  private readonly heldOut: ReadonlySet<string>;
  private readonly seenPrompts = new Set<string>();
  private readonly grader: Grader;

  constructor(
    recorder: LogRecorder,
    mapping: TableMapping,
    options: ImportTableOptions,
    listed: readonly Prompt[] | undefined,
    grader: Grader,
  ) {
    this.recorder = recorder;
    this.mapping = mapping;
    this.options = options;
    this.listed = listed && new Map(listed.map((prompt) => [prompt.id, prompt]));
    this.heldOut = new Set(options.heldOut);
    this.grader = grader;
  }

  async import(row: TableRow): Promise<void> {
    // The line of a CSV row is computed when asked for: only for messages.
    const { file } = this.options;
    const place: Place = {
      file,
      get line() {
        return row.line;
      },
    };
    const { layout, columns, promptColumns, verdictColumns, answerColumns, isPromptfooResults } =
      this.mapping;
    if (layout === "wide") {
      for (const column of promptColumns)
        if (verdictColumns.has(column)) await this.importVerdict(row, place, column);
        else if (answerColumns.has(column)) await this.importAnswer(row, place, column);
        else await this.record(row, place, { id: column }, parseReward(row.cell(column), column, place));
      return;
    }
    if (isPromptfooResults && isPromptfooError(row.cell("failureReason"))) {
      this.recorder.skip();
      return;
    }
    const id = optionalCell(row, columns.prompt);
    const template = optionalCell(row, columns.template);
    await this.record(
      row,
      place,
      { ...(id !== undefined && { id }), ...(template !== undefined && { template }) },
      this.rewardOf(row, place),
    );
  }

  /** A prompt's answer in promptfoo's CSV, with its verdict beside it. */
  private async importVerdict(row: TableRow, place: Place, column: string): Promise<void> {
    const status = promptfooStatusColumn(column);
    const { model, prompt } = splitPromptfooColumn(column)!;
    const answer = row.cell(column);
    await this.record(row, place, { id: prompt }, parseReward(row.cell(status), status, place), {
      model,
      ...(answer.trim() !== "" && { answer }),
    });
  }

  /** A prompt's answer in older promptfoo's CSV, behind its verdict. */
  private importAnswer(row: TableRow, place: Place, column: string): Promise<void> {
    const { model, prompt } = splitPromptfooColumn(column)!;
    return this.record(row, place, { id: prompt }, parseReward(row.cell(column), column, place), { model });
  }

  /** Adds the prompts of the prompts file that no row has: they can be scored from their text. */
  async addUntriedPrompts(): Promise<void> {
    for (const prompt of this.listed?.values() ?? []) {
      if (this.seenPrompts.has(prompt.id)) continue;
      if (prompt.split === "training")
        this.options.onWarning?.(`Prompt "${prompt.id}" has no rows, so it is kept as held-out.`);
      await this.recorder.prompt({ ...prompt, split: "held-out" }, { file: this.options.promptsFile ?? "" });
    }
  }

  private async record(
    row: TableRow,
    place: Place,
    prompt: { id?: string; template?: string },
    reward: number | undefined,
    known: Partial<Outcome> = {},
  ): Promise<void> {
    if (reward === undefined) {
      this.recorder.skip();
      return;
    }
    const query = await this.query(row, place);
    const recorded = await this.prompt(prompt, place);
    const outcome = { ...this.outcome(row, place, reward), ...known };
    await this.recorder.interaction(query, recorded, outcome, place);
  }

  private query(row: TableRow, place: Place): Promise<Recorded> {
    const { columns } = this.mapping;
    const id = optionalCell(row, columns.queryId);
    const text = optionalCell(row, columns.query);
    const answer = optionalCell(row, columns.goldenAnswer);
    const group = optionalCell(row, columns.group);
    return this.recorder.query(
      {
        ...(id !== undefined && { id }),
        ...(text !== undefined && { text }),
        ...(answer !== undefined && { answer }),
        ...(group !== undefined && { group }),
      },
      place,
    );
  }

  private async prompt(reference: { id?: string; template?: string }, place: Place): Promise<Recorded> {
    const { id, template } = reference;
    if (this.listed !== undefined) {
      const listed = this.listed.get(id ?? "");
      if (listed === undefined)
        throw new DataError(`The prompt "${id}" is not in ${this.options.promptsFile}.`, place);
      this.seenPrompts.add(listed.id);
      return this.recorder.prompt(
        this.heldOut.has(listed.id) ? { ...listed, split: "held-out" } : listed,
        place,
      );
    }
    const isHeldOut = this.heldOut.has(id ?? "") || this.heldOut.has(template ?? "");
    return this.recorder.prompt({ ...reference, split: isHeldOut ? "held-out" : "training" }, place);
  }

  private rewardOf(row: TableRow, place: Place): number | undefined {
    const { query, queryId, reward, answer, goldenAnswer } = this.mapping.columns;
    if (reward !== undefined) return parseReward(row.cell(reward), reward, place);
    const given = row.cell(answer ?? "");
    const golden = row.cell(goldenAnswer ?? "");
    const hasGolden = golden.trim() !== "";
    if (given.trim() === "" || (!hasGolden && this.grader.needsGoldenAnswer)) return undefined;
    const text = row.cell(query ?? "");
    const id = optionalCell(row, queryId) ?? text.slice(0, 60);
    try {
      return this.grader.grade(given, { id, text, ...(hasGolden && { answer: golden }) });
    } catch (error) {
      throw error instanceof DataError ? new DataError(error.message, place, error) : error;
    }
  }

  private outcome(row: TableRow, place: Place, reward: number): Outcome {
    const { columns, layout } = this.mapping;
    const number = (column: string | undefined): number | undefined =>
      column === undefined ? undefined : parseNumber(row.cell(column), column, place);
    const repetition = number(columns.repetition);
    if (columns.repetition !== undefined && repetition === undefined)
      throw new DataError(
        `Column "${columns.repetition}" is empty; number every row, or leave it out.`,
        place,
      );
    const answer = layout === "long" ? optionalCell(row, columns.answer) : undefined;
    const split =
      columns.split === undefined ? undefined : parsePart(row.cell(columns.split), columns.split, place);
    const numbers = {
      repetition,
      cost: number(columns.cost),
      latencyMs: number(columns.latencyMs),
      propensity: number(columns.propensity),
      confidence: number(columns.confidence),
      critic: number(columns.critic),
    };
    return {
      model: optionalCell(row, columns.model) ?? this.options.model ?? "unknown",
      reward,
      ...(answer !== undefined && { answer }),
      ...(split !== undefined && { split }),
      ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    };
  }
}

/** A cell's text, or undefined where the column is not mapped or the cell is blank. */
function optionalCell(row: TableRow, column: string | undefined): string | undefined {
  if (column === undefined) return undefined;
  const text = row.cell(column);
  return text.trim() === "" ? undefined : text;
}

/** What `run.json` remembers of how the table was understood. */
function manifestOptions(
  mapping: TableMapping,
  options: ImportTableOptions,
  grader: Grader,
): Record<string, JsonValue> {
  return {
    layout: mapping.layout,
    columns: { ...mapping.columns },
    ...(mapping.promptColumns.length > 0 && { promptColumns: mapping.promptColumns }),
    ...(mapping.columns.reward === undefined && mapping.layout === "long" && { matcher: grader.record }),
    ...(options.heldOut !== undefined && { heldOut: options.heldOut }),
    ...(options.model !== undefined && { model: options.model }),
  };
}

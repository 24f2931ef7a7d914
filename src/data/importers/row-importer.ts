import { DataError } from "../../errors.ts";
import type { Prompt, QueryFeatures } from "../../types/index.ts";
import { quickHash } from "../../util/index.ts";
import { promptfooReasonColumn, promptfooStatusColumn } from "../files/tables/promptfoo-header.ts";
import { readFeatures } from "../files/tables/read-features.ts";
import type { TableRow } from "../files/tables/table.ts";
import type { Grader } from "../grading/index.ts";
import { fitsGuess } from "./guess-columns.ts";
import { splitPromptfooColumn } from "./layouts/promptfoo-csv.ts";
import type { LogFindings } from "./log-findings.ts";
import type { LogRecorder, Outcome, PromptReference, QueryReference, Recorded } from "./log-recorder.ts";
import { parseNumber, parsePart } from "./parse-cells.ts";
import type { Place } from "./place.ts";
import { promptLabel } from "./prompt-label.ts";
import { questionText } from "./question-text.ts";
import type { ReadReward, RewardReader } from "./reward-reader.ts";
import type { TableColumns, TableMapping } from "./table-mapping.ts";
import { whyNotGraded } from "./why-not-graded.ts";

/** What holds for all rows of a file, where no column says it. */
export interface FileConstants {
  readonly prompt?: string;
  readonly llm?: string;
  readonly group?: string;
}

/** What rows are turned into records with. */
export interface RowTools {
  readonly recorder: LogRecorder;
  readonly findings: LogFindings;
  readonly rewards: RewardReader;
  readonly grader: Grader;
  /** Prompts of the prompts file by id. */
  readonly listed: ReadonlyMap<string, Prompt> | undefined;
  readonly promptsFile: string | undefined;
  /** Ids or wordings of prompts to keep out of training. */
  readonly heldOut: ReadonlySet<string>;
  /** Ids of prompts by label and wording, where one label has several. */
  readonly wordingIds: ReadonlyMap<string, string>;
}

const NUMBERS = ["repetition", "cost", "latencyMs", "propensity", "confidence", "critic"] as const;

/** Turns the rows of one file into records. */
export class RowImporter {
  private readonly place: Place;
  private row: TableRow | undefined;
  /** Of a row that holds the answers of several prompts. */
  private rowHash: number | undefined;

  constructor(
    private readonly tools: RowTools,
    private readonly mapping: TableMapping,
    private readonly file: string,
    private readonly constants: FileConstants,
  ) {
    const lineOfRow = (): number => this.row?.line ?? 0;
    this.place = {
      file,
      get line() {
        return lineOfRow();
      },
    };
  }

  import(row: TableRow): void {
    this.row = row;
    const { layout, promptColumns, verdictColumns, answerColumns, known } = this.mapping;
    if (layout === "wide") {
      const cells = [...verdictColumns].map(promptfooStatusColumn).concat(promptColumns);
      this.rowHash = quickHash(JSON.stringify(cells.map((column) => row.cell(column))));
      for (const column of promptColumns)
        if (verdictColumns.has(column)) this.importVerdict(row, column);
        else if (answerColumns.has(column)) this.importAnswer(row, column);
        else this.record(row, { id: column }, this.readCell(row, column));
      return;
    }
    const prompt = this.promptReference(row);
    const why = known?.leftOut?.(row) ?? whyNotGraded(row, this.mapping);
    this.record(row, prompt, why === undefined ? this.readReward(row) : { leftOut: why });
  }

  /** A prompt's answer in promptfoo's CSV, with its verdict beside it. */
  private importVerdict(row: TableRow, column: string): void {
    const status = promptfooStatusColumn(column);
    const { llm, prompt } = splitPromptfooColumn(column)!;
    const answer = row.cell(column);
    const isUntested = row.cell(promptfooReasonColumn(column)).trim() === "No assertions";
    this.record(
      row,
      { id: prompt },
      isUntested ? { leftOut: "test without assertions" } : this.readCell(row, status),
      { llm, ...(answer.trim() !== "" && { answer }) },
    );
  }

  /** A prompt's answer in older promptfoo's CSV, behind its verdict. */
  private importAnswer(row: TableRow, column: string): void {
    const { llm, prompt } = splitPromptfooColumn(column)!;
    this.record(row, { id: prompt }, this.readCell(row, column), { llm });
  }

  private readCell(row: TableRow, column: string): ReadReward {
    return this.tools.rewards.read(row.cell(column), column, this.place);
  }

  private record(
    row: TableRow,
    prompt: PromptReference,
    found: ReadReward,
    known: Partial<Outcome> = {},
  ): void {
    const { recorder, findings } = this.tools;
    if ("leftOut" in found) {
      recorder.skip();
      findings.leftOut.add(found.leftOut, prompt.id ?? excerpt(prompt.template ?? "unnamed"));
      return;
    }
    const query = this.query(row);
    const recorded = this.prompt(prompt);
    const outcome = Object.assign(this.outcome(row, found.reward), known);
    const [own] = this.mapping.parts.query;
    findings.watch(query, own === undefined ? "" : row.cell(own), recorded.id, outcome.llm, row);
    recorder.interaction(query, recorded, outcome, this.place, this.rowHash);
  }

  private query(row: TableRow): Recorded {
    const { columns, parts, featureColumns, guessed } = this.mapping;
    const text = questionText(row, parts.query);
    const features: QueryFeatures | undefined =
      featureColumns.length === 0 ? undefined : readFeatures(row, featureColumns);
    let id = joinedCells(row, parts.queryId);
    if (id !== undefined && guessed.has("queryId") && text !== undefined) {
      this.tools.findings.rowIds.add(id, text);
      if (!this.tools.recorder.isNewOrSame(id, text, features)) {
        // Given up at the end, and the log is read again without it; until then the text decides.
        this.tools.findings.drop("queryId", `"${id}" stands for different questions`);
        id = `${id}\u0000${text}`.slice(0, 500);
      }
    }
    const answer = optionalCell(row, columns.goldenAnswer);
    const group = joinedCells(row, parts.group) ?? this.constants.group;
    const reference: { -readonly [key in keyof QueryReference]: QueryReference[key] } = {};
    if (id !== undefined) reference.id = id;
    if (text !== undefined) reference.text = text;
    if (answer !== undefined) reference.answer = answer;
    if (group !== undefined) reference.group = group;
    if (features !== undefined) reference.features = features;
    return this.tools.recorder.query(reference, this.place);
  }

  private promptReference(row: TableRow): PromptReference {
    const { columns, parts } = this.mapping;
    const label = promptLabel(parts.prompt.map((column) => row.cell(column))) ?? this.constants.prompt;
    const template = optionalCell(row, columns.template);
    const reference: { -readonly [key in keyof PromptReference]: PromptReference[key] } = {};
    if (label !== undefined) reference.id = label;
    if (template !== undefined) reference.template = template;
    return reference;
  }

  private prompt({ id, template }: PromptReference): Recorded {
    const { listed, heldOut, recorder, findings, wordingIds, promptsFile } = this.tools;
    if (listed !== undefined) {
      const found = listed.get(id ?? "");
      if (found === undefined)
        throw new DataError(`The prompt "${id}" is not in ${promptsFile}.`, this.place);
      findings.triedPrompts.add(found.id);
      return recorder.prompt(heldOut.has(found.id) ? { ...found, split: "held-out" } : found, this.place);
    }
    const split = heldOut.has(id ?? "") || heldOut.has(template ?? "") ? "held-out" : "training";
    if (id === undefined || template === undefined)
      return recorder.prompt(
        id !== undefined ? { id, split } : template !== undefined ? { template, split } : { split },
        this.place,
      );
    const first = findings.wordings.first(id, template);
    return recorder.prompt(
      wordingIds.has(id)
        ? { id: wordingIds.get(`${id}\u0000${template}`) ?? id, template, split }
        : { id, template: first, split },
      this.place,
    );
  }

  private readReward(row: TableRow): ReadReward {
    const { columns, parts } = this.mapping;
    if (columns.reward !== undefined) return this.readCell(row, columns.reward);
    const { grader, rewards } = this.tools;
    const value = columns.answer === undefined ? undefined : row.value(columns.answer);
    // An answer that is there but empty is graded, as `oirl collect` grades it; one that is not there cannot be.
    if (value === undefined || value === null) return { leftOut: "no answer" };
    const given = row.cell(columns.answer ?? "");
    const golden = row.cell(columns.goldenAnswer ?? "");
    const hasGolden = golden.trim() !== "";
    if (!hasGolden && grader.needsGoldenAnswer) return { leftOut: "no golden answer" };
    if (given.trim() === "") this.tools.findings.emptyAnswers++;
    const text = questionText(row, parts.query) ?? "";
    const id = joinedCells(row, parts.queryId) ?? text.slice(0, 60);
    try {
      const reward = grader.grade(given, { id, text, ...(hasGolden && { answer: golden }) });
      rewards.count(String(reward), reward);
      return { reward };
    } catch (error) {
      throw error instanceof DataError ? new DataError(error.message, this.place, error) : error;
    }
  }

  private outcome(row: TableRow, reward: number): Outcome {
    const { columns, layout, parts } = this.mapping;
    const answer = layout === "long" ? optionalCell(row, columns.answer) : undefined;
    const split =
      columns.split !== undefined && this.isFitting(row, "split")
        ? parsePart(row.cell(columns.split), columns.split, this.place)
        : undefined;
    const outcome: { -readonly [key in keyof Outcome]: Outcome[key] } = {
      llm: joinedCells(row, parts.llm) ?? this.constants.llm ?? "unknown",
      reward,
    };
    if (answer !== undefined) outcome.answer = answer;
    if (split !== undefined) outcome.split = split;
    for (const key of NUMBERS) {
      const value = this.number(row, key);
      if (value !== undefined) outcome[key] = value;
    }
    return outcome;
  }

  private number(row: TableRow, key: (typeof NUMBERS)[number]): number | undefined {
    const column = this.mapping.columns[key];
    if (column === undefined || !this.isFitting(row, key)) return undefined;
    const value = parseNumber(row.cell(column), column, this.place);
    if (key === "repetition" && value === undefined)
      throw new DataError(`Column "${column}" is empty; number every row, or leave it out.`, this.place);
    return value;
  }

  /** A cell that does not fit into a guessed column shows that the guess was wrong. */
  private isFitting(row: TableRow, key: keyof TableColumns): boolean {
    const { guessed, columns } = this.mapping;
    if (!guessed.has(key) || fitsGuess(key, row.cell(columns[key]!))) return true;
    this.tools.findings.drop(
      key,
      `${this.file}:${row.line} has ${JSON.stringify(excerpt(row.cell(columns[key]!)))}`,
    );
    return false;
  }
}

/** A cell's text, or undefined where the column is not mapped or the cell is blank. */
function optionalCell(row: TableRow, column: string | undefined): string | undefined {
  if (column === undefined) return undefined;
  const text = row.cell(column);
  return text.trim() === "" ? undefined : text;
}

/** The cells of several columns in one text, blank ones left out; undefined where all are. */
function joinedCells(row: TableRow, columns: readonly string[]): string | undefined {
  if (columns.length < 2) return optionalCell(row, columns[0]);
  const cells = columns.map((column) => row.cell(column)).filter((cell) => cell.trim() !== "");
  return cells.length === 0 ? undefined : cells.join("/");
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

import type { TableRow } from "../files/tables/table.ts";
import { textKey } from "./compact-index.ts";
import { readNumber } from "./verdict-words.ts";

/** Questions looked at closely at most; beyond, those with the lowest hashes, whatever the order of rows. */
const MAX_QUESTIONS = 2000;
const MAX_ROWS_A_QUESTION = 200;

interface WatchedRow {
  /** What is a repeat of what: prompt and LLM. */
  readonly pair: string;
  readonly prompt: string;
  readonly cells: readonly string[];
}

/** What the rows of single questions say of a column that has no meaning yet. */
export interface ColumnFinding {
  readonly column: string;
  /** Whether it differs between rows of one question, prompt and LLM. */
  readonly differs: boolean;
  /** Of the values of questions that have several, the share that several prompts met; null where nothing tells. */
  readonly shared: number | null;
  readonly isNumeric: boolean;
}

/** Watches columns that may tell questions apart, on a sample of the questions. */
export class ColumnWatch {
  private readonly questions = new Map<number, WatchedRow[]>();
  private threshold = Number.POSITIVE_INFINITY;

  constructor(readonly columns: readonly string[]) {}

  add(question: string, prompt: string, llm: string, row: TableRow): void {
    if (this.columns.length === 0) return;
    const [key] = textKey(question);
    if (key >= this.threshold) return;
    let rows = this.questions.get(key);
    if (rows === undefined) {
      rows = [];
      this.questions.set(key, rows);
      if (this.questions.size > MAX_QUESTIONS) this.halve();
    }
    if (rows.length < MAX_ROWS_A_QUESTION)
      rows.push({
        pair: `${prompt}\u0000${llm}`,
        prompt,
        cells: this.columns.map((column) => row.cell(column).trim()),
      });
  }

  findings(): ColumnFinding[] {
    return this.columns.map((column, position) => {
      let differs = false;
      let values = 0;
      let shared = 0;
      let isNumeric = true;
      for (const rows of this.questions.values()) {
        const byPair = new Map<string, string>();
        const prompts = new Map<string, Set<string>>();
        for (const { pair, prompt, cells } of rows) {
          const cell = cells[position]!;
          if (cell === "") continue;
          isNumeric &&= readNumber(cell) !== undefined;
          const before = byPair.get(pair) ?? cell;
          byPair.set(pair, before);
          differs ||= before !== cell;
          prompts.set(cell, (prompts.get(cell) ?? new Set()).add(prompt));
        }
        if (prompts.size < 2 || new Set(rows.map(({ prompt }) => prompt)).size < 2) continue;
        values += prompts.size;
        for (const met of prompts.values()) if (met.size > 1) shared++;
      }
      return { column, differs, shared: values === 0 ? null : shared / values, isNumeric };
    });
  }

  private halve(): void {
    const keys = [...this.questions.keys()].sort((one, other) => one - other);
    this.threshold = keys[keys.length >> 1]!;
    for (const key of keys.slice(keys.length >> 1)) this.questions.delete(key);
  }
}

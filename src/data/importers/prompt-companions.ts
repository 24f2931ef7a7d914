import type { TableRow } from "../files/tables/table.ts";

/** More values than this of one prompt are made anew for each question. */
const MAX_VALUES = 20;

/** Watches columns about the prompt that are not part of its id: does one id have several of their values? */
export class PromptCompanions {
  private readonly values: Map<string, Map<string, number>>[];
  private rows = 0;

  constructor(private readonly columns: readonly string[]) {
    this.values = columns.map(() => new Map());
  }

  add(prompt: string, row: TableRow): void {
    if (this.columns.length === 0) return;
    this.rows++;
    for (const [position, column] of this.columns.entries()) {
      const values = this.values[position]!.get(prompt) ?? new Map<string, number>();
      const cell = row.cell(column).trim();
      if (cell !== "" && (values.has(cell) || values.size <= MAX_VALUES))
        values.set(cell, (values.get(cell) ?? 0) + 1);
      this.values[position]!.set(prompt, values);
    }
  }

  /** Columns of which prompts have several values, each met on several rows. */
  apart(): string[] {
    return this.columns.filter((_, position) => {
      const byPrompt = [...this.values[position]!.values()];
      const several = byPrompt.filter((values) => values.size > 1);
      if (several.length === 0 || byPrompt.some((values) => values.size > MAX_VALUES)) return false;
      const combinations = byPrompt.reduce((sum, values) => sum + values.size, 0);
      return this.rows >= 2 * combinations;
    });
  }
}

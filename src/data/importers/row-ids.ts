import { CompactIndex, textKey } from "./compact-index.ts";

/** Tells ids of questions from ids of rows: these are new on each row, while the questions come again. */
export class RowIds {
  private readonly ids = new CompactIndex();
  private readonly texts = new CompactIndex();
  private rows = 0;

  add(id: string, text: string): void {
    this.rows++;
    this.ids.set(textKey(id), 1);
    this.texts.set(textKey(text), 1);
  }

  /** Whether each row had an id of its own although texts came again. */
  get areOfRows(): boolean {
    return this.ids.size === this.rows && this.texts.size < this.rows;
  }
}

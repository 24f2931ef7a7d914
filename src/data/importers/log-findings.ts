import type { TableRow } from "../files/tables/table.ts";
import { type ColumnFinding, ColumnWatch } from "./column-watch.ts";
import { LeftOutCount } from "./left-out-count.ts";
import type { Recorded } from "./log-recorder.ts";
import { PromptCompanions } from "./prompt-companions.ts";
import { PromptWordings } from "./prompt-wordings.ts";
import { RowIds } from "./row-ids.ts";
import type { TableColumns } from "./table-mapping.ts";

/** What reading a whole log teaches about the guesses it was read with. */
export class LogFindings {
  readonly leftOut: LeftOutCount = new LeftOutCount();
  readonly wordings: PromptWordings = new PromptWordings();
  readonly rowIds: RowIds = new RowIds();
  readonly triedPrompts: Set<string> = new Set();
  /** Answers that were there but empty, and graded as such. */
  emptyAnswers = 0;
  /** Guessed meanings that the log contradicts, and how. */
  readonly dropped: Map<keyof TableColumns, string> = new Map();
  private readonly columnWatch: ColumnWatch;
  private readonly inputWatch: ColumnWatch;
  private readonly companions: PromptCompanions;

  /**
   * @param watched columns that may be inputs
   * @param guessedInputs columns that were taken as inputs, and may be none
   * @param beside columns that may tell prompts apart
   */
  constructor(watched: readonly string[], guessedInputs: readonly string[], beside: readonly string[]) {
    this.columnWatch = new ColumnWatch(watched);
    this.inputWatch = new ColumnWatch(guessedInputs);
    this.companions = new PromptCompanions(beside);
  }

  drop(key: keyof TableColumns, why: string): void {
    if (!this.dropped.has(key)) this.dropped.set(key, why);
  }

  /** @param question its own text, without further inputs */
  watch(query: Recorded, question: string, prompt: string, llm: string, row: TableRow): void {
    this.columnWatch.add(query.id, prompt, llm, row);
    this.inputWatch.add(question, prompt, llm, row);
    this.companions.add(prompt, row);
  }

  get columns(): ColumnFinding[] {
    return this.columnWatch.findings();
  }

  /** Of the guessed inputs, among rows of one question's own text. */
  get guessedInputs(): ColumnFinding[] {
    return this.inputWatch.findings();
  }

  /** Columns that tell prompts of one id apart. */
  get companionsApart(): string[] {
    return this.companions.apart();
  }
}

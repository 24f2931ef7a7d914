/** Which column of a table holds what. Columns that are not named are looked for under usual names. */
export interface TableColumns {
  /** The question's text. */
  readonly query?: string;
  /** The question's id; without it, equal texts are one question. */
  readonly queryId?: string;
  /** The prompt's id. */
  readonly prompt?: string;
  /** The prompt's template, without the question in it. */
  readonly template?: string;
  /** Right or wrong: true/false, pass/fail, or a number in [0, 1]. */
  readonly reward?: string;
  readonly model?: string;
  /** 0-based number of the repeat; without it, repeats are counted. */
  readonly repetition?: string;
  /** The LLM's answer; with `goldenAnswer` and without `reward` it is graded. */
  readonly answer?: string;
  readonly goldenAnswer?: string;
  /** In US dollars. */
  readonly cost?: string;
  readonly latencyMs?: string;
  /** `train` or `test`. */
  readonly split?: string;
  readonly propensity?: string;
  readonly confidence?: string;
  readonly critic?: string;
  readonly group?: string;
}

/** One row an interaction, or one row a question with one column a prompt. */
export type TableLayout = "long" | "wide";

/** How a table is understood. */
export interface TableMapping {
  readonly layout: TableLayout;
  readonly columns: TableColumns;
  /** In a wide table, the columns that hold one prompt's rewards each; the column's name is the prompt's id. */
  readonly promptColumns: readonly string[];
  /** Those of the prompts' columns that hold answers, with the verdicts in columns of their own, as promptfoo writes. */
  readonly verdictColumns: ReadonlySet<string>;
  /** Those whose cells hold a verdict and then the answer, as older promptfoo wrote. */
  readonly answerColumns: ReadonlySet<string>;
  /** Whether these are promptfoo's results, one a line, among them calls that failed. */
  readonly isPromptfooResults: boolean;
}

/** What a user says of a table. */
export interface TableMappingOptions {
  readonly layout?: TableLayout;
  readonly columns?: TableColumns;
  readonly promptColumns?: readonly string[];
  /** Told of a column that looked like the prompts' wording, but is not. */
  readonly onWarning?: (message: string) => void;
}

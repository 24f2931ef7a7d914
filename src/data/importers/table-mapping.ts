import type { TableRow } from "../files/tables/table.ts";

/** Which column of a table holds what. Where several do, their names stand with commas between them. */
export interface TableColumns {
  /** The question's text; of several columns the first is the question itself, and all tell questions apart. */
  readonly query?: string;
  /** The question's id; without it, equal inputs are one question. */
  readonly queryId?: string;
  /** The prompt's id, for example its name and its version. */
  readonly prompt?: string;
  /** The prompt's template, without the question in it. */
  readonly template?: string;
  /** Right or wrong: true/false, pass/fail, or a number in [0, 1]. */
  readonly reward?: string;
  readonly llm?: string;
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
  /** What went wrong with a call; a row with it and without an answer was not graded. */
  readonly error?: string;
  /** Why the LLM stopped; `length` and `tool_calls` are no answers to be graded. */
  readonly finishReason?: string;
}

/** What a user says of columns: null, or an empty name, says that no column has this meaning. */
export type ToldColumns = { readonly [key in keyof TableColumns]?: string | null };

/** One row an interaction, or one row a question with one column a prompt. */
export type TableLayout = "long" | "wide";

/** What the layout of a known tool's file says of it. */
export interface KnownLayout {
  /** Of which tool it is, for messages. */
  readonly name: string;
  readonly columns: ToldColumns;
  /** Columns that make the question, the question's own first; a named question goes before them. */
  readonly inputs?: readonly string[];
  /** Variables that may tell questions apart although they were not recognized as inputs. */
  readonly watched?: readonly string[];
  /** Verdicts are inspect_ai's letters, whichever of them a log has. */
  readonly hasLetters?: boolean;
  /** Why a row was not graded; undefined for a row that was. */
  leftOut?(row: TableRow): string | undefined;
}

/** How a table is understood. */
export interface TableMapping {
  /** The known tool's layout, or `null` for a table of anybody's. */
  readonly known: KnownLayout | null;
  readonly layout: TableLayout;
  readonly columns: TableColumns;
  /** Columns of one meaning, one by one. */
  readonly parts: {
    readonly query: readonly string[];
    readonly queryId: readonly string[];
    readonly prompt: readonly string[];
    readonly llm: readonly string[];
    readonly group: readonly string[];
  };
  /** Meanings that nobody told: they are given up where the log contradicts. */
  readonly guessed: ReadonlySet<keyof TableColumns>;
  /** Columns beyond the question's own that were taken as inputs by their names. */
  readonly guessedInputs: readonly string[];
  /** Inputs that the known tool may have, and that this log does not hold. */
  readonly absentInputs: readonly string[];
  /** In a wide table, the columns that hold one prompt's rewards each; the column's name is the prompt's id. */
  readonly promptColumns: readonly string[];
  readonly arePromptColumnsGuessed: boolean;
  /** Those of the prompts' columns that hold answers, with the verdicts in columns of their own, as promptfoo writes. */
  readonly verdictColumns: ReadonlySet<string>;
  /** Those whose cells hold a verdict and then the answer, as older promptfoo wrote. */
  readonly answerColumns: ReadonlySet<string>;
  /** Carried with each question as its features. */
  readonly featureColumns: readonly string[];
  /** Columns that mean nothing here, in file order. */
  readonly notUsed: readonly string[];
}

/** What a user says of a table. */
export interface TableMappingOptions {
  readonly layout?: TableLayout;
  readonly columns?: ToldColumns;
  readonly promptColumns?: readonly string[];
  /** Further columns that tell questions apart, for example a document. */
  readonly inputColumns?: readonly string[];
  /** Columns to pass over: neither guessed nor asked about. */
  readonly ignoreColumns?: readonly string[];
  /** Columns whose texts or numbers are carried with each question. */
  readonly featureColumns?: readonly string[];
  /** Told of a column that looked like something, but is not. */
  readonly onWarning?: (message: string) => void;
}

/** What the whole log taught of a guess: to be taken into account when it is read again. */
export interface MappingRevision {
  /** Meanings of which the guessed column was wrong. */
  readonly dropped: ReadonlySet<keyof TableColumns>;
  /** Guessed inputs that are no inputs. */
  readonly droppedInputs: ReadonlySet<string>;
  /** Columns that tell prompts of one id apart. */
  readonly addedPromptColumns: readonly string[];
  /** Ids of prompts by label and wording, where a label has several. */
  readonly wordingIds: ReadonlyMap<string, string>;
}

/** Nothing was learned yet. */
export const NO_REVISION: MappingRevision = {
  dropped: new Set(),
  droppedInputs: new Set(),
  addedPromptColumns: [],
  wordingIds: new Map(),
};

/** A question as a data set's file has it. */
export interface DatasetRow {
  readonly text: string;
  /** The golden answer. */
  readonly answer: string;
}

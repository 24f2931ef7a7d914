/** Something to know beside the verdict. */
export interface Fact {
  /** A word or two. */
  readonly label: string;
  /** A few sentences, prompt ids in backticks. */
  readonly text: string;
  /** Entry of the glossary that explains it. */
  readonly term?: string;
  /** Whether the figures are not to be trusted because of it. */
  readonly isAlarming?: boolean;
}

/*
 * What the pages are told. The pages are written against these types, so that the compiler holds both sides together.
 */

/** Of `/app/choosers`. */
export interface PageChooser {
  readonly name: string;
  readonly candidates: readonly { readonly id: string; readonly template: string }[];
  readonly fixedCandidateId: string;
}

/** Of `/app/try`: a question scored as it is typed. */
export interface TriedQuestion {
  readonly candidateId: string;
  readonly fixedCandidateId: string;
  readonly queryDependent: boolean;
  readonly reason: string;
  readonly similarity: number;
  readonly scores: readonly { readonly candidateId: string; readonly score: number }[];
  /** The chosen prompt with the question in it; null with `missing` where a variable has no value. */
  readonly messages: readonly { readonly role: string; readonly content: string }[] | null;
  readonly missing: string | null;
  readonly nearest: readonly NearQuestion[];
}

/** A logged question like the one that is tried. */
export interface NearQuestion {
  readonly query: number;
  readonly text: string;
  readonly similarity: number;
  /** In the order of the chooser's candidates. */
  readonly outcomes: readonly { readonly success: number | null; readonly answers: number }[];
}

/** Of `/app/log`: questions × candidates. */
export interface PageLog {
  readonly candidateIds: readonly string[];
  readonly texts: readonly string[];
  /** Row-major; whole percent, -1 where there is no answer. */
  readonly percent: readonly number[];
}

/** Of `/app/answers`. */
export interface PageAnswers {
  readonly expected: string | null;
  readonly answers: readonly {
    readonly candidateId: string;
    readonly reward: number;
    readonly answer: string | null;
  }[];
}

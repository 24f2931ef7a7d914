import { capitalisedWords, learnNames } from "./learned-names.ts";

/** Personal pronouns and possessives of English, without `it`: they stand where a name could. */
const PRONOUNS: ReadonlySet<string> = new Set(
  "he she him her his hers they their them i my we our".split(" "),
);

/**
 * What a question is about makes way for how it is built: names become `name`, pronouns `pron`, so that "Mary gave him
 * 3 pens" and "Tom gave her 5 pens" read alike. Names are learned from the training texts; a capitalised word never seen
 * often enough to be in the vocabulary counts as one too, since that is what a new question's cast looks like.
 */
export interface QuestionForm {
  /** Lower-case names; null where capitals do not mark names (see `learnNames`). */
  readonly names: ReadonlySet<string> | null;
}

/** Learns the names of the training texts. */
export function learnQuestionForm(texts: readonly string[]): QuestionForm {
  return { names: learnNames(texts) };
}

/**
 * Replaces names and pronouns among the tokens of a text.
 * @param tokens of `text`, by `tokenise`
 * @param isKnown whether a token stands in the vocabulary of the training texts
 */
export function foldNames(
  text: string,
  tokens: readonly string[],
  form: QuestionForm,
  isKnown: (token: string) => boolean,
): string[] {
  const { names } = form;
  const capitalised = names === null ? undefined : capitalisedWords(text);
  return tokens.map((token) => {
    if (PRONOUNS.has(token)) return "pron";
    if (names?.has(token)) return "name";
    return capitalised?.has(token) && !isKnown(token) ? "name" : token;
  });
}

import type { Query } from "../../types/index.ts";
import { questionFormKey, questionTextKey } from "./question-groups.ts";

/** A form that many questions of a log share. */
export interface LargeForm {
  /** As `questionFormKey` gives it. */
  readonly form: string;
  /** Different texts of this form. */
  readonly questions: number;
  /** The first of them in the log. */
  readonly example: string;
}

/** Of the log's different texts; a larger share is a whole task rather than one question asked with other numbers … */
const LARGEST_SHARE = 0.02;
/** … and so is a form with more texts than this. */
const LARGEST_COUNT = 20;

/** The forms that swallow so many different questions that they may well be whole tasks, largest first. */
export function findLargeForms(queries: readonly Query[]): LargeForm[] {
  const examples = new Map<string, string>();
  for (const { text } of queries) {
    const key = questionTextKey(text);
    if (!examples.has(key)) examples.set(key, text);
  }
  const forms = new Map<string, LargeForm>();
  for (const [key, example] of examples) {
    const form = questionFormKey(key);
    const known = forms.get(form);
    forms.set(form, known === undefined ? { form, questions: 1, example } : addOne(known));
  }
  return [...forms.values()]
    .filter(
      ({ questions }) =>
        questions > 1 && (questions > LARGEST_COUNT || questions > LARGEST_SHARE * examples.size),
    )
    .sort((one, other) => other.questions - one.questions);
}

function addOne(form: LargeForm): LargeForm {
  return { ...form, questions: form.questions + 1 };
}

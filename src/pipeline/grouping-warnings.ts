import { findLargeForms, type GroupBy } from "../data/index.ts";
import { plainText } from "../report/index.ts";
import type { Query } from "../types/index.ts";

/** Forms named in a warning. */
const SHOWN = 3;
/** Of a form or an example, in characters. */
const LONGEST = 60;

/** What to know of a log grouped this way: forms that are rather whole tasks than one question, in a sentence. */
export function groupingWarnings(queries: readonly Query[], groupBy: GroupBy): string[] {
  if (groupBy !== "form") return [];
  const forms = findLargeForms(queries);
  if (forms.length === 0) return [];
  const shown = forms
    .slice(0, SHOWN)
    .map(
      ({ form, questions, example }) =>
        `"${plainText(form, LONGEST)}" (${questions} questions, such as "${plainText(example, LONGEST)}")`,
    );
  const count = forms.length === 1 ? "1 form holds" : `${forms.length} forms hold`;
  return [
    `grouped by form, ${count} more than 2 % of the log's questions, or more than 20, as if they were one question: ` +
      `${shown.join(", ")}${forms.length > SHOWN ? ", …" : ""}. If they are different questions, group by text`,
  ];
}

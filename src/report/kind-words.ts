import type { QuestionKind } from "../kinds/index.ts";
import { formatPercentNumber } from "./format-number.ts";
import { displayName, plainText } from "./plain-text.ts";
import type { KindChoice } from "./report-data.ts";

const KEYWORDS_SHOWN = 4;
/** Longest beginning of a question that stands for a kind without words. */
const LONGEST_EXAMPLE = 48;

/** A kind by the words that set it apart, or by its most typical question. */
export function kindName({ keywords, examples }: Pick<QuestionKind, "keywords" | "examples">): string {
  const words = keywords
    .slice(0, KEYWORDS_SHOWN)
    .map((word) => displayName(word, 24))
    .join(", ");
  return words === "" ? `like “${plainText(examples[0] ?? "", LONGEST_EXAMPLE)}”` : words;
}

/**
 * "sentence 84 %, sums 16 %".
 * @param most prompts named; the share of the others is left out
 * @param showName a prompt's id as it is shown
 */
export function takenWords(
  { prompts }: KindChoice,
  most: number,
  showName: (promptId: string) => string,
): string {
  return prompts
    .slice(0, most)
    .map(({ promptId, share }) => `${showName(promptId)} ${formatPercentNumber(share, 0)} %`)
    .join(", ");
}

import { withoutActingCharacters } from "../report/index.ts";

/** Colours and their end (SGR), and what divides lines and columns: all a text of ours may do besides being read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colours consist of
const OWN_CONTROLS = /(\u001b\[[\d;]{0,20}m|[\n\t])/;

/**
 * A text as it may go to a terminal, whatever ids, questions and answers it shows: characters that act unseen become
 * spaces, apart from colours, line ends and tabs.
 */
export function visibleText(text: string): string {
  return text
    .split(OWN_CONTROLS)
    .map((part, index) => (index % 2 === 1 ? part : withoutActingCharacters(part)))
    .join("");
}

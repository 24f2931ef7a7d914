/**
 * Characters that do not show but act: C0 and C1 controls (terminal escapes), line and paragraph separators, and
 * marks that reorder text beyond their own line (bidirectional embeddings, overrides and isolates).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const ACTING_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** No single visible character of any script is longer; a pile of combining marks is cut here. */
const LONGEST_CHARACTER = 32;

/** A text with each character that acts unseen replaced; all of them have one UTF-16 unit. */
export function replaceControlCharacters(text: string, replace: (character: string) => string): string {
  return text.replace(ACTING_CHARACTERS, replace);
}

/** A text without characters that act unseen; each becomes a space, a lone surrogate U+FFFD. */
export function stripControlCharacters(text: string): string {
  return text.replace(ACTING_CHARACTERS, " ").replace(LONE_SURROGATE, "\ufffd");
}

/**
 * A text from the log made fit to print: acting characters and lone surrogates become spaces or U+FFFD, runs of
 * white space one space, and what is longer than `maxLength` visible characters is cut, an ellipsis at its end.
 * It still has to be escaped where it goes into HTML.
 * @param maxLength in visible characters (grapheme clusters), ≥ 1 @default no limit
 */
export function plainText(text: string, maxLength: number = Number.POSITIVE_INFINITY): string {
  const line = stripControlCharacters(
    text.slice(0, Number.isFinite(maxLength) ? (maxLength + 1) * LONGEST_CHARACTER : undefined),
  )
    .replace(/\s+/gu, " ")
    .trim();
  if (line.length <= maxLength) return line;
  const characters: string[] = [];
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (characters.length === maxLength) {
      characters[maxLength - 1] = "…";
      break;
    }
    characters.push(segment.slice(0, LONGEST_CHARACTER));
  }
  return characters.join("");
}

/** As {@link plainText}, but a sentence that is too long is cut after a whole word where it has one. */
export function plainSentence(text: string, maxLength: number): string {
  const cut = plainText(text, maxLength);
  if (!cut.endsWith("…") || text.trimEnd().endsWith("…")) return cut;
  const lastSpace = cut.lastIndexOf(" ");
  return lastSpace <= 0 ? cut : `${cut.slice(0, lastSpace).replace(/[\s,;:.]+$/u, "")} …`;
}

/** Longest prompt id or task name shown in running text, in visible characters. */
const LONGEST_NAME = 40;

/** A prompt's id or a task's name, as it is shown in sentences; never empty. */
export function displayName(name: string, maxLength: number = LONGEST_NAME): string {
  return plainText(name, maxLength) || "(unnamed)";
}

/** A name set off from its sentence by backticks, which it may not hold itself. */
export function quotedName(name: string): string {
  return `\`${displayName(name).replaceAll("`", "'")}\``;
}

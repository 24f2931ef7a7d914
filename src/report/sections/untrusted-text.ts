import { type Html, html } from "../escape-html.ts";
import { pluralize } from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";

/** Longest question or template shown, in visible characters. */
const LONGEST_TEXT = 400;

/** The shown name of a prompt, kept apart from the direction of the text around it. */
export function promptName(id: string): Html {
  return html`<code class="prompt" dir="auto">${displayName(id)}</code>`;
}

/**
 * A question, an answer or a template, cut where it is very long, in its own direction of writing.
 * @param longest in visible characters
 */
export function untrustedText(text: string, longest: number = LONGEST_TEXT): Html {
  const shown = plainText(text, longest);
  const cut = shown.endsWith("…") && !text.endsWith("…");
  return html`<span class="untrusted" dir="auto">${shown === "" ? "(empty)" : shown}</span>${
    cut ? html` <small>(cut, ${pluralize(text.length, "character")} in all)</small>` : null
  }`;
}

/** A sentence of ours in which names stand in backticks, as HTML. */
export function sentenceWithNames(sentence: string): Html {
  return html`${sentence
    .split("`")
    .map((part, index) =>
      index % 2 === 1 ? html`<code class="prompt" dir="auto">${part}</code>` : keepFiguresTogether(part),
    )}`;
}

/** Figures do not part from their unit at the end of a line, nor the bounds of an interval from each other. */
export function keepFiguresTogether(text: string): string {
  return text.replace(/\[[^\]]*\]|[\d.]+ (?:points|%)/gu, (figures) => figures.replaceAll(" ", "\u00a0"));
}

import { stripControlCharacters } from "./plain-text.ts";

/** A piece of HTML whose every interpolated text is already escaped. Made by {@link html} and {@link trustedHtml} only. */
export class Html {
  readonly #source: string;

  private constructor(source: string) {
    this.#source = source;
  }

  /** The HTML source. */
  toString(): string {
    return this.#source;
  }

  /** @internal */
  static fromSource(source: string): Html {
    return new Html(source);
  }
}

/** What may stand in a template: text and numbers are escaped, Html is kept, null and undefined show nothing. */
export type HtmlValue = string | number | Html | null | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Text made safe as HTML content and as a quoted attribute value; characters that act unseen become spaces. */
export function escapeHtml(text: string): string {
  return stripControlCharacters(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "");
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "number") return escapeHtml(String(value));
  if (typeof value === "string") return escapeHtml(value);
  return value.map(render).join("");
}

/**
 * Template tag for HTML that escapes by default. Attribute values must be quoted in the template; a text never
 * becomes a tag, an attribute or a script.
 * @example
 * html`<p title="${question}">${question}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let source = strings[0] ?? "";
  for (let index = 0; index < values.length; index++) {
    source += render(values[index]) + (strings[index + 1] ?? "");
  }
  return Html.fromSource(source);
}

/**
 * Marks a source as HTML without escaping it.
 * @param source written by this package or by a renderer that escapes (the charts); never a text from the data
 */
export function trustedHtml(source: string): Html {
  return Html.fromSource(source);
}

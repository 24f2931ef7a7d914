import { type Html, html } from "../escape-html.ts";
import { explainTerm } from "../glossary.ts";

/** A term's meaning, folded away behind a question. */
export function whatIsThis(term: string): Html {
  return html`<details class="what"><summary>what is this?<span class="for-readers"> (${term})</span></summary><span class="meaning">${explainTerm(term)}</span></details>`;
}

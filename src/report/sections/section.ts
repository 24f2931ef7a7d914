import type { Interval } from "../../types/index.ts";
import { type Html, type HtmlValue, html } from "../escape-html.ts";
import { formatInterval } from "../format-number.ts";

/** What every section needs to know of the report it stands in. */
export interface SectionFrame {
  /** Anchor; a constant of the code. */
  readonly id: string;
  readonly title: string;
  /** Shown beside the heading wherever the data are simulated. */
  readonly simulated: boolean;
}

/** The mark that says data did not come from a real LLM. */
export function simulatedBadge(simulated: boolean): Html | null {
  return simulated ? html`<strong class="badge">Simulated data</strong>` : null;
}

/** A section with its heading. */
export function section(frame: SectionFrame, ...body: readonly HtmlValue[]): Html {
  return html`<section id="${frame.id}" aria-labelledby="${frame.id}-title">
<h2 id="${frame.id}-title">${frame.title} ${simulatedBadge(frame.simulated)}</h2>
${body}
</section>
`;
}

/** A part of the details: its heading is what unfolds it. */
export function foldedSection(frame: SectionFrame, ...body: readonly HtmlValue[]): Html {
  return html`<details class="fold part" id="${frame.id}"><summary><h3>${frame.title} ${simulatedBadge(frame.simulated)}</h3></summary>
${body}
</details>
`;
}

/** Says why a section has nothing to show, and what would change that. */
export function nothingToShow(reason: HtmlValue): Html {
  return html`<p class="empty">${reason}</p>`;
}

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Figures are set in columns, to the right. */
  readonly numeric?: boolean;
}

/** A row: its cells, the first being its heading. */
export interface TableRow {
  readonly cells: readonly HtmlValue[];
  /** Marks the row as the one to look at. */
  readonly emphasis?: boolean;
}

/**
 * A table that scrolls sideways by itself where it does not fit; on a telephone the cells of a row are stacked under
 * its heading, each with the title of its column.
 */
export function dataTable(caption: string, columns: readonly TableColumn[], rows: readonly TableRow[]): Html {
  const numeric = (index: number): string => (columns[index]?.numeric === true ? "number" : "");
  const cell = (value: HtmlValue, index: number): Html =>
    index === 0
      ? html`<th scope="row" role="rowheader">${value}</th>`
      : html`<td role="cell" class="${numeric(index)}" data-label="${columns[index]?.title}">${value}</td>`;
  // Roles are written out, since a style sheet that stacks cells would take them away in some browsers.
  return html`<div class="table-frame" role="region" aria-label="${caption}" tabindex="0">
<table role="table">
<caption><span>${caption}</span></caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    (column, index) =>
      html`<th scope="col" role="columnheader" class="${numeric(index)}">${headingWords(column.title)}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row" class="${row.emphasis === true ? "emphasis" : ""}">${row.cells.map(cell)}</tr>
`,
)}</tbody>
</table>
</div>`;
}

/** Words of a heading up to so many characters are never broken to make a column narrower. */
const WHOLE_WORD = 12;

/** A heading that may be broken between its words and within long ones, but not within short ones. */
function headingWords(title: string): Html[] {
  return title
    .split(/(?<=[\s\-_./])/u)
    .map((word) =>
      word.length <= WHOLE_WORD ? html`<span class="whole">${word}</span><wbr>` : html`${word}<wbr>`,
    );
}

/** A figure, and under it its interval. */
export function withInterval(figure: HtmlValue, interval: Interval | null): Html {
  return html`${figure}${interval === null ? null : html` <span class="interval">${formatInterval(interval)}</span>`}`;
}

import { type Html, type HtmlValue, html } from "../escape-html.ts";

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

/** A table that scrolls sideways by itself where it does not fit. */
export function dataTable(caption: string, columns: readonly TableColumn[], rows: readonly TableRow[]): Html {
  const numeric = (index: number): string => (columns[index]?.numeric === true ? "number" : "");
  return html`<div class="table-frame" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column, index) => html`<th scope="col" class="${numeric(index)}">${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr class="${row.emphasis === true ? "emphasis" : ""}">${row.cells.map((cell, index) =>
    index === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${numeric(index)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
</div>`;
}

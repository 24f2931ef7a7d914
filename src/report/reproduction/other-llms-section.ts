import { type Html, html } from "../escape-html.ts";
import { formatPercentNumber, NO_VALUE } from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import { dataTable, nothingToShow, section } from "../sections/section.ts";
import type { PublishedFile } from "./reproduction-data.ts";

/** Most columns a table shows. */
const MAX_COLUMNS = 8;

/** Published results of LLMs whose logs are not released: shown as they stand, nothing recomputed. */
export function otherLlmsSection(files: readonly PublishedFile[]): Html {
  const frame = { id: "other-llms", title: "Other LLMs, as published", simulated: false };
  const intro = html`<p>The release holds results of other LLMs (<code>active_results/*.npy</code>) without the logs behind them, so nothing can be recomputed. Means over the models with K training prompts, in %, under the files' own names; whose results a file holds is told by its name, the data set by its number of test rows.</p>`;
  if (files.length === 0)
    return section(
      frame,
      intro,
      nothingToShow(html`There is no <code>active_results</code> folder beside the logs.`),
    );
  return section(frame, intro, files.map(fileTable));
}

function fileTable(file: PublishedFile): Html {
  const heading = html`<h3><bdi>${displayName(file.llm)}</bdi>, ${file.task === null ? "unknown data set" : displayName(file.task)} <code>${displayName(file.file)}</code></h3>`;
  if (file.problem !== null)
    return html`${heading}${nothingToShow(`It could not be read: ${plainText(file.problem, 400)}`)}`;
  const names = [...new Set(file.sizes.flatMap(({ values }) => values.map(({ name }) => name)))].slice(
    0,
    MAX_COLUMNS,
  );
  return html`${heading}<div class="dense">${dataTable(
    `Published results in ${displayName(file.file, 80)}`,
    [
      { title: "K" },
      { title: "Models", numeric: true },
      ...names.map((name) => ({ title: plainText(name, 30), numeric: true })),
    ],
    file.sizes.map(({ size, models, values }) => ({
      cells: [
        html`${size}`,
        html`${models}`,
        ...names.map((name) => {
          const found = values.find((one) => one.name === name);
          return found === undefined ? NO_VALUE : formatPercentNumber(found.value, 2);
        }),
      ],
    })),
  )}</div>`;
}

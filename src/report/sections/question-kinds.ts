import type { EvaluationResult } from "../../types/index.ts";
import { type IntervalRow, intervalChart } from "../charts/interval-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, html } from "../escape-html.ts";
import { countOf, formatPercentNumber, formatPoints, formatPointsWithInterval } from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import type { QuestionKind, ReportData, ReportPrompt } from "../report-data.ts";
import { dataTable, nothingToShow, section } from "./section.ts";
import { keepFiguresTogether, promptName, untrustedText } from "./untrusted-text.ts";

/** More kinds than these would not be read. */
const MOST_KINDS = 12;
const KEYWORDS_SHOWN = 5;
const EXAMPLES_SHOWN = 3;
/** Columns of the table of success, unless more prompts win a kind; the others stand in the prompts' table. */
const MOST_PROMPTS = 8;

/** Which prompt wins for which kind of question, with examples of each. */
export function questionKindsSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "kinds", title: "Which prompt for which kind of question?", simulated: data.simulated };
  const kinds = data.kinds.slice(0, MOST_KINDS);
  if (kinds.length === 0) {
    return section(frame, nothingToShow("The log holds too few questions to tell kinds of them apart."));
  }
  const fixedId = evaluation?.fixed.promptId ?? null;
  const rows = kinds.map((kind, index) => chartRow(kind, index, fixedId));
  const fixedName = fixedId === null ? html`the fixed prompt` : promptName(fixedId);
  return section(
    frame,
    html`<p>The questions, grouped by their form: numbers are masked, so a group holds questions that are put alike, whatever they are about. How finely they are grouped is chosen so that the groups differ most in which prompts do well. In each, the prompt that does best is compared with ${fixedName} on the same questions. This describes the log; the winner was picked by looking, so expect part of its lead to vanish on new questions. The verdict above does not rest on it.</p>`,
    renderChart({
      description: `Lead of the best prompt over the fixed prompt, by kind of question. ${rows.map((row) => `${row.label}: ${row.text}`).join("; ")}.`,
      caption: html`Lead of the kind's best prompt over ${fixedName}, paired by question, with its 95 % interval. <span class="key key-ours">● another prompt leads</span> <span class="key">■ no prompt is surely better than the fixed one</span>.`,
      draw: (width, narrow) =>
        intervalChart(rows, { title: "lead, pp", reference: 0, signed: true }, width, narrow),
    }),
    successTable(data, kinds, fixedId),
    html`<ol class="kinds">${kinds.map((kind) => kindCard(kind, fixedId))}</ol>`,
  );
}

function keywordsOf(kind: QuestionKind): string {
  return kind.keywords
    .slice(0, KEYWORDS_SHOWN)
    .map((word) => displayName(word, 24))
    .join(", ");
}

function chartRow(kind: QuestionKind, index: number, fixedId: string | null): IntervalRow {
  const same = kind.bestPromptId === fixedId;
  return {
    label: plainText(`${index + 1}  ${keywordsOf(kind)}`, 40),
    value: kind.advantage * 100,
    interval: same ? null : [kind.advantageCi95[0] * 100, kind.advantageCi95[1] * 100],
    style: same ? "baseline" : "ours",
    // Isolated, so that a name written from right to left leaves the figure where it is.
    text: `\u2068${displayName(kind.bestPromptId, 12)}\u2069${same ? "" : ` ${formatPoints(kind.advantage)}`}`,
  };
}

/** A training prompt, and where it stands in `QuestionKind.promptSuccess`. */
interface PromptColumn {
  readonly prompt: ReportPrompt;
  readonly index: number;
}

/** The fixed prompt, then the winners by the questions of the kinds they win, then the most successful others. */
function shownColumns(
  training: readonly ReportPrompt[],
  kinds: readonly QuestionKind[],
  fixedId: string | null,
): PromptColumn[] {
  const won = new Map<string, number>();
  for (const { bestPromptId, questions } of kinds) {
    won.set(bestPromptId, (won.get(bestPromptId) ?? 0) + questions);
  }
  const isKept = ({ prompt }: PromptColumn): boolean => prompt.id === fixedId || won.has(prompt.id);
  const wonBy = ({ prompt }: PromptColumn): number =>
    prompt.id === fixedId ? Number.POSITIVE_INFINITY : (won.get(prompt.id) ?? 0);
  const ranked = training
    .map((prompt, index): PromptColumn => ({ prompt, index }))
    .toSorted(
      (one, other) =>
        // Compared before subtracting: the fixed prompt's rank is infinite.
        (wonBy(one) === wonBy(other) ? 0 : wonBy(other) - wonBy(one)) ||
        (other.prompt.success ?? -1) - (one.prompt.success ?? -1) ||
        one.index - other.index,
    );
  return ranked.slice(0, Math.max(MOST_PROMPTS, ranked.filter(isKept).length));
}

function successTable(data: ReportData, kinds: readonly QuestionKind[], fixedId: string | null): Html {
  const training = data.prompts.filter((prompt) => prompt.split === "training");
  const columns = shownColumns(training, kinds, fixedId);
  const omitted = training.length - columns.length;
  const table = dataTable(
    "Success by kind of question and training prompt, %; ★ is the best once small differences are drawn towards the whole log",
    [
      { title: "Kind" },
      { title: "Questions", numeric: true },
      ...columns.map(({ prompt }) => ({ title: displayName(prompt.id, 24), numeric: true })),
    ],
    kinds.map((kind, index) => ({
      cells: [
        html`${index + 1}. <bdi>${keywordsOf(kind)}</bdi>`,
        kind.questions,
        ...columns.map(({ prompt, index: column }) =>
          successCell(kind.promptSuccess[column] ?? null, prompt.id === kind.bestPromptId),
        ),
      ],
    })),
  );
  return html`${table}${
    omitted === 0
      ? null
      : html`<p class="reading">${countOf(omitted, "further training prompt")} left out: none of them wins a kind.</p>`
  }`;
}

/** The shade repeats the figure; the star marks the best. */
function successCell(success: number | null, best: boolean): Html {
  if (success === null) return html`<span class="shade shade-none">–</span>`;
  const shade = Math.min(Math.max(Math.floor(success * 10), 0), 9);
  return html`<span class="shade shade-${shade}">${best ? html`<b><span aria-label="best">★</span> ${formatPercentNumber(success)}</b>` : formatPercentNumber(success)}</span>`;
}

function kindCard(kind: QuestionKind, fixedId: string | null): Html {
  const [lower] = kind.advantageCi95;
  const lead =
    kind.bestPromptId === fixedId
      ? html`No prompt is surely better than ${promptName(kind.bestPromptId)} here.`
      : html`${promptName(kind.bestPromptId)} leads by ${keepFiguresTogether(formatPointsWithInterval(kind.advantage, kind.advantageCi95))}${lower > 0 ? "." : ": may be luck."}`;
  return html`<li><h3><bdi>${keywordsOf(kind)}</bdi></h3>
<p>${countOf(kind.questions, "question")}. ${lead}</p>
${kind.examples.slice(0, EXAMPLES_SHOWN).map((example) => html`<blockquote>${untrustedText(example)}</blockquote>`)}
</li>
`;
}

import type { EvaluationResult } from "../../types/index.ts";
import { type Html, html } from "../escape-html.ts";
import {
  formatCount,
  formatPercent,
  formatPercentNumber,
  formatPoints,
  pluralize,
} from "../format-number.ts";
import { kindName } from "../kind-words.ts";
import { displayName, plainText } from "../plain-text.ts";
import type { ChosenKind, KindChoice, ReportData, ReportPrompt } from "../report-data.ts";
import { dataTable, nothingToShow, section, type TableRow, withInterval } from "./section.ts";
import { promptName, untrustedText } from "./untrusted-text.ts";
import { whatIsThis } from "./what-is-this.ts";

/** More kinds than these would not be read. */
const MAX_KINDS = 12;
const EXAMPLES_SHOWN = 3;
/** Longest beginning of the question that stands for a kind, in visible characters. */
const LONGEST_EXAMPLE = 90;
/** Prompts named in a row, and the least share of a kind's questions for which one is. */
const PROMPTS_NAMED = 3;
const MIN_NAMED = 0.05;
/** Columns of the table of success, unless more prompts win a kind; the others stand in the prompts' table. */
const MAX_PROMPTS = 8;

/** Which prompt the chooser takes for which kind of question, and what that gains. */
export function questionKindsSection(data: ReportData, evaluation: EvaluationResult | undefined): Html {
  const frame = { id: "kinds", title: "Which prompt for which kind of question?", simulated: data.simulated };
  const kinds = data.kinds.slice(0, MAX_KINDS);
  if (kinds.length === 0) {
    return section(frame, nothingToShow("The log holds too few questions to tell kinds of them apart."));
  }
  const fixedId = evaluation?.fixed.promptId ?? null;
  const single = fixedId === null ? html`the best single prompt` : promptName(fixedId);
  return section(
    frame,
    html`<div class="lead">What choosing per question does, kind by kind, and what it gains over ${single} there, on questions it had not seen. ${whatIsThis("kinds of question")}</div>`,
    dataTable(
      "Prompts that the chooser takes, and what that gains, by kind of question",
      [
        { title: "Kind of question" },
        { title: "The chooser takes" },
        { title: "Questions", numeric: true },
        { title: "Gain [95\u00a0%]", numeric: true },
      ],
      [...kinds.map((kind) => kindRow(kind)), ...otherRow(data)],
    ),
    html`<details class="fold"><summary>How every prompt does on each kind, with examples</summary>
${successTable(data, kinds, fixedId)}
<ol class="kinds">${kinds.map(kindCard)}</ol></details>`,
  );
}

function kindRow(kind: ChosenKind): TableRow {
  const name = kindName(kind);
  const [example] = kind.examples;
  const isNamedByExample = kind.keywords.length === 0 || example === undefined;
  return {
    cells: [
      html`<bdi>${name}</bdi>${isNamedByExample ? null : html`<span class="what-it-is untrusted" dir="auto">${plainText(example, LONGEST_EXAMPLE)}</span>`}`,
      takenPrompts(kind.choice),
      formatCount(kind.questions),
      gainCell(kind.choice),
    ],
  };
}

function otherRow({ otherQuestions }: ReportData): TableRow[] {
  return otherQuestions === null
    ? []
    : [
        {
          cells: [
            html`other questions<span class="what-it-is">like no kind above</span>`,
            takenPrompts(otherQuestions.choice),
            formatCount(otherQuestions.questions),
            gainCell(otherQuestions.choice),
          ],
        },
      ];
}

/** The prompts most taken, and how many others. */
function takenPrompts({ prompts }: KindChoice): Html {
  const named = prompts.filter(
    ({ share }, place) => place === 0 || (place < PROMPTS_NAMED && share >= MIN_NAMED),
  );
  const rest = prompts.slice(named.length);
  const restShare = rest.reduce((sum, { share }) => sum + share, 0);
  return html`${named.map(
    ({ promptId, share }) =>
      html`<span class="taken">${promptName(promptId)} ${formatPercent(share, 0)}</span> `,
  )}${rest.length === 0 ? null : html`<span class="taken muted">${rest.length === 1 ? "another" : `${rest.length} others`} ${formatPercent(restShare, 0)}</span>`}`;
}

function gainCell({ gain, gainCi95 }: KindChoice): Html {
  if (gain === null) return html`not known`;
  const isSure = gainCi95 !== null && gainCi95[0] > 0;
  return withInterval(html`<span class="${isSure ? "better" : ""}">${formatPoints(gain)}</span>`, gainCi95);
}

/** A training prompt, and where it stands in `QuestionKind.promptSuccess`. */
interface PromptColumn {
  readonly prompt: ReportPrompt;
  readonly index: number;
}

/** The fixed prompt, then the winners by the questions of the kinds they win, then the most successful others. */
function shownColumns(
  training: readonly ReportPrompt[],
  kinds: readonly ChosenKind[],
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
  return ranked.slice(0, Math.max(MAX_PROMPTS, ranked.filter(isKept).length));
}

function successTable(data: ReportData, kinds: readonly ChosenKind[], fixedId: string | null): Html {
  const training = data.prompts.filter((prompt) => prompt.split === "training");
  const columns = shownColumns(training, kinds, fixedId);
  const omitted = training.length - columns.length;
  const table = dataTable(
    "Success in the log by kind of question and prompt, %; ★ is the best once small differences are drawn towards the whole log. It was picked by looking, so that part of its lead is luck.",
    [
      { title: "Kind" },
      { title: "Questions", numeric: true },
      ...columns.map(({ prompt }) => ({ title: displayName(prompt.id, 24), numeric: true })),
    ],
    kinds.map((kind, index) => ({
      cells: [
        html`${index + 1}. <bdi>${kindName(kind)}</bdi>`,
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
      : html`<p class="reading">${pluralize(omitted, "further training prompt")} left out: none of them wins a kind.</p>`
  }`;
}

/** The shade repeats the figure; the star marks the best. */
function successCell(success: number | null, best: boolean): Html {
  if (success === null) return html`<span class="shade shade-none">–</span>`;
  const shade = Math.min(Math.max(Math.floor(success * 10), 0), 9);
  return html`<span class="shade shade-${shade}">${best ? html`<b><span aria-label="best">★</span> ${formatPercentNumber(success)}</b>` : formatPercentNumber(success)}</span>`;
}

function kindCard(kind: ChosenKind): Html {
  return html`<li><h3><bdi>${kindName(kind)}</bdi></h3>
${kind.examples.slice(0, EXAMPLES_SHOWN).map((example) => html`<blockquote>${untrustedText(example)}</blockquote>`)}
</li>
`;
}

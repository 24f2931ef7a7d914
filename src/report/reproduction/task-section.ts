import type { Interval } from "../../types/index.ts";
import { type IntervalRow, type IntervalStyle, intervalChart } from "../charts/interval-chart.ts";
import { renderChart } from "../charts/render-chart.ts";
import { type Html, type HtmlValue, html } from "../escape-html.ts";
import {
  formatCount,
  formatMeasure,
  formatMeasureDifference,
  formatPercentNumber,
  formatPoints,
  formatPointsNumber,
  NO_VALUE,
} from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import { dataTable, nothingToShow, section, withInterval } from "../sections/section.ts";
import { ARM_LABELS, columnTitle } from "./arm-labels.ts";
import type {
  ArmName,
  ReproducedQuality,
  ReproducedValue,
  ReproductionArm,
  TaskReproduction,
} from "./reproduction-data.ts";
import { sizeChart } from "./size-chart.ts";

const ARM_STYLES: Readonly<Record<ArmName, IntervalStyle>> = {
  "reference-paper": "leaking",
  "reference-grouped": "other",
  "default-grouped": "ours",
};

/** Everything of one data set. @param id anchor, a constant of the code */
export function taskSection(id: string, task: TaskReproduction): Html {
  const paper = task.arms.find(({ name }) => name === "reference-paper");
  return section(
    { id, title: displayName(task.task), simulated: false },
    html`<p>${formatCount(task.trainRows)} training rows and ${formatCount(task.testRows)} test rows, answered by <bdi>${displayName(task.llm)}</bdi>.</p>`,
    paper === undefined ? null : successChart(paper),
    upliftChart(task),
    html`<h3>What differs, and why</h3>
<ul class="findings">${task.findings.map((finding) => html`<li>${plainText(finding, 1200)}</li>`)}</ul>`,
    task.arms.map((arm) => armTables(arm, task)),
    confidenceTable(task),
  );
}

function successChart(paper: ReproductionArm): Html {
  const described = paper.sizes.map(({ size, strategies }) => {
    const train = strategies.find(({ strategy }) => strategy === "argmax");
    return `K = ${size}: ours ${percent(train?.success ?? null)}, published ${percent(train?.published ?? null)}`;
  });
  return html`<h3>Success on the paper's rows, ours and published</h3>${renderChart({
    description: `Success of choosing among the training prompts by number of training prompts. ${described.join("; ")}.`,
    caption: html`Filled and solid: ours, with its 95 % interval. Hollow and dashed: published. <span class="swatch swatch-train">train</span>: the best-scored training prompt; <span class="swatch swatch-hybrid">hybrid</span>: the reference's deployed rule; <span class="swatch swatch-fixed">fixed</span>: one prompt for all questions. Means over all subsets of K prompts.`,
    draw: (width, narrow) => sizeChart(paper, width, narrow),
  })}`;
}

/** What choosing by question is worth at the largest K, in the three experiments. */
function upliftChart(task: TaskReproduction): Html | null {
  const rows = task.arms.flatMap((arm): IntervalRow[] => {
    const last = arm.sizes.at(-1);
    const value = last?.strategies.find(({ strategy }) => strategy === "argmax");
    if (last === undefined || value?.uplift == null) return [];
    return [
      {
        label: ARM_LABELS[arm.name].short,
        value: value.uplift * 100,
        interval: scaled(value.upliftCi95),
        style: ARM_STYLES[arm.name],
        text: formatPoints(value.uplift),
      },
    ];
  });
  const size = task.arms[0]?.sizes.at(-1)?.size;
  if (rows.length === 0 || size === undefined) return null;
  return html`<h3>What choosing by question is worth, with K = ${size}</h3>${renderChart({
    description: `Uplift over the best fixed prompt. ${rows.map(({ label, text }) => `${label}: ${text}`).join("; ")}.`,
    caption: html`Uplift of the best-scored training prompt over the best fixed one, percentage points, with its 95 % interval by question. <span class="key key-leaking">◇ leaking</span>`,
    draw: (width, narrow) =>
      intervalChart(rows, { title: "uplift, pp", reference: 0, signed: true }, width, narrow),
  })}`;
}

function armTables(arm: ReproductionArm, task: TaskReproduction): Html {
  const { title, explanation } = ARM_LABELS[arm.name];
  const units = arm.protocol === "paper" ? "rows" : "questions";
  return html`<h3>${title}</h3>
<p>${explanation}: ${formatCount(arm.trainQuestions)} training questions, ${formatCount(arm.testUnits)} test ${units}, ${formatCount(arm.alsoInTrain)} of them also in training. Model: ${plainText(arm.rewardModel, 80)}. Questions: ${plainText(arm.queryFeatures, 160)}; prompts: ${plainText(arm.promptFeatures, 160)}.</p>
<div class="dense">${successTable(arm, task)}</div>
<div class="dense">${qualityTable(arm, task)}</div>`;
}

/** Tables of several data sets and experiments say the same; their captions must tell them apart. */
function captionStart(arm: ReproductionArm, { task }: TaskReproduction): string {
  return `${displayName(task)}, ${ARM_LABELS[arm.name].short}`;
}

function successTable(arm: ReproductionArm, task: TaskReproduction): Html {
  const strategies = arm.sizes[0]?.strategies.map(({ strategy }) => strategy) ?? [];
  if (strategies.length === 0) return nothingToShow("No strategy has a value.");
  const isCompared = arm.sizes.some((size) => size.strategies.some(({ published }) => published !== null));
  return dataTable(
    isCompared
      ? `${captionStart(arm, task)}. Mean success in %; below it the published figure and the difference in pp, colored where the published figure lies outside our 95 % interval`
      : `${captionStart(arm, task)}. Mean success in %; below it the uplift over the fixed prompt in pp with its 95 % interval, colored where it leaves out 0`,
    [
      { title: "K" },
      { title: "Subsets", numeric: true },
      ...strategies.map((name) => ({ title: columnTitle(name), numeric: true })),
    ],
    arm.sizes.map((size) => ({
      cells: [
        html`${size.size}`,
        html`${size.subsets}`,
        ...size.strategies.map((value) => (isCompared ? comparedCell(value) : upliftCell(value))),
      ],
    })),
  );
}

function comparedCell({ success, published, ci95 }: ReproducedValue): HtmlValue {
  if (success === null) return NO_VALUE;
  if (published === null) return percent(success);
  const isOutside = ci95 !== null && (published < ci95[0] || published > ci95[1]);
  return html`${percent(success)}<span class="published">${percent(published)}</span><span class="${isOutside ? "published outside" : "published"}">${formatPointsNumber(success - published)}</span>`;
}

function upliftCell({ strategy, success, uplift, upliftCi95 }: ReproducedValue): HtmlValue {
  if (success === null) return NO_VALUE;
  if (strategy === "fixed" || uplift === null) return percent(success);
  // Not an estimate: the choice can be none but the fixed prompt.
  if (upliftCi95?.[0] === 0 && upliftCi95[1] === 0)
    return html`${percent(success)}<span class="published">0</span>`;
  const tone = upliftCi95 === null ? "" : upliftCi95[0] > 0 ? "better" : upliftCi95[1] < 0 ? "worse" : "";
  return html`${percent(success)}<span class="published"><span class="${tone}">${formatPointsNumber(uplift)}</span></span>${withInterval("", upliftCi95)}`;
}

function qualityTable(arm: ReproductionArm, task: TaskReproduction): Html {
  const { selfCritic } = task;
  const row = (
    label: string,
    prompts: string,
    quality: ReproducedQuality | null,
    emphasis = false,
  ): { cells: HtmlValue[]; emphasis: boolean }[] =>
    quality === null
      ? []
      : [
          {
            emphasis,
            cells: [
              html`${label}`,
              html`${prompts}`,
              measureCell(quality.accuracy, quality.published?.accuracy),
              measureCell(quality.precision, quality.published?.precision),
              formatMeasure(quality.recall),
              formatMeasure(quality.f1),
            ],
          },
        ];
  const rows = arm.sizes.flatMap(({ size, seen, heldOut }) => [
    ...row(`K = ${size}`, "training", seen),
    ...row(`K = ${size}`, "held-out", heldOut),
  ]);
  const critic =
    selfCritic === null || arm.protocol !== "paper"
      ? []
      : [
          ...row("LLM of itself", "training", selfCritic.seen, true),
          ...row("LLM of itself", "held-out", selfCritic.heldOut, true),
        ];
  const isCompared = arm.sizes.some(({ seen }) => seen.published !== null);
  return dataTable(
    `${captionStart(arm, task)}. Telling right answers from wrong ones on test questions, means over prompts${isCompared ? "; below it the published figure and the difference" : ""}. Precision is undefined where a prompt is never predicted right; such subsets are left out, as in the reference`,
    [
      { title: "Reward model" },
      { title: "Prompts", numeric: true },
      { title: "Accuracy", numeric: true },
      { title: "Precision", numeric: true },
      { title: "Recall", numeric: true },
      { title: "F1", numeric: true },
    ],
    [...rows, ...critic],
  );
}

function measureCell(value: number | null, published: number | undefined): HtmlValue {
  return published === undefined
    ? formatMeasure(value)
    : html`${formatMeasure(value)}<span class="published">${formatMeasure(published)}</span>${value === null ? null : html`<span class="published">${formatMeasureDifference(value - published)}</span>`}`;
}

function confidenceTable({ task, confidence }: TaskReproduction): Html | null {
  const known = confidence.filter(({ first }) => first !== null);
  if (known.length === 0) return null;
  const cell = (value: number | null, published: number | undefined): HtmlValue =>
    html`${percent(value)}${published === undefined ? null : html`<span class="published">${percent(published)}</span>`}`;
  return html`<h3>The LLM's own confidence</h3>
${dataTable(
  `${displayName(task)}. Success of the prompt whose answer the LLM is most confident of, in %, on the published test rows; below it the published figure`,
  [
    { title: "Choice among" },
    { title: "First of ties", numeric: true },
    { title: "Ties averaged", numeric: true },
  ],
  known.map(({ prompts, first, averaged, published }) => ({
    cells: [html`${prompts} prompts`, cell(first, published?.first), cell(averaged, published?.averaged)],
  })),
)}`;
}

function percent(value: number | null): string {
  return value === null ? NO_VALUE : formatPercentNumber(value, 2);
}

function scaled(interval: Interval | null): Interval | null {
  return interval === null ? null : [interval[0] * 100, interval[1] * 100];
}

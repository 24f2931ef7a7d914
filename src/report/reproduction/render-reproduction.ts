import { createHash } from "node:crypto";
import { type Html, html, trustedHtml } from "../escape-html.ts";
import { formatCount, formatInstant, formatInterval, formatPercent, formatPoints } from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import { section } from "../sections/section.ts";
import { otherLlmsSection } from "./other-llms-section.ts";
import type { ArmName, ReproducedValue, Reproduction, TaskReproduction } from "./reproduction-data.ts";
import { taskSection } from "./task-section.ts";
import { REPRODUCTION_CSS } from "./theme-css.ts";

/**
 * The reproduction as one HTML page: no script, nothing loaded from anywhere. The Content Security Policy allows this
 * page's own style sheet (by its hash) and nothing else. Every text from the data is escaped; long ones are cut.
 */
export function renderReproduction(reproduction: Reproduction): string {
  const { tasks } = reproduction;
  const contents = [
    ...tasks.map(({ task }, index) => [`task-${index}`, displayName(task)] as const),
    ["other-llms", "Other LLMs"] as const,
    ["method", "Method"] as const,
  ];
  const sections = [
    tasks.map((task, index) => taskSection(`task-${index}`, task)),
    otherLlmsSection(reproduction.otherLlms),
    methodSection(reproduction),
  ];
  const hash = createHash("sha256").update(REPRODUCTION_CSS).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>The paper's tables, reproduced – prompt-oirl</title>
<style>${trustedHtml(REPRODUCTION_CSS)}</style>
</head>
<body>
<a class="skip" href="#${contents[0]?.[0]}">Skip to the results</a>
${masthead(reproduction)}
<nav aria-label="Sections"><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections}
</main>
</body>
</html>
`;
  return page.toString();
}

function masthead({ tasks, generatedAt, preset }: Reproduction): Html {
  return html`<header class="masthead">
<p class="kicker"><span>prompt-oirl</span> reproduction</p>
<p class="subject">Sun, Hüyük, van der Schaar, “Query-Dependent Prompt Evaluation and Optimization with Offline Inverse RL”, ICLR 2024 <span aria-hidden="true">·</span> preset ${plainText(preset, 20)} <span aria-hidden="true">·</span> <time datetime="${plainText(generatedAt, 40)}">${formatInstant(plainText(generatedAt, 40))}</time></p>
<h1>The paper’s tables, run again, and what they are worth without the leak</h1>
<p class="detail">Every subset of the training prompts gets a reward model, as in the reference; its choices are judged on the published test rows beside the published figures, then on questions that stand on one side only, then against this package’s own model.</p>
${tasks.map(keyFigures)}
<p class="reading">pp: percentage points. In brackets: the interval that holds the true value with 95 % confidence, paired by question.</p>
</header>
`;
}

/** The four figures of a data set at its largest K. */
function keyFigures(task: TaskReproduction): Html | null {
  const at = (name: ArmName): { size: number; value: ReproducedValue } | undefined => {
    const last = task.arms.find((arm) => arm.name === name)?.sizes.at(-1);
    const value = last?.strategies.find(({ strategy }) => strategy === "argmax");
    return last === undefined || value === undefined ? undefined : { size: last.size, value };
  };
  const paper = at("reference-paper");
  if (paper === undefined) return null;
  const upliftFigure = (term: string, value: ReproducedValue | undefined) => ({
    term,
    value: formatPoints(value?.uplift ?? null),
    note: value?.upliftCi95 == null ? "" : formatInterval(value.upliftCi95),
  });
  const { published, success } = paper.value;
  const figures = [
    {
      term: `${displayName(task.task)}, K = ${paper.size}`,
      value: formatPercent(success),
      note: published === null ? "nothing published to compare" : `published: ${formatPercent(published)}`,
    },
    upliftFigure("Uplift, paper’s rows", paper.value),
    upliftFigure("Uplift, leak closed", at("reference-grouped")?.value),
    upliftFigure("Uplift, our model", at("default-grouped")?.value),
  ];
  return html`<dl class="figures">${figures.map(
    ({ term, value, note }) =>
      html`<div><dt>${term}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`,
  )}</dl>`;
}

function methodSection(reproduction: Reproduction): Html {
  const { missing, packageVersion, machine, preset, seed, seconds, tasks } = reproduction;
  const models = tasks.flatMap(({ arms }) => arms.map(({ subsets }) => subsets.length));
  const definitions: readonly (readonly [string, string])[] = [
    ["Version", plainText(packageVersion, 40)],
    ["Machine", plainText(machine, 120)],
    ["Preset", plainText(preset, 20)],
    ["Seed", String(seed)],
    ["Models", formatCount(models.reduce((sum, count) => sum + count, 0))],
    ["This run", `${formatCount(Math.ceil(seconds))} s`],
  ];
  return section(
    { id: "method", title: "Method", simulated: false },
    html`<p><b>fixed</b>: the training prompt with the best success on the training labels. <b>training best</b>: the best by the test labels, the reference's baseline. <b>train</b>, <b>held</b>, <b>all</b>: the best-scored of the training, the held-out, of all prompts. <b>hybrid</b>: the best-scored training prompt, unless all score below one half; then the best-scored held-out prompt. <b>safe</b>: as train, where its uplift out of fold on the training questions is proven, else fixed. Ties are broken as in the reference, but for this package's own model, where they go to the fixed prompt. A question counts for a strategy if every prompt it may choose is labeled on it.</p>`,
    missing.map(
      ({ task, files }) =>
        html`<p class="empty">${displayName(task)} was left out: its logs are not there. Missing: ${files.slice(0, 12).map((file, index) => html`${index === 0 ? "" : ", "}<code>${plainText(file, 120)}</code>`)}${files.length > 12 ? ` and ${files.length - 12} more` : ""}.</p>`,
    ),
    html`<dl class="definitions">${definitions.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`,
  );
}

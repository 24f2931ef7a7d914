import { createHash } from "node:crypto";
import type { EvaluationResult } from "../types/index.ts";
import { type Html, html, trustedHtml } from "./escape-html.ts";
import { detailFacts } from "./facts.ts";
import { GLOSSARY } from "./glossary.ts";
import { displayName } from "./plain-text.ts";
import type { ReportData } from "./report-data.ts";
import { calibrationSection } from "./sections/calibration.ts";
import { factList, factsSection } from "./sections/facts.ts";
import { fixedPromptSection } from "./sections/fixed-prompt.ts";
import { frontierSection } from "./sections/frontier.ts";
import { headlineSection } from "./sections/headline.ts";
import { leakSection } from "./sections/leak.ts";
import { learningCurveSection } from "./sections/learning-curve.ts";
import { methodSection } from "./sections/method.ts";
import { mistakesSection } from "./sections/mistakes.ts";
import { questionKindsSection } from "./sections/question-kinds.ts";
import { foldedSection, section } from "./sections/section.ts";
import { successSection } from "./sections/success-by-strategy.ts";
import { THEME_CSS } from "./theme-css.ts";

/** Anchors of the sections and their short names, in the order they stand. */
const CONTENTS: readonly (readonly [id: string, title: string])[] = [
  ["kinds", "Kinds of question"],
  ["frontier", "Cost"],
  ["rests", "What this rests on"],
  ["fixed", "Prompts"],
  ["mistakes", "Mistakes"],
  ["details", "Details"],
];

/**
 * The report as one HTML page: no script, nothing loaded from anywhere, so it opens from disk and without a
 * network. The Content Security Policy allows this page's own style sheet (by its hash) and nothing else. Every
 * text from the data is escaped; long ones are cut.
 * @param data the first evaluation is the one the verdict rests on
 */
export function renderReport(data: ReportData): string {
  const trusted = data.evaluations[0];
  const sections = [
    questionKindsSection(data, trusted),
    frontierSection(data, trusted),
    factsSection(data, trusted),
    fixedPromptSection(data, trusted),
    mistakesSection(data),
    detailsSection(data, trusted),
  ];
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(THEME_CSS).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${data.simulated ? "Simulated: " : ""}${displayName(data.task)} – prompt-oirl report</title>
<style>${trustedHtml(THEME_CSS)}</style>
</head>
<body>
<a class="skip" href="#kinds">Skip to the results</a>
${headlineSection(data, trusted)}
<nav aria-label="Sections"><ul>${CONTENTS.filter(([id]) => id !== "frontier" || trusted?.frontier != null).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections}
</main>
</body>
</html>
`;
  return page.toString();
}

/** All that is known beside the verdict, folded. */
function detailsSection(data: ReportData, trusted: EvaluationResult | undefined): Html {
  const frame = { id: "details", title: "Details", simulated: data.simulated };
  return section(
    frame,
    successSection(data, trusted),
    trusted === undefined
      ? null
      : foldedSection(
          { id: "checks", title: "The check before choosing, and what could be reached", simulated: false },
          factList(detailFacts(trusted, data.trainedGate)),
        ),
    leakSection(data),
    calibrationSection(data, trusted),
    learningCurveSection(data),
    methodSection(data),
    foldedSection(
      { id: "glossary", title: "Words used here", simulated: false },
      html`<dl class="facts">${GLOSSARY.map(({ term, text }) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`,
    ),
  );
}

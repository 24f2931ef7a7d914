import { createColors } from "picocolors";
import type { StrategyName } from "../../types/index.ts";
import {
  formatCount,
  formatMeasure,
  formatMeasureDifference,
  formatPercentNumber,
  formatPointsNumber,
  NO_VALUE,
} from "../format-number.ts";
import { displayName, plainText } from "../plain-text.ts";
import { ARM_LABELS, columnTitle } from "./arm-labels.ts";
import type {
  PublishedFile,
  ReproducedSize,
  Reproduction,
  ReproductionArm,
  TaskReproduction,
} from "./reproduction-data.ts";

const GAP = 2;

/** The reproduction for a terminal: for each data set and experiment one table of success, one of reward models. */
export function formatReproduction(
  reproduction: Reproduction,
  { color, width = 100 }: { readonly color: boolean; readonly width?: number },
): string {
  const colors = createColors(color);
  const blocks = reproduction.tasks.flatMap((task) => [
    colors.bold(`${displayName(task.task)} · ${displayName(task.llm)} · preset ${reproduction.preset}`),
    ...task.arms.flatMap((arm) => [
      "",
      colors.bold(`${ARM_LABELS[arm.name].title}`),
      colors.dim(
        `${formatCount(arm.trainQuestions)} training questions; ${formatCount(arm.testUnits)} test ${arm.protocol === "paper" ? "rows" : "questions"}, ${formatCount(arm.alsoInTrain)} of them also in training. Mean success in %, over the subsets of K training prompts.`,
      ),
      ...successTable(arm),
      "",
      colors.dim("Reward model on test questions, means over prompts"),
      ...qualityTable(arm, task),
    ]),
    "",
    ...confidenceLines(task),
    "",
    ...task.findings.flatMap((finding) => bullet(finding, width)),
    "",
  ]);
  const missing = reproduction.missing.flatMap(({ task, files }) =>
    bullet(
      `${displayName(task)} was left out: ${files.length} files are missing, such as ${files.slice(0, 2).join(", ")}.`,
      width,
    ),
  );
  const others = reproduction.otherLlms.flatMap((file) => bullet(publishedFile(file), width));
  return [...blocks, ...missing, ...others].join("\n");
}

/** The difference is shown under each published figure. */
function successTable({ sizes }: ReproductionArm): string[] {
  const strategies = sizes[0]!.strategies.map(({ strategy }) => strategy);
  const header = ["K", "subsets", "", ...strategies.map(columnTitle)];
  const rows = sizes.flatMap((size) => {
    const line = (label: string, read: (value: ReproducedSize["strategies"][number]) => string): string[] => [
      label === "ours" ? `${size.size}` : "",
      label === "ours" ? `${size.subsets}` : "",
      label,
      ...strategies.map((name) => read(valueAt(size, name))),
    ];
    const percent = (value: number | null): string =>
      value === null ? NO_VALUE : formatPercentNumber(value, 2);
    const isCompared = size.strategies.some(({ published }) => published !== null);
    return [
      line("ours", ({ success }) => percent(success)),
      ...(isCompared
        ? [
            line("published", ({ published }) => percent(published)),
            line("difference", ({ success, published }) =>
              success === null || published === null ? "" : formatPointsNumber(success - published),
            ),
          ]
        : [
            line("uplift", ({ uplift, strategy }) =>
              uplift === null || strategy === "fixed" ? "" : formatPointsNumber(uplift),
            ),
          ]),
    ];
  });
  return aligned(header, rows);
}

function valueAt(size: ReproducedSize, name: StrategyName): ReproducedSize["strategies"][number] {
  return size.strategies.find(({ strategy }) => strategy === name)!;
}

function qualityTable(arm: ReproductionArm, { selfCritic }: TaskReproduction): string[] {
  const rows = [
    ...arm.sizes.flatMap(({ size, seen, heldOut }) => [
      { label: `K = ${size}`, prompts: "training", quality: seen },
      { label: "", prompts: "held-out", quality: heldOut },
    ]),
    ...(selfCritic === null || arm.protocol !== "paper"
      ? []
      : [
          { label: "LLM of itself", prompts: "training", quality: selfCritic.seen },
          { label: "", prompts: "held-out", quality: selfCritic.heldOut },
        ]),
  ].flatMap(({ quality, ...start }) => (quality === null ? [] : [{ ...start, quality }]));
  const isCompared = rows.some(({ quality }) => quality.published !== null);
  const compared = isCompared ? ["published", "diff."] : [];
  return aligned(
    ["", "prompts", "accuracy", ...compared, "precision", ...compared, "recall", "F1"],
    rows.map(({ label, prompts, quality }) => {
      const beside = (ours: number | null, published: number | undefined): string[] =>
        isCompared ? comparedMeasure(ours, published) : [];
      const { accuracy, precision, published } = quality;
      return [
        label,
        prompts,
        formatMeasure(accuracy),
        ...beside(accuracy, published?.accuracy),
        formatMeasure(precision),
        ...beside(precision, published?.precision),
        formatMeasure(quality.recall),
        formatMeasure(quality.f1),
      ];
    }),
  );
}

/** The published measure and ours minus it. */
function comparedMeasure(ours: number | null, published: number | undefined): string[] {
  if (published === undefined) return ["", ""];
  return [formatMeasure(published), ours === null ? "" : formatMeasureDifference(ours - published)];
}

/** What is published of an LLM without logs: shown as it stands, in full on the page. */
function publishedFile({ file, llm, task, problem, sizes }: PublishedFile): string {
  const name = `${displayName(llm)}, ${task === null ? "unknown data set" : displayName(task)} (${displayName(file)})`;
  if (problem !== null) return `${name} could not be read: ${plainText(problem, 400)}`;
  const bySize = sizes.map(
    ({ size, values }) =>
      `K = ${size}: ${values.map((one) => `${plainText(one.name, 30)} ${formatPercentNumber(one.value, 2)}`).join(", ")}`,
  );
  return `${name}, in %, as published: ${bySize.join("; ")}.`;
}

function confidenceLines({ confidence }: TaskReproduction): string[] {
  const percent = (value: number | null | undefined): string =>
    value == null ? NO_VALUE : formatPercentNumber(value, 2);
  return confidence.map(
    ({ prompts, first, averaged, published }) =>
      `LLM's confidence, ${prompts} prompts: first of ties ${percent(first)} (published ${percent(published?.first)}), averaged ${percent(averaged)} (${percent(published?.averaged)})`,
  );
}

function aligned(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padStart(widths[column] ?? 0))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

function bullet(text: string, width: number): string[] {
  const lines =
    plainText(text).match(new RegExp(`\\S.{0,${width - 3}}(?=\\s|$)|\\S{1,${width - 2}}`, "gu")) ?? [];
  return lines.map((line, index) => `${index === 0 ? "- " : "  "}${line}`);
}

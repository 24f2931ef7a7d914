import { type CsvCell, csvText } from "../csv-text.ts";
import type { PublishedFile, ReproducedQuality, Reproduction, ReproductionArm } from "./reproduction-data.ts";

const HEADER = [
  "task",
  "experiment",
  "protocol",
  "k",
  "subsets",
  "prompts",
  "measure",
  "ours",
  "ours_lower",
  "ours_upper",
  "published",
  "difference",
  "uplift",
  "uplift_lower",
  "uplift_upper",
  "units",
] as const;

/**
 * Every figure of a reproduction as CSV, one a line: success by strategy, reward models, self-critic, confidence, and
 * what is published of other LLMs.
 */
export function reproductionCsv({ tasks, otherLlms }: Reproduction): string {
  const rows = tasks.flatMap((task) => [
    ...task.arms.flatMap((arm) => armRows(task.task, arm)),
    ...(task.selfCritic === null
      ? []
      : [
          ...qualityRows([task.task, "self-critic", "paper", null, null], "training", task.selfCritic.seen),
          ...qualityRows(
            [task.task, "self-critic", "paper", null, null],
            "held-out",
            task.selfCritic.heldOut,
          ),
        ]),
    ...task.confidence.flatMap(({ prompts, first, averaged, published }) => [
      figureRow([task.task, "confidence", "paper", null, null], `${prompts}`, "success, first of ties", {
        ours: first,
        published: published?.first ?? null,
      }),
      figureRow([task.task, "confidence", "paper", null, null], `${prompts}`, "success, ties averaged", {
        ours: averaged,
        published: published?.averaged ?? null,
      }),
    ]),
  ]);
  return csvText(HEADER, [...rows, ...otherLlms.flatMap(publishedRows)]);
}

/** Means over the models with so many training prompts, under the file's own names. */
function publishedRows({ file, llm, task, sizes }: PublishedFile): CsvCell[][] {
  return sizes.flatMap(({ size, models, values }) =>
    values.map(({ name, value }) =>
      figureRow([task, `published: ${llm} (${file})`, null, size, models], null, name, {
        ours: null,
        published: value,
      }),
    ),
  );
}

function armRows(task: string, { name, protocol, sizes }: ReproductionArm): CsvCell[][] {
  return sizes.flatMap(({ size, subsets, strategies, seen, heldOut }) => {
    const start = [task, name, protocol, size, subsets];
    return [
      ...strategies.map((value) => [
        ...start,
        null,
        `success: ${value.strategy}`,
        value.success,
        value.ci95?.[0] ?? null,
        value.ci95?.[1] ?? null,
        value.published,
        difference(value.success, value.published),
        value.uplift,
        value.upliftCi95?.[0] ?? null,
        value.upliftCi95?.[1] ?? null,
        value.units,
      ]),
      ...qualityRows(start, "training", seen),
      ...qualityRows(start, "held-out", heldOut),
    ];
  });
}

function qualityRows(
  start: readonly CsvCell[],
  prompts: string,
  quality: ReproducedQuality | null,
): CsvCell[][] {
  if (quality === null) return [];
  const { accuracy, precision, recall, f1, published } = quality;
  return [
    figureRow(start, prompts, "accuracy", { ours: accuracy, published: published?.accuracy ?? null }),
    figureRow(start, prompts, "precision", { ours: precision, published: published?.precision ?? null }),
    figureRow(start, prompts, "recall", { ours: recall, published: null }),
    figureRow(start, prompts, "f1", { ours: f1, published: null }),
  ];
}

function figureRow(
  start: readonly CsvCell[],
  prompts: string | null,
  measure: string,
  { ours, published }: { ours: number | null; published: number | null },
): CsvCell[] {
  const noIntervals = [null, null, null, null] as const;
  return [
    ...start,
    prompts,
    measure,
    ours,
    null,
    null,
    published,
    difference(ours, published),
    ...noIntervals,
  ];
}

function difference(ours: number | null, published: number | null): number | null {
  return ours === null || published === null ? null : ours - published;
}

/** Every subset's success, one line a subset and strategy. */
export function reproductionSubsetsCsv({ tasks }: Reproduction): string {
  return csvText(
    ["task", "experiment", "k", "prompts", "strategy", "success"],
    tasks.flatMap(({ task, arms }) =>
      arms.flatMap(({ name, subsets }) =>
        subsets.flatMap(({ size, promptIds, success }) =>
          success.map(({ strategy, value }) => [task, name, size, promptIds.join(" "), strategy, value]),
        ),
      ),
    ),
  );
}

import { resolve } from "node:path";
import {
  type ImportJsonlOptions,
  type ImportPromptOirlOptions,
  type ImportSummary,
  type ImportTableOptions,
  importJsonl,
  importKey,
  importPromptOirl,
  importTable,
  openRunDirectory,
  promptOirlKey,
  readRunManifest,
} from "../data/index.ts";
import { ExistsError } from "../errors.ts";
import type { EvaluationResult } from "../types/index.ts";
import { warnOnce } from "../util/index.ts";
import { evaluateForShow } from "./evaluate-run.ts";
import type { KindChoices } from "./kind-choices.ts";
import { peakMemoryMb } from "./peak-memory.ts";
import type { EvaluateOptions, TrainingSummary } from "./pipeline-types.ts";
import { reportRun } from "./report-run.ts";
import { describeChooser, trainIfStale } from "./train-run.ts";

type WhereTo = "out" | "force" | "onProgress" | "signal" | "onWarning";

/** Where the log comes from: one of the importers with its own options. */
export type LogSource =
  | ({ readonly kind: "prompt-oirl" } & Omit<ImportPromptOirlOptions, WhereTo>)
  | ({ readonly kind: "table" } & Omit<ImportTableOptions, WhereTo>)
  | ({ readonly kind: "jsonl" } & Omit<ImportJsonlOptions, WhereTo>)
  /** The log that `out` holds already: collected, or imported before. */
  | { readonly kind: "run" };

/** Options of `runPipeline`. */
export interface RunPipelineOptions extends EvaluateOptions {
  readonly source: LogSource;
  /** The run directory to make, or to go on with. */
  readonly out: string;
}

/** The evaluation, and what the other stages left; `seconds` and `peakMemoryMb` are of all stages together. */
export interface PipelineResult extends EvaluationResult, KindChoices {
  readonly import: ImportSummary;
  readonly training: TrainingSummary;
  /** Path of the HTML report. */
  readonly report: string;
}

/**
 * The whole pipeline: import, evaluate, train, report. Each stage keeps its result in the run directory, so that
 * the same call after an interruption, or with another reward model, does only what is missing. The chooser and the
 * report are those of the last call: a chooser of other settings can be had again by the call that made it, so it is
 * replaced, and `onWarning` is told.
 * @throws ExistsError where `out` holds a run of another log and `force` is not set
 */
export async function runPipeline(options: RunPipelineOptions): Promise<PipelineResult> {
  // A forced import leaves a fresh run without results, so the later stages need no force of their own.
  const { source: _source, force: _force, out, ...stages } = options;
  // Every stage reads the log, and would say of it the same.
  const onWarning = warnOnce(options.onWarning);
  const evaluation = { ...stages, ...(onWarning !== undefined && { onWarning }) };
  const started = performance.now();
  const imported = await importOnce(options);
  const { result, kinds } = await evaluateForShow(out, evaluation);
  const training = await trainIfStale(out, evaluation, (existing, folder) =>
    options.onWarning?.(
      `${folder} held a chooser of other settings (${describeChooser(existing)}); it is replaced`,
    ),
  );
  const { file, headline } = await reportRun(out, evaluation);
  return {
    ...(headline.protocol === result.protocol ? headline : result),
    ...kinds,
    import: imported,
    training,
    report: file,
    seconds: (performance.now() - started) / 1000,
    peakMemoryMb: peakMemoryMb(),
  };
}

/** Imports, unless the run already holds the log these very options would give. */
export async function importOnce(options: RunPipelineOptions): Promise<ImportSummary> {
  const { source, out, force } = options;
  if (source.kind === "run") return (await openRunDirectory(out)).manifest.counts;
  const existing = force === true ? null : await readRunManifest(resolve(out));
  if (existing === null) return importLog(source, options);
  const key = await (source.kind === "prompt-oirl" ? promptOirlKey(source) : importKey(source.kind, source));
  if (existing.source.key === key) return existing.counts;
  throw new ExistsError(
    `${out} holds a run of another log (${existing.source.kind} ${existing.task}), or one imported with other options; ` +
      "replace it with --force, or choose another --out",
  );
}

function importLog(
  source: Exclude<LogSource, { readonly kind: "run" }>,
  { out, force, onProgress, signal, onWarning }: RunPipelineOptions,
): Promise<ImportSummary> {
  const where = {
    out,
    ...(force === undefined ? {} : { force }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(onWarning === undefined ? {} : { onWarning }),
  };
  switch (source.kind) {
    case "prompt-oirl":
      return importPromptOirl({ ...source, ...where });
    case "table":
      return importTable({ ...source, ...where });
    case "jsonl":
      return importJsonl({ ...source, ...where });
  }
}

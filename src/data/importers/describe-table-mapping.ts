import { basename, dirname, join } from "node:path";
import type { ImportMapping } from "./import-mapping.ts";
import type { ImportTableOptions } from "./import-table-options.ts";
import type { LogFindings } from "./log-findings.ts";
import type { LogRecorder } from "./log-recorder.ts";
import type { OpenedLog } from "./open-log.ts";
import type { RewardReader } from "./reward-reader.ts";
import type { TableMapping } from "./table-mapping.ts";

/** What a table was taken for, once it was read. */
export function describeTableMapping(
  log: OpenedLog,
  mapping: TableMapping,
  options: ImportTableOptions,
  findings: LogFindings,
  rewards: RewardReader,
  recorder: LogRecorder,
): ImportMapping {
  const { columns, parts, layout, known } = mapping;
  return {
    layout:
      known?.name ?? (layout === "long" ? "a table with a row an answer" : "a table with a column a prompt"),
    files: log.files.length,
    inputs: parts.query.filter((name) => !mapping.absentInputs.includes(name)),
    questionId: parts.queryId,
    features: mapping.featureColumns,
    prompt: promptSources(mapping, options),
    wording: columns.template ?? null,
    llm: modelSources(mapping, options),
    reward: rewardSources(mapping, options),
    values: rewards.summarize(),
    repeats: columns.repetition ?? "counted",
    leftOut: findings.leftOut.summarize(),
    notUsed: mapping.notUsed,
    notes: [...(log.recognized?.notes ?? []), ...passedOver(log), ...listNotes(findings, recorder)],
  };
}

function promptSources(
  { layout, parts, promptColumns }: TableMapping,
  options: ImportTableOptions,
): string[] {
  if (layout === "wide") return [...promptColumns];
  if (parts.prompt.length > 0) return [...parts.prompt];
  return constantSource("prompt", options);
}

function modelSources(
  { parts, verdictColumns, answerColumns }: TableMapping,
  options: ImportTableOptions,
): string[] {
  if (verdictColumns.size + answerColumns.size > 0) return ["in the columns' names"];
  if (parts.llm.length > 0) return [...parts.llm];
  const source = constantSource("llm", options);
  return source.length > 0 ? source : ["not named"];
}

function constantSource(meaning: "prompt" | "llm", { set, fromFile, llm }: ImportTableOptions): string[] {
  if (fromFile?.includes(meaning) === true) return ["the file's name"];
  const value = set?.[meaning] ?? (meaning === "llm" ? llm : undefined);
  return value === undefined ? [] : [`set to ${value}`];
}

function rewardSources(
  { layout, columns, verdictColumns, answerColumns }: TableMapping,
  { matcher = "numeric" }: ImportTableOptions,
): string[] {
  if (verdictColumns.size > 0) return ["Status"];
  if (answerColumns.size > 0) return ["[PASS], [FAIL] before answers"];
  if (layout === "wide") return ["the prompts' columns"];
  return columns.reward === undefined
    ? [`${columns.answer} against ${columns.goldenAnswer} by ${matcher}`]
    : [columns.reward];
}

function passedOver({ passedOver: files, files: taken }: OpenedLog): string[] {
  if (files.length === 0) return [];
  const all = [...files, ...taken].map((file) => basename(file));
  const isShared = (name: string): boolean => all.indexOf(name) !== all.lastIndexOf(name);
  // Exports have a folder a table, with files of one name in each.
  const shown = files.slice(0, 4).map((file) => {
    const name = basename(file);
    return isShared(name) ? join(basename(dirname(file)), name) : name;
  });
  return [
    `${files.length === 1 ? "A file of the folder was" : `${files.length} files of the folder were`} passed over, since no answers of this kind are in ${files.length === 1 ? "it" : "them"}: ${shown.join(", ")}${files.length > shown.length ? " …" : ""}.`,
  ];
}

function listNotes({ emptyAnswers }: LogFindings, { contradictedAnswers }: LogRecorder): string[] {
  return [
    ...(emptyAnswers > 0
      ? [
          `${emptyAnswers} answer${emptyAnswers === 1 ? " is" : "s are"} empty, and graded as such, as oirl collect does.`,
        ]
      : []),
    ...(contradictedAnswers > 0
      ? [
          `${contradictedAnswers} question${contradictedAnswers === 1 ? " has" : "s have"} several right answers; is an input missing that tells them apart? (--input-columns)`,
        ]
      : []),
  ];
}

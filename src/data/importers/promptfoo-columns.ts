import { promptfooStatusColumn } from "../tables/promptfoo-header.ts";
import type { Table } from "../tables/table.ts";
import type { TableColumns } from "./table-mapping.ts";

/** Keys that each line of promptfoo's JSON Lines has. */
const RESULT_KEYS = ["promptIdx", "testIdx", "vars", "prompt", "provider", "success"];
/** Usual names of the variable that holds the question. */
const QUESTION_VARIABLES = ["question", "query", "input", "problem", "text"];

/** Prompts' columns of promptfoo's CSV, with verdicts in columns of their own; none in any other table. */
export function promptfooPromptColumns({ columns }: Table): string[] {
  const present = new Set(columns);
  return columns.filter((name) => present.has(promptfooStatusColumn(name)));
}

/** Prompts' columns of older promptfoo's CSV, where each answer stands behind its verdict: `[PASS] It is 9.` */
export function promptfooAnswerColumns({ columns, firstRows }: Table): string[] {
  return columns.filter((name) => {
    if (splitPromptfooColumn(name) === null) return false;
    const cells = firstRows.map((row) => row.cell(name)).filter((cell) => cell.trim() !== "");
    return cells.length > 0 && cells.every((cell) => /^\[(?:PASS|FAIL|ERROR)\]/.test(cell));
  });
}

/** The two parts of `[provider] prompt`; null for any other name. */
export function splitPromptfooColumn(name: string): { model: string; prompt: string } | null {
  const [, model, prompt] = /^\[(.+?)\] (.+)$/s.exec(name) ?? [];
  return model === undefined || prompt === undefined ? null : { model, prompt };
}

/**
 * What the fields of promptfoo's JSON Lines mean; null for any other table. The wording before the question is put in
 * is the prompt's label; `prompt.raw` holds the question too.
 */
export function promptfooResultColumns({ format, columns, firstRows }: Table): TableColumns | null {
  if (format !== "jsonl" || !RESULT_KEYS.every((key) => columns.includes(key))) return null;
  const isFilled = (column: string): boolean => firstRows.every((row) => row.cell(column).trim() !== "");
  const variables = variableNames(firstRows[0]?.cell("vars") ?? "");
  const question =
    QUESTION_VARIABLES.find((name) => variables.includes(name)) ??
    (variables.length === 1 ? variables[0] : undefined);
  return {
    ...(question !== undefined && { query: `vars.${question}` }),
    prompt: "prompt.label",
    reward: "success",
    model: isFilled("provider.label") ? "provider.label" : "provider.id",
    answer: "response.output",
  };
}

/** Whether promptfoo says that the call failed, so that there was no answer to grade. */
export function isPromptfooError(failureReason: string): boolean {
  return failureReason.trim() === "2";
}

function variableNames(json: string): string[] {
  try {
    const variables: unknown = JSON.parse(json);
    return typeof variables === "object" && variables !== null ? Object.keys(variables) : [];
  } catch {
    return [];
  }
}

import type { TableRow } from "../files/tables/table.ts";
import type { TableMapping } from "./table-mapping.ts";

const CUT = new Set(["length", "maxtokens", "maxoutputtokens", "tokenlimit"]);
const TOOLS = new Set(["toolcalls", "tooluse", "functioncall"]);

/**
 * Why a row of anybody's table holds no graded answer: its call failed, it was cut at the token limit, or the LLM called
 * a tool in place of answering.
 * @returns undefined where it does
 */
export function whyNotGraded(row: TableRow, { columns }: TableMapping): string | undefined {
  const hasAnswer = columns.answer !== undefined && row.cell(columns.answer).trim() !== "";
  if (columns.error !== undefined && !hasAnswer && saysError(row.cell(columns.error))) return "failed call";
  if (columns.finishReason === undefined) return undefined;
  const reason = row
    .cell(columns.finishReason)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "");
  if (CUT.has(reason)) return "cut at the token limit";
  return TOOLS.has(reason) && !hasAnswer ? "tool call without an answer" : undefined;
}

function saysError(cell: string): boolean {
  return !/^(?:|none|null|nan|false|0|no|-|\{\}|\[\])$/i.test(cell.trim());
}

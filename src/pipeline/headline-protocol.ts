import type { Protocol } from "../types/index.ts";
import { labeledQueries } from "./evaluation-fold.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** With fewer question groups, five folds each training on three of its own cannot be made. */
const MIN_NESTED_GROUPS = 6;

/** The protocol whose estimate is shown, unless another is named: nested, but for logs too small for it. */
export function headlineProtocol(prepared: LearnableLog): Protocol {
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const groups = new Set(queries.map((query) => prepared.groups[query]!));
  return groups.size >= MIN_NESTED_GROUPS ? "nested" : "grouped";
}

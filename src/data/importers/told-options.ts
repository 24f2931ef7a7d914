import type { JsonValue } from "../../types/index.ts";
import type { ImportTableOptions } from "./import-table-options.ts";

/** What `run.json` remembers of what was told, so that more of the same is read the same. */
export function toldOptions(options: ImportTableOptions): Record<string, JsonValue> {
  const { columns, promptColumns, inputColumns, ignoreColumns, featureColumns, dropColumns, hashColumns } =
    options;
  const { where, set, fromFile, rewardScale, rewardValues, layout, delimiter, heldOut, llm } = options;
  const told = {
    columns: columns && Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined)),
    promptColumns,
    inputColumns,
    ignoreColumns,
    featureColumns,
    dropColumns,
    hashColumns,
    where,
    set,
    fromFile,
    rewardScale,
    rewardValues,
    layout,
    delimiter,
    heldOut,
    llm,
  };
  return JSON.parse(JSON.stringify(told)) as Record<string, JsonValue>;
}

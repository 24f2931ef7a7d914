import type { Table } from "../../files/tables/table.ts";
import { helm } from "./helm.ts";
import { inspectFrame, inspectLog } from "./inspect.ts";
import type { LayoutReader } from "./known-table.ts";
import { langfuse } from "./langfuse.ts";
import { lmEval } from "./lm-eval.ts";
import { openaiEvals } from "./openai-evals.ts";
import { otelSpans } from "./otel-spans.ts";
import { promptfooCsv } from "./promptfoo-csv.ts";
import { promptfooResults } from "./promptfoo-results.ts";
import { scoredRecords } from "./scored-records.ts";

/** Layouts of known tools, each told by its own columns. */
const LAYOUTS: readonly LayoutReader[] = [
  promptfooResults,
  promptfooCsv,
  lmEval,
  inspectLog,
  inspectFrame,
  openaiEvals,
  helm,
  otelSpans,
  ...scoredRecords,
  langfuse,
];

/** The reader of the tool that wrote a table; undefined for a table of anybody's. */
export function detectLayout(table: Table): LayoutReader | undefined {
  return LAYOUTS.find((layout) => layout.matches(table));
}

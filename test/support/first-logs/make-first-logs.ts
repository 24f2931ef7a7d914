import { inspectLogs } from "./inspect-log.ts";
import { langfuseExport } from "./langfuse-export.ts";
import { lmEvaluationLogs } from "./lm-evaluation-log.ts";
import { brokenPromptfooLog, promptfooLog } from "./promptfoo-log.ts";
import { longTable, numbersTable, severalInputsTable, trafficTable, wideTable } from "./table-logs.ts";

/** Ten logs as new users have them: files by their paths, by the log's name. */
export function makeFirstLogs(): Record<string, Record<string, string>> {
  return {
    promptfoo: { "results.json": promptfooLog() },
    inspect: inspectLogs(),
    "lm-evaluation": lmEvaluationLogs(),
    langfuse: langfuseExport(),
    "csv-long": { "answers.csv": longTable() },
    "csv-wide": { "scores.csv": wideTable() },
    traffic: { "traffic.csv": trafficTable() },
    numbers: { "sums.csv": numbersTable() },
    "several-inputs": { "reviews.jsonl": severalInputsTable() },
    broken: { "results.json": brokenPromptfooLog() },
  };
}

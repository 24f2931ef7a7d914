export { choicesCsv } from "./choices-csv.ts";
export type { CsvCell } from "./csv-text.ts";
export { csvText } from "./csv-text.ts";
export type { EvaluatedChoice } from "./evaluated-choices-csv.ts";
export { evaluatedChoicesCsv } from "./evaluated-choices-csv.ts";
export { evaluationCsv } from "./evaluation-csv.ts";
export { formatEvaluationDetails } from "./evaluation-table.ts";
export type { TerminalOptions } from "./first-screen.ts";
export { formatFirstScreen } from "./first-screen.ts";
export {
  formatInterval,
  formatPercent,
  formatPercentNumber,
  formatPoints,
  formatPointsNumber,
  pluralize,
} from "./format-number.ts";
export { groupingWords } from "./grouping-words.ts";
export { displayName, plainText, replaceControlCharacters, stripControlCharacters } from "./plain-text.ts";
export { renderReport } from "./render-report.ts";
export type * from "./report-data.ts";
export { renderReproduction } from "./reproduction/render-reproduction.ts";
export { reproductionCsv, reproductionSubsetsCsv } from "./reproduction/reproduction-csv.ts";
export type * from "./reproduction/reproduction-data.ts";
export { formatReproduction } from "./reproduction/reproduction-table.ts";
export { runArgument } from "./run-argument.ts";
export { subsetsCsv } from "./subsets-csv.ts";
export { formatCostNumber } from "./trade-words.ts";
export type { NextStep, Verdict } from "./verdict.ts";
export { verdict } from "./verdict.ts";

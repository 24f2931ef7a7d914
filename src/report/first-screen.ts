import { createColors } from "picocolors";
import type { EvaluationResult } from "../types/index.ts";
import { distinctNames } from "./distinct-names.ts";
import type { Fact } from "./fact.ts";
import { mainFacts } from "./facts.ts";
import {
  formatCount,
  formatInterval,
  formatPercent,
  formatPercentNumber,
  formatPointsNumber,
} from "./format-number.ts";
import { kindName, takenWords } from "./kind-words.ts";
import { type MainRow, mainRows } from "./main-rows.ts";
import { plainTable, readableWidth, wrapSentence } from "./plain-table.ts";
import { plainText } from "./plain-text.ts";
import type { ReportData, TrainedGate } from "./report-data.ts";
import { formatCostNumber, pricedRows } from "./trade-words.ts";
import { verdict } from "./verdict.ts";

/** How an evaluation is to be printed. */
export interface TerminalOptions {
  /** Whether to color; the caller knows the terminal and NO_COLOR. */
  readonly color: boolean;
  /** Columns of the terminal, in characters: where sentences wrap. @default 80 */
  readonly width?: number;
  /** Whether the log was simulated; said in the first line. @default false */
  readonly simulated?: boolean;
  /** The gate of the chooser trained on the whole log, which the verdict agrees with. @default null: none was trained */
  readonly trainedGate?: TrainedGate | null;
}

type Colors = ReturnType<typeof createColors>;

/** Columns the labels of facts take. */
const LABEL_WIDTH = 15;
/** Of a prompt in the table of kinds, in characters. */
const LONGEST_TAKEN_NAME = 10;
const MAX_KINDS = 6;
/** What the columns after the first take at most. */
const SUCCESS_WIDTH = 42;
const KINDS_WIDTH = 58;

/** An evaluation as who never read the paper may want it: one verdict, one gain, why, what it rests on. */
export function formatFirstScreen(
  result: EvaluationResult,
  kinds: Pick<ReportData, "kinds" | "otherQuestions">,
  options: TerminalOptions,
): string {
  const colors = createColors(options.color);
  const width = readableWidth(options.width ?? 80);
  const { headline, reason, recommendation } = verdict(result, options.trainedGate);
  const emphasis = recommendation === "per-question" ? colors.green : (text: string): string => text;
  const lines = [
    ...(options.simulated === true ? [colors.bold("SIMULATED DATA: no LLM was ever asked.")] : []),
    ...wrapSentence(headline, width).map((line) => colors.bold(emphasis(line))),
    ...wrapSentence(reason, width),
    "",
    ...successTable(mainRows(result), width, colors),
    ...costTable(result, width, colors),
    ...kindsTable(kinds, width, colors),
    "",
    ...factLines(mainFacts(result), width, colors),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function successTable(rows: readonly MainRow[], width: number, colors: Colors): string[] {
  const labels = rows.map(({ label, role }) => (role === "bound" ? `${label} (out of reach)` : label));
  return plainTable(
    ["", "right, % [95 %]", "gain, points [95 %]"].map((cell) => colors.dim(cell)),
    rows.map(({ success, ci95, gain, gainCi95, role }, index) => {
      const cells = [
        labels[index]!,
        withInterval(formatPercentNumber(success), ci95),
        gain === null ? "" : withInterval(formatPointsNumber(gain), gainCi95),
      ];
      return role === "bound" ? cells.map((cell) => colors.dim(cell)) : cells;
    }),
    chooseFirstWidth(labels, width - SUCCESS_WIDTH),
  );
}

function costTable(result: EvaluationResult, width: number, colors: Colors): string[] {
  const rows = pricedRows(result);
  if (rows.length === 0) return [];
  return [
    "",
    ...plainTable(
      ["what it costs", `${plainText(result.costUnit, 16)} a question`, "right, %", "saved"].map((cell) =>
        colors.dim(cell),
      ),
      rows.map(({ label, cost, success, saved }) => [
        label,
        formatCostNumber(cost),
        formatPercentNumber(success),
        saved === null ? "" : formatPercent(saved, 0),
      ]),
      chooseFirstWidth(
        rows.map(({ label }) => label),
        width - SUCCESS_WIDTH,
      ),
    ),
  ];
}

/** What names take, as far as the other columns leave it. */
function chooseFirstWidth(names: readonly string[], left: number): number {
  return Math.min(Math.max(18, left), 1 + Math.max(...names.map((name) => name.length)));
}

function kindsTable(
  { kinds, otherQuestions }: Pick<ReportData, "kinds" | "otherQuestions">,
  width: number,
  colors: Colors,
): string[] {
  if (kinds.length === 0) return [];
  const shown = kinds.slice(0, MAX_KINDS);
  const chosen = [
    ...shown.map((kind) => ({ name: kindName(kind), questions: kind.questions, choice: kind.choice })),
    ...(otherQuestions === null || kinds.length > MAX_KINDS
      ? []
      : [{ name: "other questions", ...otherQuestions }]),
  ];
  const taken = chosen.flatMap(({ choice }) => choice.prompts.map(({ promptId }) => promptId));
  const showName = distinctNames(taken, LONGEST_TAKEN_NAME);
  const rows = chosen.map(({ name, questions, choice }) => [
    name,
    formatCount(questions),
    takenWords(choice, 2, showName),
    choice.gain === null ? "" : withInterval(formatPointsNumber(choice.gain), choice.gainCi95),
  ]);
  const hidden = kinds.length - shown.length;
  return [
    "",
    ...plainTable(
      ["kind of question", "n", "takes", "gain, points [95 %]"].map((cell) => colors.dim(cell)),
      rows,
      chooseFirstWidth(
        rows.map(([name]) => name!),
        width - KINDS_WIDTH,
      ),
    ),
    ...(hidden > 0 ? [colors.dim(`and ${hidden} more in the report`)] : []),
  ];
}

/** Facts with their labels in front. */
export function factLines(facts: readonly Fact[], width: number, colors: Colors): string[] {
  return facts.flatMap(({ label, text, isAlarming }) =>
    wrapSentence(text, width - LABEL_WIDTH).map((line, index) => {
      const start = (index === 0 ? label : "").padEnd(LABEL_WIDTH);
      return `${colors.dim(start)}${isAlarming === true ? colors.red(line) : line}`;
    }),
  );
}

function withInterval(text: string, interval: readonly [number, number] | null): string {
  return interval === null ? text : `${text} ${formatInterval(interval)}`;
}

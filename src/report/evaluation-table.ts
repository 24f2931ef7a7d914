import { createColors } from "picocolors";
import type { EvaluationResult, StrategyResult } from "../types/index.ts";
import { detailFacts } from "./facts.ts";
import { factLines, type TerminalOptions } from "./first-screen.ts";
import {
  formatCount,
  formatInterval,
  formatPercent,
  formatPercentNumber,
  formatPointsNumber,
} from "./format-number.ts";
import { plainTable, readableWidth, wrapSentence } from "./plain-table.ts";
import { displayName, plainText } from "./plain-text.ts";
import { inShownOrder } from "./strategy-labels.ts";

type Colors = ReturnType<typeof createColors>;

/** The details of an evaluation for a terminal: one strategy a row, the gate's own figures, what could be reached. */
export function formatEvaluationDetails(result: EvaluationResult, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const width = readableWidth(options.width ?? 80);
  const title = `Details: ${displayName(result.task)} · ${displayName(result.llm)} · ${result.protocol} · ${displayName(result.rewardModel)} on ${displayName(result.embedder)}`;
  const lines = [
    ...wrapSentence(title, width).map((line) => colors.dim(line)),
    "",
    ...strategyTable(result, width, colors),
    "",
    ...factLines(detailFacts(result, options.trainedGate ?? null), width, colors),
  ];
  return `${lines.join("\n")}\n`;
}

function strategyTable(result: EvaluationResult, width: number, colors: Colors): string[] {
  const strategies = inShownOrder(result.strategies);
  // One without a value has a reason instead, below.
  const rows = strategies.filter(({ success }) => success !== null).map((each) => strategyRow(each, result));
  const indent = 2;
  const notes = reasonsWithNames(strategies).flatMap((note) =>
    wrapSentence(note, width - indent).map((line, index) =>
      colors.dim(`${" ".repeat(index === 0 ? 0 : indent)}${line}`),
    ),
  );
  return [
    ...plainTable(
      ["strategy", "right, % [95 %]", "gain, points [95 %]", "switched", "n"].map((cell) => colors.dim(cell)),
      rows,
    ),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ];
}

/** Why strategies have no value, or what to know of them; those of one reason together. */
function reasonsWithNames(strategies: readonly StrategyResult[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of strategies)
    if (reason !== undefined) names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, strategies]) => `${strategies.join(", ")}: ${plainText(reason)}`);
}

function strategyRow(strategy: StrategyResult, result: EvaluationResult): string[] {
  const { name, success, ci95, uplift, upliftCi95, switched, questions } = strategy;
  const withInterval = (text: string, interval: StrategyResult["ci95"]): string =>
    interval === null ? text : `${text} ${formatInterval(interval)}`;
  return [
    name === "fixed" ? `fixed (${displayName(result.fixed.promptId, 9)})` : name,
    success === null ? "" : withInterval(formatPercentNumber(success), ci95),
    uplift === null || name === "fixed" ? "" : withInterval(formatPointsNumber(uplift), upliftCi95),
    switched === null ? "" : formatPercent(switched, 0),
    formatCount(questions),
  ];
}

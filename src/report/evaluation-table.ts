import Table from "cli-table3";
import { createColors } from "picocolors";
import type { EvaluationResult, StrategyResult } from "../types/index.ts";
import {
  formatCount,
  formatInterval,
  formatPercent,
  formatPercentNumber,
  formatPoints,
  formatPointsNumber,
  formatProbability,
} from "./format-number.ts";
import { displayName, plainText, quotedName } from "./plain-text.ts";
import type { TrainedGate } from "./report-data.ts";
import { selfCriticSentence } from "./self-critic-words.ts";
import { inShownOrder } from "./strategy-labels.ts";
import { gateSentence, hasLeak, leakSentence, shownBracket, trainedGateWords, verdict } from "./verdict.ts";

/** How the table is to be printed. */
export interface EvaluationTableOptions {
  /** Whether to colour; the caller knows the terminal and NO_COLOR. */
  readonly color: boolean;
  /** Columns of the terminal, in characters: where sentences wrap. The table itself needs up to 80. @default 80 */
  readonly width?: number;
  /** Whether the log was simulated; said in the first line. @default false */
  readonly simulated?: boolean;
  /** The gate of the chooser trained on the whole log, which the verdict agrees with. @default null: none was trained */
  readonly trainedGate?: TrainedGate | null;
}

type Colors = ReturnType<typeof createColors>;

/** Columns the labels of the closing lines take. */
const LABEL_WIDTH = 12;
const NARROWEST = 60;
const WIDEST = 120;

const NO_BORDER = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** An evaluation for a terminal: the verdict, one strategy a row, the leak, the attainable bracket and the fixed prompt. */
export function formatEvaluationTable(result: EvaluationResult, options: EvaluationTableOptions): string {
  const colors = createColors(options.color);
  const width = Math.min(Math.max(options.width ?? 80, NARROWEST), WIDEST);
  const { headline, recommendation } = verdict(result, options.trainedGate);
  const emphasis = recommendation === "per-question" ? colors.green : colors.yellow;
  const title = `${displayName(result.task)} · ${result.protocol} · ${displayName(result.model)} on ${displayName(result.embedder)}`;
  const lines = [
    colors.dim(`${options.simulated === true ? "SIMULATED DATA · " : ""}${title}`),
    ...wrap(headline, width).map((line) => colors.bold(emphasis(line))),
    "",
    strategyTable(result, width, colors),
    "",
    ...closingLines(result, options.trainedGate ?? null, width, colors),
  ];
  return `${lines.join("\n")}\n`;
}

function strategyTable(result: EvaluationResult, width: number, colors: Colors): string {
  const table = new Table({
    chars: NO_BORDER,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: ["strategy", "success % [95 %]", "uplift pp [95 %]", "switched", "n"].map((cell) =>
      colors.dim(cell),
    ),
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const strategy of inShownOrder(result.strategies)) table.push(strategyRow(strategy, result, colors));
  const indent = 2;
  const notes = reasonsWithNames(result).flatMap((note) =>
    wrap(note, width - indent).map((line, index) =>
      colors.dim(`${" ".repeat(index === 0 ? 0 : indent)}${line}`),
    ),
  );
  const rows = table
    .toString()
    .split("\n")
    .map((row) => row.trimEnd());
  return [...rows, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

/** Why strategies have no value, or what to know of them; those of one reason together. */
function reasonsWithNames(result: EvaluationResult): string[] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of inShownOrder(result.strategies))
    if (reason !== undefined) names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, strategies]) => `${strategies.join(", ")}: ${plainText(reason, 300)}`);
}

function strategyRow(strategy: StrategyResult, result: EvaluationResult, colors: Colors): string[] {
  const name = strategy.name === "fixed" ? `fixed (${displayName(result.fixed.promptId, 9)})` : strategy.name;
  const withInterval = (text: string, interval: StrategyResult["ci95"]): string =>
    interval === null ? text : `${text} ${formatInterval(interval)}`;
  return [
    strategy.name === "safe" ? colors.bold(name) : name,
    strategy.success === null
      ? colors.dim("none")
      : withInterval(formatPercentNumber(strategy.success), strategy.ci95),
    strategy.uplift === null || strategy.name === "fixed"
      ? ""
      : colored(strategy, withInterval(formatPointsNumber(strategy.uplift), strategy.upliftCi95), colors),
    strategy.switched === null ? "" : formatPercent(strategy.switched, 0),
    formatCount(strategy.questions),
  ];
}

/** Green or red only where the interval leaves out zero; the sign says the same without colour. */
function colored(strategy: StrategyResult, text: string, colors: Colors): string {
  if (strategy.upliftCi95 === null) return text;
  if (strategy.upliftCi95[0] > 0) return colors.green(text);
  return strategy.upliftCi95[1] < 0 ? colors.red(text) : text;
}

/** What to know beside the strategies, one labelled line each. */
function closingLines(
  result: EvaluationResult,
  trainedGate: TrainedGate | null,
  width: number,
  colors: Colors,
): string[] {
  const { promptId, probabilityBest, expectedRegret } = result.fixed;
  const cost = formatPoints(expectedRegret).replace("+", "");
  const facts: readonly (readonly [label: string, text: string, alarming?: boolean])[] = [
    ["leak", `${leakSentence(result)}.`, hasLeak(result)],
    ["gate", [gateSentence(result), ...trainedGateWords(trainedGate)].join(" ")],
    ["attainable", attainableText(result)],
    ...(result.selfCritic === null ? [] : [["critic", selfCriticSentence(result.selfCritic)] as const]),
    [
      "fixed",
      `${quotedName(promptId)} is the best fixed prompt with probability ${formatProbability(probabilityBest)}; picking it costs ${cost} on average against the truly best.`,
    ],
  ];
  return facts.flatMap(([label, text, alarming]) =>
    wrap(text, width - LABEL_WIDTH).map((line, index) => {
      const start = (index === 0 ? label : "").padEnd(LABEL_WIDTH);
      return `${colors.dim(start)}${alarming === true ? colors.red(line) : line}`;
    }),
  );
}

function attainableText(result: EvaluationResult): string {
  const bracket = shownBracket(result);
  if (bracket === null) return "unknown: the log holds no repeats.";
  const { lower, upper, fixedSuccess } = bracket;
  return `between ${formatPercent(lower)} and ${formatPercent(upper)} (biased up) by a perfect choice; the fixed prompt has ${formatPercent(fixedSuccess)}.`;
}

/** Breaks at spaces, and inside a word only where it alone is longer than a line. */
function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{1,${width}}`, "gu")) ?? [];
}

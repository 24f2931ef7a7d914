import { basename, dirname } from "node:path";
import { ConfigError } from "../../../errors.ts";
import type { TableRow } from "../../files/tables/table.ts";
import { type LayoutReader, type Recognized, readField, ShapedRow } from "./known-table.ts";
import { onlyScore, SCORES, scoreCells, surveyRows } from "./score-columns.ts";

const QUESTION = "question (instance's input)";
const PROMPT = "run (folder's name)";
const MODEL = "model";
const ANSWER = "answer (first completion)";
/** Metrics in order of preference. */
const METRICS = ["quasi_exact_match", "exact_match", "quasi_prefix_exact_match", "final_number_exact_match"];

interface Request {
  readonly question: string;
  readonly model: string;
  readonly answer: unknown;
}

/** Runs of HELM: `per_instance_stats.json` beside the `scenario_state.json` that has the questions. */
export const helm: LayoutReader = {
  matches: ({ columns }) =>
    ["instance_id", "stats"].every((name) => columns.includes(name)) ||
    ["instance", "request", "request_mode"].every((name) => columns.includes(name)),

  async recognize(files, open, told): Promise<Recognized> {
    const requests = new Map<string, Request>();
    const statFiles = new Set<string>();
    const names = new Set<string>();
    await surveyRows(files, open, (row, { file }) => {
      if (row.value("stats") === undefined) requests.set(keyOfRequest(file, row), readRequest(row));
      else {
        statFiles.add(file);
        for (const [name, value] of Object.entries(readStats(row)))
          if (typeof value === "number" && value >= 0 && value <= 1) names.add(name);
      }
    });
    const stats = files.filter((file) => statFiles.has(file));
    const missing = stats.find(
      (file) => ![...requests.keys()].some((key) => key.startsWith(`${dirname(file)}\u0000`)),
    );
    if (stats.length === 0 || missing !== undefined)
      throw new ConfigError(
        `${missing ?? files[0]}: HELM keeps the questions in scenario_state.json and the metrics in per_instance_stats.json of each run. Name both files, or the run's folder.`,
      );
    const metric = METRICS.find((name) => names.has(name));
    const reward =
      metric === undefined || told.reward ? onlyScore(stats[0]!, names, told.reward) : `${SCORES}${metric}`;
    return {
      layout: {
        name: "HELM runs",
        inputs: [QUESTION],
        columns: {
          queryId: null,
          prompt: PROMPT,
          ...(reward !== null && { reward }),
          llm: MODEL,
          answer: ANSWER,
          goldenAnswer: null,
        },
      },
      files: stats,
      addedColumns: [QUESTION, PROMPT, MODEL, ANSWER, ...[...names].map((name) => `${SCORES}${name}`)],
      notes:
        names.size > 1 && !told.reward
          ? [
              `There are ${names.size} metrics from 0 to 1; "${metric}" is the reward. Choose another by --reward-column.`,
            ]
          : [],
      shape(row, { file }) {
        const request = requests.get(keyOfStats(file, row));
        if (request === undefined) return [];
        return [
          new ShapedRow(row, {
            ...scoreCells(readStats(row)),
            [QUESTION]: request.question,
            [PROMPT]: runName(file),
            [MODEL]: request.model,
            [ANSWER]: request.answer,
          }),
        ];
      },
    };
  },
};

/** The mean of each metric. */
function readStats(row: TableRow): Record<string, unknown> {
  const stats = row.value("stats");
  if (!Array.isArray(stats)) return {};
  return Object.fromEntries(
    stats.map((stat: unknown) => [String(readField(stat, "name", "name")), readField(stat, "mean")]),
  );
}

function readRequest(row: TableRow): Request {
  const completions = readField(row.value("result"), "completions");
  return {
    question: String(readField(row.value("instance"), "input", "text") ?? ""),
    model: String(readField(row.value("request"), "model") ?? ""),
    answer: Array.isArray(completions) ? readField(completions[0], "text") : undefined,
  };
}

function keyOfRequest(file: string, row: TableRow): string {
  const instance = row.value("instance");
  return key(
    file,
    readField(instance, "id"),
    readField(instance, "perturbation"),
    row.cell("train_trial_index"),
  );
}

function keyOfStats(file: string, row: TableRow): string {
  return key(file, row.cell("instance_id"), row.value("perturbation"), row.cell("train_trial_index"));
}

function key(file: string, id: unknown, perturbation: unknown, trial: string): string {
  const name = readField(perturbation, "name") ?? "";
  return [dirname(file), String(id), String(name), trial].join("\u0000");
}

/** `mmlu:subject=anatomy,method=cot,model=openai_gpt` → the same without the model. */
function runName(file: string): string {
  return basename(dirname(file)).replace(/,?model=[^,]*/, "");
}

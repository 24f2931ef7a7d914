import type { Table, TableRow } from "../../files/tables/table.ts";
import { type LayoutReader, type Recognized, ShapedRow } from "./known-table.ts";
import {
  firstFilled,
  hasColumnsLike,
  InputFields,
  isRewardLike,
  type NamedScores,
  namedScores,
  onlyScore,
  SCORES,
  scoreCells,
  surveyRows,
} from "./score-columns.ts";

const PROMPT = "prompt (name and version)";
const MODEL = "model";
const ANSWER = "output";
const LATENCY = "latency (ms)";

/** Exports of Langfuse: observations, and their scores in the same or in further files. */
export const langfuse: LayoutReader = {
  matches: (table) => isObservations(table) || isScores(table),

  async recognize(files, open, told): Promise<Recognized> {
    const byId = new Map<string, Record<string, unknown>>();
    const names = new Set<string>();
    const input = new InputFields("input");
    const scoreFiles = new Set<string>();
    const rewardLike = new Set<string>();
    const promptNames = new Set<string>();
    await surveyRows(files, open, (row, table) => {
      if (isScores(table)) {
        scoreFiles.add(table.file);
        const name = row.cell("name");
        const value = firstFilled(row, ["stringValue", "string_value", "value"]);
        const of = firstFilled(row, ["observationId", "observation_id", "traceId", "trace_id"]);
        if (name === "" || value === undefined || of === undefined) return;
        names.add(name);
        const scores = byId.get(String(of)) ?? {};
        scores[name] = value;
        byId.set(String(of), scores);
        return;
      }
      if (isRewardLike(table)) rewardLike.add(table.file);
      if (!isAnswer(row)) return;
      for (const name of Object.keys(namedScores(row.value("scores")))) names.add(name);
      input.add(row.value("input"));
      promptNames.add(readPrompt(row) ?? "");
    });
    const hasPrompts = promptNames.size > Number(promptNames.has(""));
    const observations = files.filter((file) => !scoreFiles.has(file));
    const reward = onlyScore(observations[0] ?? files[0]!, names, told.reward, rewardLike.size > 0);
    const readScores = (row: TableRow): NamedScores => ({
      ...byId.get(String(firstFilled(row, ["traceId", "trace_id"]))),
      ...namedScores(row.value("scores")),
      ...byId.get(row.cell("id")),
    });
    return {
      layout: {
        name: "Langfuse observations",
        inputs: input.columns(),
        columns: {
          queryId: null,
          template: null,
          ...(hasPrompts && { prompt: PROMPT }),
          ...(reward !== null && { reward }),
          llm: MODEL,
          answer: ANSWER,
          latencyMs: LATENCY,
          goldenAnswer: null,
          error: null,
        },
        leftOut: (row) => (row.cell("level") === "ERROR" ? "failed call" : undefined),
      },
      files: observations,
      addedColumns: [
        ...input.columns(),
        ...[...names].map((name) => `${SCORES}${name}`),
        ...(hasPrompts ? [PROMPT] : []),
        MODEL,
        ANSWER,
        LATENCY,
      ],
      shape(row) {
        if (!isAnswer(row)) return [];
        const seconds = Number(row.cell("latency"));
        return [
          new ShapedRow(row, {
            ...input.cells(row.value("input")),
            ...scoreCells(readScores(row)),
            [PROMPT]: readPrompt(row) ?? "",
            [MODEL]: firstFilled(row, ["providedModelName", "provided_model_name", "model", "modelId"]) ?? "",
            [ANSWER]: row.value("output"),
            [LATENCY]: row.cell("latency") !== "" && seconds >= 0 ? 1000 * seconds : "",
          }),
        ];
      },
    };
  },
};

function isObservations(table: Table): boolean {
  return (
    hasColumnsLike(table, ["traceid", "input", "promptname"]) ||
    (hasColumnsLike(table, ["traceid", "input", "type"]) &&
      table.firstRows.some((row) => row.cell("type") === "GENERATION"))
  );
}

function isScores(table: Table): boolean {
  return hasColumnsLike(table, ["traceid", "name", "value"]) && !hasColumnsLike(table, ["input"]);
}

/** Spans and events around the calls of an LLM are no answers. */
function isAnswer(row: TableRow): boolean {
  const type = row.cell("type");
  return type === "" || type === "GENERATION";
}

function readPrompt(row: TableRow): string | undefined {
  const name = firstFilled(row, ["promptName", "prompt_name"]);
  if (name === undefined) return undefined;
  const version = firstFilled(row, ["promptVersion", "prompt_version"]);
  return version === undefined ? String(name) : `${name} v${version}`;
}

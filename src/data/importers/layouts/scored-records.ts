import type { Table, TableRow } from "../../files/tables/table.ts";
import type { ToldColumns } from "../table-mapping.ts";
import { type LayoutReader, listKeys, type Recognized, readField, ShapedRow } from "./known-table.ts";
import {
  firstFilled,
  hasColumnsLike,
  InputFields,
  isRewardLike,
  namedScores,
  onlyScore,
  SCORES,
  scoreCells,
  surveyRows,
} from "./score-columns.ts";

/** A tool that writes a record an answer, with all its scores inside. */
interface ScoredTool {
  readonly name: string;
  readonly matches: (table: Table) => boolean;
  /** The field with the scores. */
  readonly scores: readonly string[];
  readonly columns: ToldColumns;
  /** Fields that name the prompt, in order of preference; the versions behind them are added. */
  readonly promptFields: readonly (readonly [name: string, ...versions: string[]])[];
  readonly modelFields: readonly string[];
  /** The reward where several scores are there. */
  readonly overall?: string;
}

const PROMPT = "prompt (name and version)";
const MODEL = "model (from metadata)";
const METADATA_PROMPTS = [
  ["metadata.prompt_name", "metadata.prompt_version"],
  ["metadata.prompt.name", "metadata.prompt.version"],
  ["metadata.promptName", "metadata.promptVersion"],
  ["metadata.prompt_id", "metadata.prompt_version"],
  ["metadata.prompt"],
] as const;
const METADATA_MODELS = ["metadata.model", "metadata.model_name", "metadata.llm", "model"];

const TOOLS: readonly ScoredTool[] = [
  {
    name: "Braintrust experiment",
    matches: (table) =>
      hasColumnsLike(table, ["input", "scores"]) &&
      (hasColumnsLike(table, ["experimentid"]) ||
        hasColumnsLike(table, ["datasetrecordid"]) ||
        hasColumnsLike(table, ["expected", "metadata"])),
    scores: ["scores"],
    columns: { answer: "output", goldenAnswer: "expected", error: "error" },
    promptFields: METADATA_PROMPTS,
    modelFields: METADATA_MODELS,
  },
  {
    name: "Phoenix experiment",
    matches: (table) => hasColumnsLike(table, ["exampleid", "input", "annotations"]),
    scores: ["annotations"],
    columns: {
      answer: "output",
      goldenAnswer: "reference_output",
      error: "error",
      latencyMs: "latency_ms",
      repetition: null,
    },
    promptFields: [["prompt_name", "prompt_version"], ["experiment_metadata.prompt"], ...METADATA_PROMPTS],
    modelFields: METADATA_MODELS,
  },
  {
    name: "Opik traces",
    matches: (table) => hasColumnsLike(table, ["input", "feedbackscores"]),
    scores: ["feedback_scores", "feedbackScores"],
    columns: { answer: "output", goldenAnswer: null, error: "error_info" },
    promptFields: METADATA_PROMPTS,
    modelFields: METADATA_MODELS,
  },
  {
    name: "deepeval test run",
    matches: (table) => hasColumnsLike(table, ["input", "actualoutput", "metricsdata"]),
    scores: ["metricsData", "metrics_data"],
    columns: { answer: null, goldenAnswer: null, error: null },
    promptFields: [],
    modelFields: [],
    overall: "success",
  },
];

/** Records with their scores inside: of Braintrust, Phoenix, Opik and deepeval. */
export const scoredRecords: readonly LayoutReader[] = TOOLS.map((tool) => ({
  matches: ({ format, ...table }) => format !== "parquet" && tool.matches({ format, ...table }),

  async recognize(files, open, told): Promise<Recognized> {
    const names = new Set<string>();
    const input = new InputFields("input");
    const settings = new Map<string, unknown>();
    let hasPrompt = false;
    let hasModel = false;
    const rewardLike = new Set<string>();
    await surveyRows(files, open, (row, table) => {
      const { file, context } = table;
      if (isRewardLike(table)) rewardLike.add(file);
      for (const name of Object.keys(readScores(row, tool))) names.add(name);
      input.add(row.value("input"));
      hasPrompt ||= readPrompt(row, tool) !== undefined;
      hasModel ||= firstFilled(row, tool.modelFields) !== undefined;
      // Complete once the file was walked through: settings may stand behind the records.
      if (context !== undefined && !settings.has(file)) settings.set(file, context);
    });
    const settled = new Map(files.map((file) => [file, readField(settings.get(file), "hyperparameters")]));
    const areSettled = [...settled.values()].every((found) => describeSettings(found) !== undefined);
    const overall = tool.overall;
    const reward =
      overall !== undefined && names.size !== 1 && !told.reward
        ? overall
        : onlyScore(files[0]!, names, told.reward, rewardLike.size > 0);
    const models = [...settled.values()].map((found) => readField(found, "model"));
    return {
      layout: {
        name: tool.name,
        inputs: input.columns(),
        columns: {
          queryId: null,
          ...tool.columns,
          ...((hasPrompt || areSettled) && { prompt: PROMPT }),
          ...(reward !== null && { reward }),
          ...((hasModel || models.some((model) => typeof model === "string")) && { llm: MODEL }),
        },
      },
      addedColumns: [
        ...input.columns(),
        ...[...names].map((name) => `${SCORES}${name}`),
        ...(hasPrompt || areSettled ? [PROMPT] : []),
        MODEL,
      ],
      notes:
        reward === overall && names.size > 1
          ? [
              `There are ${names.size} scores (${[...names].sort().join(", ")}); "${overall}", whether all of them pass, is the reward. Choose one by --reward-column.`,
            ]
          : [],
      shape: (row, { file }) => [
        new ShapedRow(row, {
          ...input.cells(row.value("input")),
          ...scoreCells(readScores(row, tool)),
          [PROMPT]: readPrompt(row, tool) ?? describeSettings(settled.get(file)) ?? "",
          [MODEL]: firstFilled(row, tool.modelFields) ?? readField(settled.get(file), "model") ?? "",
        }),
      ],
    };
  },
}));

function readScores(row: TableRow, { scores }: ScoredTool) {
  return namedScores(firstFilled(row, scores));
}

function readPrompt(row: TableRow, { promptFields }: ScoredTool): string | undefined {
  for (const [name, ...versions] of promptFields) {
    const found = row.cell(name).trim();
    if (found === "" || found.startsWith("{")) continue;
    return [
      found,
      ...versions
        .map((version) => row.cell(version).trim())
        .filter((text) => text !== "")
        .map((text) => (/^\d+$/.test(text) ? `v${text}` : text)),
    ].join(" ");
  }
  return undefined;
}

/** Settings of a whole run as `name=value, …`, without the model. */
function describeSettings(settings: unknown): string | undefined {
  const named = listKeys(settings)
    .filter((name) => name !== "model" && readField(settings, name) !== null)
    .sort()
    .map((name) => {
      const value = readField(settings, name);
      return `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
    });
  return named.length === 0 ? undefined : named.join(", ").slice(0, 400);
}

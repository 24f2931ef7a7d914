import { basename, dirname } from "node:path";
import { ConfigError } from "../../../errors.ts";
import type { Table, TableRow } from "../../files/tables/table.ts";
import { simplified } from "../column-names.ts";
import { withoutTime } from "../log-files.ts";
import { looksLikeReward } from "../parse-cells.ts";
import {
  type LayoutReader,
  listKeys,
  type OpenTable,
  type Recognized,
  readField,
  ShapedRow,
} from "./known-table.ts";

const KEYS = ["doc_id", "doc", "resps", "filter"];
const PROMPT = "task (from the file's name)";
const MODEL = "folder's name";
const ANSWER = "answer (first response)";
/** Fields of a document that hold the question, and those that belong to it. */
const QUESTIONS = [
  "question",
  "query",
  "problem",
  "input",
  "goal",
  "prompt",
  "ctx",
  "sentence",
  "instruction",
  "text",
];
const FURTHER = [
  "passage",
  "context",
  "support",
  "article",
  "premise",
  "hypothesis",
  "choices",
  "options",
  "endings",
  "sol1",
  "sol2",
];
/** Metrics in order of preference, of those whose values are rewards. */
const METRICS = ["exact_match", "acc", "em", "pass@1", "acc_norm", "f1"];
/** Filters in order of preference: the one that is least strict about the answer's form. */
const FILTERS = ["flexible-extract", "strict-match", "none"];

/** What all files have in common, found by looking through them. */
interface Survey {
  readonly filters: Set<string>;
  readonly metrics: Set<string>;
  readonly unfit: Set<string>;
  readonly fields: Set<string>;
  hasPromptColumn: boolean;
}

/** Samples of lm-evaluation-harness (`--log_samples`): a row for each filter of an answer, a file for each task. */
export const lmEval: LayoutReader = {
  matches: ({ columns }: Table) => KEYS.every((key) => columns.includes(key)),

  async recognize(files, open, told): Promise<Recognized> {
    const survey = await surveyFiles(files, open);
    const filters = [...survey.filters].sort();
    const isFiltered = told.isFiltered("filter");
    const filter = FILTERS.find((name) => survey.filters.has(name)) ?? filters.at(-1);
    const metrics = [...survey.metrics].filter((name) => !survey.unfit.has(name)).sort();
    const metric = METRICS.find((name) => metrics.includes(name)) ?? metrics[0];
    if (metric === undefined && !told.reward)
      throw new ConfigError(
        `${files[0]}: none of the metrics (${[...survey.metrics].join(", ")}) has values in [0, 1] throughout. Name one by --reward-column, with --reward-scale.`,
      );
    const question = QUESTIONS.find((name) => survey.fields.has(name));
    const inputs =
      question === undefined
        ? ["doc"]
        : [question, ...FURTHER.filter((name) => survey.fields.has(name) && name !== question)].map(
            (name) => `doc.${name}`,
          );
    const models = readModels(files);
    const notes: string[] = [];
    if (filters.length > 1 && !isFiltered)
      notes.push(
        `Each answer was graded by ${filters.length} filters (${filters.join(", ")}); "${filter}" is taken. Choose another by --where 'filter == "${filters.find((name) => name !== filter)}"'.`,
      );
    if (metrics.length > 1 && !told.reward)
      notes.push(
        `There are ${metrics.length} metrics (${metrics.join(", ")}); "${metric}" is the reward. Choose another by --reward-column.`,
      );
    return {
      layout: {
        name: "lm-evaluation-harness samples",
        inputs,
        columns: {
          queryId: null,
          ...(!survey.hasPromptColumn && { prompt: PROMPT }),
          ...(metric !== undefined && { reward: metric }),
          ...(models !== null && { llm: MODEL }),
          answer: ANSWER,
          goldenAnswer: "target",
        },
      },
      addedColumns: [
        ANSWER,
        ...(survey.hasPromptColumn ? [] : [PROMPT]),
        ...(models === null ? [] : [MODEL]),
      ],
      notes,
      shape(row, { file }) {
        if (!isFiltered && filters.length > 1 && row.cell("filter") !== filter) return [];
        return [
          new ShapedRow(row, {
            [PROMPT]: taskOfFile(file),
            [MODEL]: models?.get(file) ?? "",
            [ANSWER]: firstResponse(row),
          }),
        ];
      },
    };
  },
};

/** `samples_<task>_<date>.jsonl` → `<task>`. */
function taskOfFile(file: string): string {
  const name = basename(file).replace(/\.(?:jsonl?|ndjson|gz|zstd?)\b.*$/, "");
  const task = withoutTime(name.replace(/^samples_/, ""));
  return task === "" ? name : task;
}

async function surveyFiles(files: readonly string[], open: OpenTable): Promise<Survey> {
  const survey: Survey = {
    filters: new Set(),
    metrics: new Set(),
    unfit: new Set(),
    fields: new Set(),
    hasPromptColumn: false,
  };
  for (const file of files) {
    const table = await open(file);
    survey.hasPromptColumn ||= table.columns.some((name) =>
      /^prompt(?:id|name|label)?$/.test(simplified(name)),
    );
    try {
      for await (const rows of table.batches) for (const row of rows) surveyRow(row, survey);
    } finally {
      await table.close();
    }
  }
  return survey;
}

function surveyRow(row: TableRow, { filters, metrics, unfit, fields }: Survey): void {
  filters.add(row.cell("filter"));
  for (const name of listKeys(row.value("doc"))) fields.add(name);
  const named = row.value("metrics");
  for (const metric of Array.isArray(named) ? named : METRICS.filter((name) => row.cell(name) !== "")) {
    metrics.add(String(metric));
    if (!looksLikeReward(row.cell(String(metric)))) unfit.add(String(metric));
  }
}

/** The LLM by the folder that the harness names after it (`meta-llama__Llama-3`); null where folders say nothing. */
function readModels(files: readonly string[]): Map<string, string> | null {
  const folders = new Map(files.map((file) => [file, basename(dirname(file))]));
  const isModel = (folder: string): boolean => folder.includes("__");
  return [...folders.values()].every(isModel) ? folders : null;
}

function firstResponse(row: TableRow): unknown {
  const responses = row.value("resps");
  const first = Array.isArray(responses) ? responses[0] : responses;
  return Array.isArray(first) ? readField(first, "0") : first;
}

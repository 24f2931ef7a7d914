import type { TableRow } from "../../files/tables/table.ts";
import { systemMessage } from "../question-text.ts";
import { type LayoutReader, type Recognized, readField, ShapedRow } from "./known-table.ts";
import { surveyRows } from "./score-columns.ts";

const QUESTION = "question (prompt's last message)";
const SYSTEM = "system message";
const PROMPT = "eval's name";
const MODEL = "completion function";
const ANSWER = "sampled";
const REWARD = "correct";

interface Sampling {
  readonly prompt: unknown;
  readonly sampled: unknown;
}

/** Logs of openai/evals: a line with the specification, then events, of which `match` holds the verdict. */
export const openaiEvals: LayoutReader = {
  matches: ({ columns }) => ["sample_id", "type", "data", "event_id"].every((name) => columns.includes(name)),

  async recognize(files, open, told): Promise<Recognized> {
    const samplings = new Map<string, Sampling>();
    const specs = new Map<string, unknown>();
    let haveSystems = true;
    await surveyRows(files, open, (row, { file }) => {
      const spec = row.value("spec");
      if (spec !== undefined) specs.set(file, spec);
      if (row.cell("type") !== "sampling") return;
      const prompt = readField(row.value("data"), "prompt");
      haveSystems &&= systemMessage(prompt) !== undefined;
      samplings.set(toKey(file, row), { prompt, sampled: readField(row.value("data"), "sampled") });
    });
    // Evals that differ in their system message alone are prompts of that wording.
    const evals = new Set([...specs.values()].map((spec) => readField(spec, "eval_name")));
    const hasWordings = haveSystems && samplings.size > 0 && evals.size <= 1 && !told.prompt;
    return {
      layout: {
        name: "openai/evals log",
        inputs: [QUESTION],
        columns: {
          queryId: null,
          ...(hasWordings ? { template: SYSTEM, prompt: null } : { prompt: PROMPT, template: null }),
          reward: REWARD,
          llm: MODEL,
          answer: ANSWER,
          goldenAnswer: null,
          error: null,
        },
      },
      addedColumns: [QUESTION, SYSTEM, PROMPT, MODEL, ANSWER, REWARD],
      shape(row, { file }) {
        const type = row.cell("type");
        const data = row.value("data");
        const verdict =
          type === "match"
            ? readField(data, "correct")
            : (readField(data, "score") ?? readField(data, "choice"));
        if (type !== "match" && (type !== "metrics" || verdict === undefined)) return [];
        const sampling = samplings.get(toKey(file, row));
        const spec = specs.get(file);
        const functions = readField(spec, "completion_fns");
        return [
          new ShapedRow(row, {
            [QUESTION]: sampling?.prompt,
            [SYSTEM]: systemMessage(sampling?.prompt) ?? "",
            [PROMPT]: readField(spec, "eval_name") ?? "",
            [MODEL]: Array.isArray(functions) ? functions[0] : "",
            [ANSWER]: readFirst(sampling?.sampled),
            [REWARD]: verdict,
          }),
        ];
      },
    };
  },
};

function toKey(file: string, row: TableRow): string {
  return `${file}\u0000${row.cell("run_id")}\u0000${row.cell("sample_id")}`;
}

function readFirst(sampled: unknown): unknown {
  return Array.isArray(sampled) ? sampled[0] : sampled;
}

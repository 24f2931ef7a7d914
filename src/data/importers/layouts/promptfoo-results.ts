import type { Table, TableRow } from "../../files/tables/table.ts";
import {
  type LayoutReader,
  listKeys,
  type OpenTable,
  type Recognized,
  readField,
  ShapedRow,
} from "./known-table.ts";
import { questionVariables, usualQuestion } from "./promptfoo-variables.ts";
import { nameVariants, PromptSurvey } from "./promptfoo-variants.ts";

/** Keys that each of promptfoo's results has, of any version that writes JSON. */
const RESULT_KEYS = ["promptIdx", "testIdx", "prompt", "provider", "success"];
const PROMPT = "prompt (label, index, wording)";
const MODEL = "provider (label or id)";
const WORDING = "prompt's wording";

/** promptfoo's results as JSON or JSON Lines, of versions with and without `failureReason`, `vars` and a document. */
export const promptfooResults: LayoutReader = {
  matches({ format, columns }: Table): boolean {
    return (
      (format === "json" || format === "jsonl") &&
      RESULT_KEYS.every((key) => columns.includes(key)) &&
      (columns.includes("vars") || columns.includes("testCase"))
    );
  },

  async recognize(files, open): Promise<Recognized> {
    const survey = new PromptSurvey();
    const variables = new Set<string>();
    let at = "vars";
    for (const file of files) at = await surveyFile(file, open, survey, variables);
    const variants = nameVariants(survey);
    const all = [...variables].sort();
    const inputs = questionVariables(all, survey.shownVariables);
    const question = usualQuestion(inputs);
    const ordered =
      question === undefined ? inputs : [question, ...inputs.filter((name) => name !== question)];
    return {
      layout: {
        name: "promptfoo results",
        columns: {
          queryId: null,
          prompt: PROMPT,
          ...(variants.hasWordings && { template: WORDING }),
          reward: "success",
          llm: MODEL,
          answer: "response.output",
          cost: null,
          latencyMs: "latencyMs",
          error: null,
          finishReason: "response.finishReason",
        },
        inputs: ordered.map((name) => `${at}.${name}`),
        watched: all.filter((name) => !ordered.includes(name)).map((name) => `${at}.${name}`),
        leftOut: whyUngraded,
      },
      addedColumns: [PROMPT, MODEL, ...(variants.hasWordings ? [WORDING] : [])],
      notes: variants.notes,
      shape(row, { file }) {
        const { prompt, llm, wording } = variants.of(file, row);
        return [new ShapedRow(row, { [PROMPT]: prompt, [MODEL]: llm, [WORDING]: wording })];
      },
    };
  },
};

async function surveyFile(
  file: string,
  open: OpenTable,
  survey: PromptSurvey,
  variables: Set<string>,
): Promise<string> {
  const table = await open(file);
  const at = table.firstRows.some((row) => listKeys(row.value("vars")).length > 0) ? "vars" : "testCase.vars";
  survey.takeTemplates(file, table.context);
  try {
    for await (const rows of table.batches)
      for (const row of rows) {
        const values = row.value(at);
        for (const name of listKeys(values)) variables.add(name);
        survey.add(file, row, values);
      }
  } finally {
    await table.close();
  }
  return at;
}

/** Errors, tests without assertions and missing answers are no wrong answers. */
function whyUngraded(row: TableRow): string | undefined {
  const grading = row.value("gradingResult");
  if (row.cell("failureReason").trim() === "2") return "failed call";
  const isGraded = typeof grading === "object" && grading !== null;
  if (row.cell("error") !== "" && !isGraded) return "failed call";
  const reason = readField(grading, "reason");
  const parts = readField(grading, "componentResults");
  if (reason === "No assertions" && !(Array.isArray(parts) && parts.length > 0))
    return "test without assertions";
  const response = row.value("response");
  if (listKeys(response).includes("output") && readField(response, "output") === null)
    return "no answer (null)";
  return undefined;
}

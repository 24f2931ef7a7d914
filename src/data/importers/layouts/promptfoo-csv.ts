import { promptfooStatusColumn } from "../../files/tables/promptfoo-header.ts";
import type { Table } from "../../files/tables/table.ts";
import type { LayoutReader, Recognized } from "./known-table.ts";
import { questionVariables, usualQuestion } from "./promptfoo-variables.ts";

/** promptfoo's CSV: a row a test, its variables first, then what each prompt and provider made of it. */
export const promptfooCsv: LayoutReader = {
  matches: (table) => promptfooPromptColumns(table).length > 0 || promptfooAnswerColumns(table).length > 0,

  async recognize(files, open): Promise<Recognized> {
    const table = await open(files[0]!);
    await table.close();
    const prompts = new Set([...promptfooPromptColumns(table), ...promptfooAnswerColumns(table)]);
    const first = table.columns.findIndex((name) => prompts.has(name));
    const variables = table.columns.slice(0, first).filter((name) => name !== "Description");
    const templates = [...prompts].map((name) => splitPromptfooColumn(name)?.prompt ?? name);
    // Where a label is the template itself, it says which variables it shows.
    const shown = templates.some((label) => label.includes("{{"))
      ? variables.filter((name) => templates.some((label) => mentions(label, name)))
      : [];
    const inputs = questionVariables(variables, new Set(shown));
    const question = usualQuestion(inputs);
    const ordered =
      question === undefined ? inputs : [question, ...inputs.filter((name) => name !== question)];
    return {
      layout: {
        name: "promptfoo CSV",
        columns: NOTHING_ELSE,
        inputs: ordered,
        watched: variables.filter((name) => !ordered.includes(name)),
      },
      notes: [...prompts]
        .filter((name) => / \(\d+\)$/.test(name) && prompts.has(name.replace(/ \(\d+\)$/, "")))
        .map(
          (name) =>
            `Two columns are called "${name.replace(/ \(\d+\)$/, "")}"; the later is kept apart as "${name}". Give prompts, and providers, labels of their own in promptfoo.`,
        ),
    };
  },
};

/** Variables mean nothing but themselves, whatever they are called. */
const NOTHING_ELSE = {
  queryId: null,
  prompt: null,
  template: null,
  reward: null,
  model: null,
  repetition: null,
  answer: null,
  goldenAnswer: null,
  cost: null,
  latencyMs: null,
  split: null,
  propensity: null,
  confidence: null,
  critic: null,
  group: null,
  error: null,
  finishReason: null,
} as const;

function mentions(template: string, variable: string): boolean {
  return (
    template.includes("{{") &&
    new RegExp(`\\{[{%][^}]*\\b${variable.replaceAll(/[^\w]/g, ".")}\\b`, "u").test(template)
  );
}

/** Prompts' columns of promptfoo's CSV, with verdicts in columns of their own; none in any other table. */
export function promptfooPromptColumns({ columns }: Table): string[] {
  const present = new Set(columns);
  return columns.filter((name) => present.has(promptfooStatusColumn(name)));
}

/** Prompts' columns of older promptfoo's CSV, where each answer stands behind its verdict: `[PASS] It is 9.` */
export function promptfooAnswerColumns({ columns, firstRows }: Table): string[] {
  return columns.filter((name) => {
    if (splitPromptfooColumn(name) === null) return false;
    const cells = firstRows.map((row) => row.cell(name)).filter((cell) => cell.trim() !== "");
    return cells.length > 0 && cells.every((cell) => /^\[(?:PASS|FAIL|ERROR)\]/.test(cell));
  });
}

/** The two parts of `[provider] prompt`; null for any other name. */
export function splitPromptfooColumn(name: string): { llm: string; prompt: string } | null {
  const [, llm, prompt] = /^\[(.+?)\] (.+)$/s.exec(name) ?? [];
  return llm === undefined || prompt === undefined ? null : { llm, prompt };
}

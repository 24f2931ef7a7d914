import { ConfigError } from "../../../errors.ts";
import type { Table, TableRow } from "../../files/tables/table.ts";
import { type LayoutReader, listKeys, type Recognized, readField, ShapedRow } from "./known-table.ts";

const QUESTION = "input (last message)";
const SYSTEM = "system message";
const PROMPT = "task and its arguments";
const MODEL = "model of the eval";
const ANSWER = "answer of the LLM";

/** A log of inspect_ai as one JSON document: samples of one task, whose arguments are the prompt. */
export const inspectLog: LayoutReader = {
  matches: ({ context, columns }: Table) =>
    readField(context, "eval", "task") !== undefined &&
    columns.includes("scores") &&
    columns.includes("input"),

  async recognize(files, open, told): Promise<Recognized> {
    const scorers = new Set<string>();
    for (const file of files) {
      const table = await open(file);
      for (const row of table.firstRows) for (const name of listKeys(row.value("scores"))) scorers.add(name);
      await table.close();
    }
    if (!told.reward) checkScorers(files[0]!, [...scorers].sort(), "scores.", ".value");
    return {
      layout: {
        name: "inspect_ai log",
        inputs: [QUESTION, "choices"],
        columns: {
          queryId: null,
          prompt: PROMPT,
          reward: `scores.${[...scorers].sort()[0]}.value`,
          llm: MODEL,
          answer: ANSWER,
          goldenAnswer: "target",
          repetition: null,
          error: null,
          finishReason: "output.stop_reason",
        },
        hasLetters: true,
        leftOut: whyUngraded,
      },
      addedColumns: [QUESTION, PROMPT, MODEL, ANSWER],
      shape: (row, { context }) => [
        new ShapedRow(row, {
          [QUESTION]: row.value("input"),
          [PROMPT]: describeTask(context?.eval),
          [MODEL]: readField(context, "eval", "model") ?? "",
          [ANSWER]: readField(row.value("output"), "completion"),
        }),
      ],
    };
  },
};

/** inspect_ai's samples as a data frame wrote them: a row a sample, `score_<scorer>` its verdicts. */
export const inspectFrame: LayoutReader = {
  matches: ({ columns }: Table) =>
    ["sample_id", "eval_id", "epoch", "input"].every((name) => columns.includes(name)) &&
    columns.some((name) => name.startsWith("score_")),

  async recognize(files, open, told): Promise<Recognized> {
    const table = await open(files[0]!);
    const scorers = table.columns.filter((name) => name.startsWith("score_"));
    const taskArguments = table.columns.filter((name) => name.startsWith("task_arg_"));
    const evals = new Set<string>();
    const columns = new Set(table.columns);
    for await (const rows of table.batches) for (const row of rows) evals.add(row.cell("eval_id"));
    if (!told.reward) checkScorers(files[0]!, scorers, "", "");
    if (!told.prompt && taskArguments.length === 0)
      throw new ConfigError(
        `${files[0]}: these are samples of ${evals.size} evals of inspect_ai, and no column says with which prompt (it stands in each eval's task_args). Where each eval is one prompt, say --prompt-column eval_id; else name another column, or --set prompt=NAME where all are of one. The columns are ${table.columns.map((name) => `"${name}"`).join(", ")}.`,
        { file: files[0]! },
      );
    return {
      layout: {
        name: "inspect_ai samples",
        inputs: [QUESTION],
        columns: {
          queryId: null,
          prompt: taskArguments.join(",") || null,
          reward: scorers[0] ?? null,
          goldenAnswer: columns.has("target") ? "target" : null,
          repetition: null,
          error: null,
        },
        hasLetters: true,
        leftOut: whyUngraded,
      },
      addedColumns: [QUESTION, SYSTEM],
      shape(row) {
        const { user, system } = splitTurns(row.cell("input"));
        return [new ShapedRow(row, { [QUESTION]: user, [SYSTEM]: system })];
      },
    };
  },
};

/** A sample that failed or ran into a limit was not graded. */
function whyUngraded(row: TableRow): string | undefined {
  if (row.cell("error").trim() !== "") return "failed call";
  const limit = row.value("limit");
  if (limit !== null && row.cell("limit").trim() !== "") return `cut by a limit (${limitName(limit)})`;
  return undefined;
}

function limitName(limit: unknown): string {
  const type = readField(limit, "type");
  return typeof type === "string" ? type : String(limit);
}

function checkScorers(file: string, scorers: readonly string[], before: string, behind: string): void {
  if (scorers.length === 1) return;
  const names = scorers.map((name) => `${before}${name}${behind}`);
  throw new ConfigError(
    scorers.length === 0
      ? `${file}: no sample has a score. Name the reward's column by --reward-column.`
      : `${file}: there are ${scorers.length} scorers. Say which gives the reward: --reward-column ${names[0]} (or ${names.slice(1).join(", ")}).`,
    { file },
  );
}

/** `task(arg=value, …)`, with the solver where one is named. */
function describeTask(header: unknown): string {
  const task = String(readField(header, "task") ?? "task");
  const settings = readField(header, "task_args");
  const named = listKeys(settings)
    .sort()
    .map((name) => `${name}=${shown(readField(settings, name))}`);
  const solver = readField(header, "solver");
  if (typeof solver === "string" && solver !== "") named.push(`solver=${solver}`);
  return named.length === 0 ? task : `${task}(${named.join(", ")})`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A chat as the data frame prints it: `user:\n…`, one turn behind the other. */
function splitTurns(text: string): { user: string; system: string } {
  const turns = [
    ...text.matchAll(
      /^(system|user|assistant|tool):\n([\s\S]*?)(?=^(?:system|user|assistant|tool):\n|(?![\s\S]))/gm,
    ),
  ];
  const last = turns.findLastIndex(([, role]) => role === "user");
  if (last < 0) return { user: text.trim(), system: "" };
  const before = turns.slice(0, last).filter(([, role]) => role !== "system");
  const system = turns.filter(([, role]) => role === "system").map(([, , body]) => body!.trim());
  return {
    user: [turns[last]![2]!.trim(), ...before.map(([, role, body]) => `${role}: ${body!.trim()}`)].join("\n"),
    system: system.join("\n"),
  };
}

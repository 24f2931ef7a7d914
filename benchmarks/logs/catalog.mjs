import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";

const project = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Tables in `DATA/logs`, then the demo's log and the released ones. */
const TABLES = ["metaprompt", "bbh", "mirage-gpt4", "alpaca-systems12"];
const RELEASED = ["mawps", "gsm8k"];
export const LOG_NAMES = [...TABLES, "demo", ...RELEASED];

/**
 * What is measured: how `oirl import` reads it, and the task of each question, which only "task known" may see.
 * @param data folder with `logs`, `prompt-oirl` and the question texts
 * @param names of `LOG_NAMES`
 * @param tables further tables, by path
 * @returns `{ name, importArguments, tasks }`: `tasks(manifest)` of the imported run gives a function from a query to its
 *   task, or null where the log has no tasks
 */
export function catalog(data, names, tables) {
  const logs = [...names.map((name) => knownLog(name, data)), ...tables.map((file) => tableLog(file))];
  const twice = logs.find(({ name }, index) => logs.findIndex((other) => other.name === name) < index);
  if (twice !== undefined)
    throw new Error(`there are two logs "${twice.name}": name one of the tables otherwise`);
  return logs;
}

function knownLog(name, data) {
  if (name === "demo")
    return {
      name,
      importArguments: [
        "jsonl",
        project("demo/answers.jsonl"),
        ...["--queries", project("demo/questions.jsonl"), "--prompts", project("demo/prompts.yaml")],
      ],
      // demo/README.md: the id names the kind ("capital-15").
      tasks: () => (query) => query.id.replace(/-\d+$/u, ""),
    };
  if (RELEASED.includes(name))
    return {
      name,
      importArguments: ["prompt-oirl", join(data, "prompt-oirl"), "--task", name, "--texts", data],
      tasks: () => null,
    };
  if (TABLES.includes(name)) return tableLog(join(data, "logs", `${name}.csv`));
  throw new Error(
    `there is no log "${name}": expected one of ${LOG_NAMES.join(", ")}, or the path of a table`,
  );
}

function tableLog(file) {
  if (!existsSync(file)) throw new Error(`${file} does not exist: give --data, or the path of a table`);
  return {
    name: basename(file, extname(file)),
    importArguments: ["table", file],
    tasks: (manifest) => tasksOfTable(file, manifest.source.options.columns?.query),
  };
}

/** The `task` column of a CSV, by the question's text; the product is never told of it. */
function tasksOfTable(file, queryColumn) {
  if (extname(file) !== ".csv" || queryColumn === undefined) return null;
  const rows = parse(readFileSync(file), { columns: true, bom: true, relax_column_count: true });
  if (rows[0]?.task === undefined) return null;
  const taskOfText = new Map(rows.map((row) => [row[queryColumn].trim(), row.task]));
  return (query) => taskOfText.get(query.text.trim()) ?? "";
}

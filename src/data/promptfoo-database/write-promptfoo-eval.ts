import { open, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { DataError, PromptOirlError, UsageError } from "../../errors.ts";
import { systemErrorCode, toIoError } from "../files/to-io-error.ts";
import { openSqlite, type ReadDatabase } from "./open-sqlite.ts";

/** How many evaluations are listed to choose from. */
const MAX_LISTED = 10;
/** Columns of JSON in `eval_results`, and what promptfoo calls them in its own files. */
const JSON_COLUMNS = {
  test_case: "testCase",
  prompt: "prompt",
  provider: "provider",
  response: "response",
  grading_result: "gradingResult",
  named_scores: "namedScores",
  metadata: "metadata",
} as const;

/** promptfoo's own database, where it keeps every evaluation: in `PROMPTFOO_CONFIG_DIR`, else in `~/.promptfoo`. */
function promptfooDatabase(): string {
  return join(process.env.PROMPTFOO_CONFIG_DIR ?? join(homedir(), ".promptfoo"), "promptfoo.db");
}

/**
 * Writes an evaluation of promptfoo's database as the results file that promptfoo itself would write. The database is only
 * read.
 * @param wanted an evaluation's id, or `latest`
 * @param folder where the file goes, called by the evaluation's id
 * @returns the file's path and the id
 * @throws UsageError where there is no such evaluation: it lists the last ones
 * @throws DataError where there is no database, or it cannot be read
 */
export async function writePromptfooEval(
  wanted: string,
  folder: string,
): Promise<{ readonly file: string; readonly id: string }> {
  const path = promptfooDatabase();
  await stat(path).catch((error: unknown) => {
    throw toIoError(error, path, "read");
  });
  let database: ReadDatabase | undefined;
  try {
    database = await openSqlite(path);
    const evaluation = findEvaluation(database, wanted, path);
    const id = String(evaluation.id);
    const file = join(folder, `promptfoo-${id.replaceAll(/[^\w.-]+/g, "_")}.json`);
    await writeResults(database, evaluation, file);
    return { file, id };
  } catch (error) {
    if (error instanceof PromptOirlError || systemErrorCode(error) !== undefined) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `promptfoo's database cannot be read: ${message}. Write the evaluation to a file: promptfoo export eval ${wanted} -o results.json`,
      { file: path },
      error,
    );
  } finally {
    await database?.close();
  }
}

function findEvaluation(
  database: ReadDatabase,
  wanted: string,
  path: string,
): Readonly<Record<string, unknown>> {
  const columns = "SELECT id, created_at, description, prompts FROM evals";
  const newest = "ORDER BY created_at DESC, id DESC";
  const [found] =
    wanted === "latest"
      ? database.rows(`${columns} ${newest} LIMIT 1`)
      : database.rows(`${columns} WHERE id = ?`, [wanted]);
  if (found !== undefined) return found;
  const listed = [...database.rows(`${columns} ${newest} LIMIT ${MAX_LISTED}`)].map(
    ({ id, created_at, description }) =>
      `  ${id}  ${parseTime(created_at)}${description === null || description === "" ? "" : `  ${description}`}`,
  );
  throw new UsageError(
    listed.length === 0
      ? `${path} holds no evaluation.`
      : `${wanted === "list" ? "Say which evaluation" : `promptfoo's database has no evaluation "${wanted}"`}: --promptfoo latest, or an id. The last ones are\n${listed.join("\n")}`,
  );
}

function parseTime(created: unknown): string {
  const time = new Date(
    typeof created === "number" || typeof created === "bigint" ? Number(created) : String(created),
  );
  return Number.isNaN(time.getTime()) ? "" : time.toISOString().slice(0, 16).replace("T", " ");
}

async function writeResults(
  database: ReadDatabase,
  { id, prompts }: Readonly<Record<string, unknown>>,
  file: string,
): Promise<void> {
  const handle = await open(file, "wx");
  let rows = 0;
  try {
    const head = { evalId: id, results: { version: 3, prompts: parsed(prompts) ?? [], results: [] } };
    await handle.write(JSON.stringify(head).replace(/\]\}\}$/, ""));
    for (const row of database.rows(
      "SELECT * FROM eval_results WHERE eval_id = ? ORDER BY test_idx, prompt_idx, id",
      [String(id)],
    ))
      await handle.write(`${rows++ === 0 ? "\n" : ",\n"}${JSON.stringify(toResult(row))}`);
    await handle.write("\n]}}\n");
  } finally {
    await handle.close();
  }
  if (rows === 0)
    throw new DataError(
      `The evaluation "${id}" has no results in the database: it was made by an old promptfoo, or has not ended. Write it to a file: promptfoo export eval ${id} -o results.json`,
      { file: promptfooDatabase() },
    );
}

/** A result as promptfoo's files have it. */
function toResult(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.fromEntries(
    Object.entries(JSON_COLUMNS).map(([column, name]) => [name, parsed(row[column])]),
  );
  const testCase = fields.testCase as { vars?: unknown } | null;
  return {
    id: row.id,
    promptIdx: Number(row.prompt_idx),
    testIdx: Number(row.test_idx),
    promptId: row.prompt_id,
    ...fields,
    vars: testCase?.vars ?? {},
    latencyMs: row.latency_ms === null ? null : Number(row.latency_ms),
    cost: row.cost,
    error: row.error,
    failureReason: Number(row.failure_reason ?? 0),
    success: Number(row.success) === 1,
    score: row.score,
  };
}

function parsed(json: unknown): unknown {
  return typeof json === "string" ? JSON.parse(json) : null;
}

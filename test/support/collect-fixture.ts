import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CollectOptions,
  type CollectSummary,
  collect,
  createChatModel,
  PRESETS,
} from "../../src/llm/index.ts";
import type { Interaction, Prompt, Query } from "../../src/types/index.ts";

/** Additions with their answers: `q-0` … */
export function additions(count: number): Query[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `q-${index}`,
    text: `How much is ${index} + ${index % 7}?`,
    answer: String(index + (index % 7)),
  }));
}

/** Prompts `p-0` … that leave the question as it is. */
export function somePrompts(count: number): Prompt[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p-${index}`,
    template: `Way ${index}: {{query}}`,
    split: "training",
  }));
}

/** What is sent for a question and a prompt, by their ids; the prompts have no more than a template around it. */
export function indexContents(
  queries: readonly Query[],
  prompts: readonly Prompt[],
): (queryId: string, promptId: string) => string {
  const texts = new Map(queries.map(({ id, text }) => [id, text]));
  const templates = new Map(prompts.map(({ id, template }) => [id, template]));
  return (queryId, promptId) => templates.get(promptId)!.replace("{{query}}", texts.get(queryId)!);
}

/** A folder of its own for runs. */
export async function scratchFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "oirl-collect-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Collects with short pauses; 10 additions, 2 prompts unless told otherwise. */
export async function collectFrom(
  baseUrl: string,
  run: string,
  options: Partial<CollectOptions> = {},
): Promise<CollectSummary> {
  return collect({
    run,
    llm: await createChatModel({ model: "scripted", baseUrl, environment: {} }),
    queries: additions(10),
    prompts: somePrompts(2),
    settings: PRESETS.plain,
    firstRetryDelayMs: 2,
    timeoutMs: 5000,
    ...options,
  });
}

/** Lines of a JSON Lines file. */
export async function readLines<Line = Record<string, unknown>>(path: string): Promise<Line[]> {
  const text = await readFile(path, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** Whole lines of a JSON Lines file that somebody may still be writing; none where it is missing. */
export async function readWholeLines<Line = Record<string, string>>(path: string): Promise<Line[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** Writes questions and prompts as the command line takes them. */
export async function writeInputs(
  folder: string,
  name: string,
  queries: readonly Query[],
  prompts: readonly Prompt[],
): Promise<readonly ["--queries", string, "--prompts", string]> {
  const toLines = (records: readonly object[]): string =>
    records.map((record) => JSON.stringify(record)).join("\n");
  const queriesFile = join(folder, `${name}-queries.jsonl`);
  const promptsFile = join(folder, `${name}-prompts.jsonl`);
  await writeFile(queriesFile, toLines(queries));
  await writeFile(promptsFile, toLines(prompts));
  return ["--queries", queriesFile, "--prompts", promptsFile];
}

/** A run's interactions. */
export function readInteractions(run: string): Promise<Interaction[]> {
  return readLines<Interaction>(join(run, "interactions.jsonl"));
}

/** A run's journal. */
export function readJournalLines(run: string): Promise<Record<string, unknown>[]> {
  return readLines(join(run, "collect", "journal.jsonl"));
}

/** Makes it look as if the process had been killed before a journal's last answer, and the line made of it, were kept. */
export async function loseLastAnswer(journalFile: string, linesFile: string): Promise<void> {
  const records = await readLines(journalFile);
  const last = records.findLastIndex(({ type }) => type === "answered");
  const { query, prompt, repetition } = records[last]!;
  const lines = (await readLines(linesFile)).filter(
    (line) => line.queryId !== query || line.promptId !== prompt || line.repetition !== repetition,
  );
  const findText = (values: readonly object[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await writeFile(journalFile, findText(records.toSpliced(last, 1)));
  await writeFile(linesFile, findText(lines));
}

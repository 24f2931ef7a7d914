import { DataError } from "../../errors.ts";
import type { CandidateKind, Prompt, Query, RewardLog, WorkOptions } from "../../types/index.ts";
import { type JsonLinesOptions, readJsonLines } from "../files/json-lines.ts";
import { compareNaturally } from "../files/natural-order.ts";
import { readCriticVerdicts } from "./critic-verdicts.ts";
import { logCandidates } from "./log-candidates.ts";
import { LogColumns } from "./log-columns.ts";
import { interactionSchema, parseRecord, promptSchema, querySchema } from "./record-schemas.ts";
import { RUN_FILES, type RunDirectory } from "./run-directory.ts";
import { MANIFEST_FILE } from "./run-manifest.ts";

/**
 * The importer of logs whose order says something: their embeddings come in files with a row for each prompt, and the
 * reference fits on the first four fifths of their rows.
 */
const IN_ORDER = "prompt-oirl";

/** How a log is read. */
export interface ReadRewardLogOptions extends WorkOptions {
  /** Which LLM's interactions, where the log holds several and prompts are chosen. */
  readonly llm?: string | undefined;
  /**
   * What is chosen: prompts on one LLM, LLMs under one prompt, or both.
   * @default prompts where the log is of one LLM or `llm` names one, LLMs where it has one prompt, else both
   */
  readonly choose?: CandidateKind | undefined;
  /** Told about a torn last line, which is dropped. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Reads a run's log into columns, ordered by the ids of questions and prompts and by repetition: the order of the files'
 * lines does not matter. Of the released logs the order is that of the release, interactions included.
 * @throws DataError with file and line for a malformed or unknown record, a reward outside [0, 1], or the same
 * question, prompt, LLM and repetition twice; and where a file holds fewer records than `run.json` counts (more is
 * well: a log that is being collected is counted when the collecting pauses)
 * @throws UsageError naming the LLMs where the log holds several, prompts are to be chosen and `llm` is not given; where
 * it does not hold `llm`, or `llm` is given and LLMs are to be chosen
 */
export async function readRewardLog(
  run: RunDirectory,
  options: ReadRewardLogOptions = {},
): Promise<RewardLog> {
  const lineOptions: JsonLinesOptions = { ...options, stage: "read log", tornLastLine: "drop" };
  const queries: Query[] = [];
  const queryIndices = await readIdentified(run.file(RUN_FILES.queries), lineOptions, (value, file, line) => {
    const query = parseRecord(querySchema, value, "query", { file, line });
    queries.push(query);
    return query.id;
  });
  const prompts: Prompt[] = [];
  const promptIndices = await readIdentified(
    run.file(RUN_FILES.prompts),
    lineOptions,
    (value, file, line) => {
      const prompt = parseRecord(promptSchema, value, "prompt", { file, line });
      prompts.push(prompt);
      return prompt.id;
    },
  );

  const inFiles = {
    queries: queries.map(({ text }) => text),
    prompts: prompts.map(({ template }) => template),
  };
  const isInOrder = run.manifest.source.kind === IN_ORDER;
  if (!isInOrder) {
    sortById(queries, queryIndices);
    sortById(prompts, promptIndices);
  }
  const { counts } = run.manifest;
  checkWhole(run.file(RUN_FILES.queries), "questions", queries.length, counts.uniqueQueries);
  checkWhole(run.file(RUN_FILES.prompts), "prompts", prompts.length, counts.prompts);

  const columns = new LogColumns();
  const llms = new Map<string, number>();
  const file = run.file(RUN_FILES.interactions);
  for await (const { line, value } of readJsonLines(file, lineOptions)) {
    const interaction = parseRecord(interactionSchema, value, "interaction", { file, line });
    const query = queryIndices.get(interaction.queryId);
    if (query === undefined) throw unknownId("query", interaction.queryId, RUN_FILES.queries, file, line);
    const prompt = promptIndices.get(interaction.promptId);
    if (prompt === undefined) throw unknownId("prompt", interaction.promptId, RUN_FILES.prompts, file, line);
    const llm = llms.get(interaction.llm) ?? llms.size;
    llms.set(interaction.llm, llm);
    columns.push(query, prompt, llm, interaction, line);
  }
  checkWhole(file, "interactions", columns.length, counts.interactions);
  const { candidates, choose, candidateOf, llm } = logCandidates(
    { prompts, llms: [...llms.keys()], answers: columns.answers() },
    options,
  );
  columns.chooseAmong(candidateOf);
  const sorted = columns.sortedOrder(queries, candidates, file);
  const order = isInOrder ? sorted.slice().sort() : sorted;
  for (const [name, number] of llms) {
    const findColumn = (promptId: string): number => candidateOf(promptIndices.get(promptId) ?? -1, number);
    await columns.takeVerdicts(readCriticVerdicts(run, name, lineOptions), queryIndices, findColumn);
  }
  return { queries, prompts: candidates, choose, inFiles, llm, ...columns.finish(order) };
}

/** Puts records, and where each id stands, in order of their ids. */
function sortById(records: { readonly id: string }[], indices: Map<string, number>): void {
  records.sort(({ id: one }, { id: other }) => compareNaturally(one, other));
  for (const [index, { id }] of records.entries()) indices.set(id, index);
}

/** Reads records with ids; the map leads from id to position. */
async function readIdentified(
  file: string,
  options: JsonLinesOptions,
  accept: (value: unknown, file: string, line: number) => string,
): Promise<Map<string, number>> {
  const indices = new Map<string, number>();
  for await (const { line, value } of readJsonLines(file, options)) {
    const id = accept(value, file, line);
    if (indices.has(id))
      throw new DataError(`The id "${id}" stands already on an earlier line.`, { file, line });
    indices.set(id, indices.size);
  }
  return indices;
}

/** A file that was cut at a line's end looks like a smaller log; only the manifest knows better. */
function checkWhole(file: string, what: string, found: number, counted: number): void {
  if (found >= counted) return;
  throw new DataError(
    `The file holds ${found} whole ${what}, but ${MANIFEST_FILE} counts ${counted}: ${counted - found} are missing, so it was cut. ` +
      "Restore it from a copy, or import the log again with --force.",
    { file, found, counted },
  );
}

function unknownId(what: string, id: string, listed: string, file: string, line: number): DataError {
  return new DataError(`The ${what} "${id}" is not in ${listed}.`, { file, line });
}

import { mkdtemp, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError, DataError } from "../../errors.ts";
import type { Interaction, Prompt, Query, WorkOptions } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { pathExists } from "../files/path-exists.ts";
import { toIoError } from "../files/to-io-error.ts";
import { createRunDirectory, type RunDirectoryWriter } from "../run/create-run-directory.ts";
import { interactionSchema, parseRecord, promptSchema, querySchema } from "../run/record-schemas.ts";
import { openRunDirectory, RUN_FILES, type RunDirectory } from "../run/run-directory.ts";
import type { ImportSummary } from "../run/run-manifest.ts";
import { CompactIndex, textKey } from "./compact-index.ts";
import { importTable } from "./import-table.ts";
import type { ImportTableOptions } from "./import-table-options.ts";
import { LogRecorder } from "./log-recorder.ts";
import type { TableConfig } from "./table-config.ts";

/** What `appendTable` needs; what is not said of the table is as it was when the run was imported. */
export interface AppendTableOptions
  extends Omit<ImportTableOptions, "out" | "force" | "dryRun">,
    WorkOptions {
  /** The run to add to. */
  readonly run: string;
}

/** What was added to a run; the counts are of the whole run. */
export interface AppendSummary extends ImportSummary {
  readonly added: number;
  /** Answers of the file that the run had already. */
  readonly known: number;
}

/**
 * Adds to an imported run what a file has more: files that grow may be given again and again. The run is afterwards as if
 * all had been imported at once; models and results of before are gone, as they are of another log.
 * @throws ConfigError where the run was not imported from a table, or has verdicts that were paid for
 * @throws DataError where the file contradicts the run: another text or golden answer of a question, another wording of a
 * prompt, another outcome of the same numbered repeat; the run is then as it was
 */
export async function appendTable(options: AppendTableOptions): Promise<AppendSummary> {
  const { run: path, ...told } = options;
  const run = await openRunDirectory(path);
  await checkAppendable(run, path);
  const folder = await makeFolderBeside(run.path);
  try {
    const remembered = (run.manifest.source.options.told ?? {}) as TableConfig;
    const columns = { ...remembered.columns, ...told.columns };
    await importTable({ ...remembered, ...told, columns, out: join(folder, "more") });
    return await merge(run, await openRunDirectory(join(folder, "more")), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkAppendable(run: RunDirectory, path: string): Promise<void> {
  const { kind } = run.manifest.source;
  if (kind !== "table")
    throw new ConfigError(
      `${path} was not imported from a table (its source is "${kind}"). Collected runs grow by oirl collect; import others anew with all files.`,
    );
  if (await pathExists(run.file("critic")))
    throw new ConfigError(
      `${path} has verdicts that an LLM was asked for (critic/), and they belong to the answers as they are numbered now. Import the whole log into another folder.`,
    );
}

async function makeFolderBeside(directory: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(directory), `.${basename(directory)}.append-`));
  } catch (error) {
    throw toIoError(error, directory, "write");
  }
}

async function merge(
  run: RunDirectory,
  more: RunDirectory,
  options: AppendTableOptions,
): Promise<AppendSummary> {
  const writer = await createRunDirectory(run.path, { force: true });
  try {
    const { recorder, added, known } = await mergeRecords(run, more, writer);
    const { source, mapping, ...manifest } = run.manifest;
    const { files } = more.manifest.source;
    const note = `${added} answers were added from ${files.map(({ name }) => name).join(", ")}.`;
    const counts = {
      ...recorder.summary,
      skipped: manifest.counts.skipped + more.manifest.counts.skipped,
    };
    if (added > 0 && options.signal?.aborted !== true)
      await writer.commit({
        task: manifest.task,
        ...(manifest.simulated === true && { simulated: true }),
        source: {
          ...source,
          files: [...source.files, ...files],
          key: contentHash(source.key ?? "", ...files.map(({ sha256 }) => sha256)),
        },
        counts,
        llms: recorder.llms,
        ...(mapping !== undefined && { mapping: { ...mapping, notes: [...mapping.notes, note] } }),
      });
    return {
      ...(added > 0 ? counts : manifest.counts),
      added,
      known,
      ...(more.manifest.mapping !== undefined && { mapping: more.manifest.mapping }),
    };
  } finally {
    await writer.discard();
  }
}

async function mergeRecords(
  run: RunDirectory,
  more: RunDirectory,
  writer: RunDirectoryWriter,
): Promise<{ recorder: LogRecorder; added: number; known: number }> {
  const recorder = new LogRecorder(writer);
  const isCounted = [run, more].every(({ manifest }) => manifest.mapping?.repeats === "counted");
  const answers = new AnswerIndex(isCounted);
  for (const part of [run, more]) {
    for await (const { line, value } of readJsonLines(part.file(RUN_FILES.queries))) {
      const place = { file: part.file(RUN_FILES.queries), line };
      recorder.query(parseRecord(querySchema, value, "query", place) as Query, {
        file: nameAnswer(part),
        line,
      });
      await recorder.drain();
    }
    for await (const { line, value } of readJsonLines(part.file(RUN_FILES.prompts))) {
      const place = { file: part.file(RUN_FILES.prompts), line };
      recorder.prompt(parseRecord(promptSchema, value, "prompt", place) as Prompt, {
        file: nameAnswer(part),
      });
    }
  }
  if (recorder.contradictedAnswers > 0)
    throw new DataError(
      `${recorder.contradictedAnswers} questions have another golden answer than in the run. Nothing was added; import the whole log anew where the new ones are right.`,
      { file: nameAnswer(more) },
    );
  let added = 0;
  let known = 0;
  for (const part of [run, more]) {
    const file = part.file(RUN_FILES.interactions);
    for await (const { line, value } of readJsonLines(file)) {
      const answer = parseRecord(interactionSchema, value, "interaction", { file, line });
      if (part === run) answers.add(answer);
      else if (answers.has(answer, nameAnswer(more))) {
        known++;
        continue;
      } else added++;
      const { queryId, promptId, repetition, ...outcome } = answer;
      recorder.interaction(
        recorder.query({ id: queryId }, { file, line }),
        recorder.prompt({ id: promptId }, { file, line }),
        isCounted ? outcome : { ...outcome, repetition },
        { file, line },
      );
      await recorder.drain();
    }
  }
  await recorder.settleRepetitions();
  return { recorder, added, known };
}

/** Which answers a run has: by what they hold where repeats are counted, else by their numbers. */
class AnswerIndex {
  private readonly counts = new CompactIndex();
  /** Part of the hashes of what stands under a number. */
  private readonly contents = new Map<string, number>();

  constructor(private readonly isCounted: boolean) {}

  add(answer: Interaction): void {
    if (!this.isCounted) {
      this.contents.set(parseNumber(answer), hashContent(answer)[0]);
      return;
    }
    const key = hashContent(answer);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /**
   * Whether the run has an answer of the file; each of the run's stands for one of the file's.
   * @throws DataError where the same number stands for another outcome
   */
  has(answer: Interaction, file: string): boolean {
    if (this.isCounted) {
      const key = hashContent(answer);
      const left = this.counts.get(key) ?? 0;
      if (left > 0) this.counts.set(key, left - 1);
      return left > 0;
    }
    const before = this.contents.get(parseNumber(answer));
    if (before === undefined) return false;
    if (before === hashContent(answer)[0]) return true;
    throw new DataError(
      `Question "${answer.queryId}", prompt "${answer.promptId}", repetition ${answer.repetition} of "${answer.llm}" has another outcome than in the run. Nothing was added; number it anew if it is another repeat.`,
      { file },
    );
  }
}

function hashContent(answer: Interaction): readonly [number, number] {
  return textKey(JSON.stringify({ ...answer, repetition: 0 }));
}

function parseNumber({ queryId, promptId, llm, repetition }: Interaction): string {
  return [queryId, promptId, llm, repetition].join("\u0000");
}

/** The user's own file, for messages. */
function nameAnswer({ manifest, path }: RunDirectory): string {
  return manifest.source.files.at(-1)?.name ?? resolve(path);
}

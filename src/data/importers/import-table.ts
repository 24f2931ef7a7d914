import type { JsonValue, Prompt } from "../../types/index.ts";
import { createGrader, type Grader } from "../grading/index.ts";
import { readPromptsFile } from "../run/read-prompts-file.ts";
import type { ImportSummary, RunDescription } from "../run/run-manifest.ts";
import { describeTableMapping } from "./describe-table-mapping.ts";
import { fingerprintFile, importIntoRun } from "./import-into-run.ts";
import type { ImportTableOptions } from "./import-table-options.ts";
import { listLogFiles, namesOfFiles } from "./log-files.ts";
import { LogFindings } from "./log-findings.ts";
import { LogRecorder } from "./log-recorder.ts";
import { type OpenedLog, openLog } from "./open-log.ts";
import { reviseMapping } from "./revise-mapping.ts";
import { RewardReader } from "./reward-reader.ts";
import { type FileConstants, RowImporter, type RowTools } from "./row-importer.ts";
import { type MappingRevision, NO_REVISION, type TableMapping } from "./table-mapping.ts";
import { taskName } from "./task-name.ts";
import { toldOptions } from "./told-options.ts";

const RENDERED_ADVICE =
  "Map the column with the wording alone by --template-column, or the prompt's id by --prompt-column.";
/** A log is read again where it contradicts a guess; each time a guess fewer is left. */
const MAX_READINGS = 8;

/**
 * Imports a table as a run directory; rows are streamed, none is kept. What was taken for what stands in the summary's
 * `mapping`. Where the log as a whole contradicts a guess, it is read again without it.
 * @throws ConfigError where the columns' meaning cannot be settled: it names the flag that settles it
 * @throws DataError with file and line for a malformed row, a reward outside its scale, or a repetition given twice; and
 * where nearly every prompt was tried on one question only
 * @throws ExistsError where a run is there and `force` is not set
 */
export async function importTable(options: ImportTableOptions): Promise<ImportSummary> {
  const files = await listLogFiles(options.file);
  const listed = options.promptsFile === undefined ? undefined : await readPromptsFile(options.promptsFile);
  const grader = await createGrader(options);
  // The same is said once, however often the log is read.
  const warnings = new Set<string>();
  const quiet = { ...options, onWarning: (message: string) => void warnings.add(message) };
  try {
    const log = await openLog(files, quiet);
    let revision: MappingRevision = NO_REVISION;
    for (let reading = 1; ; reading++) {
      const found = await readOnce(
        new TableReading(log, quiet, revision, grader, listed),
        quiet,
        reading < MAX_READINGS,
      );
      if ("summary" in found) return found.summary;
      revision = found.revision;
    }
  } finally {
    for (const warning of warnings) options.onWarning?.(warning);
  }
}

/** Reads the log into a run, or, where it contradicts a guess, leaves no run and says what to read it again with. */
async function readOnce(
  reading: TableReading,
  options: ImportTableOptions & { onWarning: (message: string) => void },
  mayRevise: boolean,
): Promise<{ summary: ImportSummary } | { revision: MappingRevision }> {
  let revision: MappingRevision | null = null;
  try {
    const summary = await importIntoRun(options, async (writer) => {
      await reading.readAll(new LogRecorder(writer));
      revision = reading.revised(options.onWarning);
      if (revision !== null && mayRevise) throw new ReadAgain();
      return reading.finish();
    });
    return { summary };
  } catch (error) {
    if (error instanceof ReadAgain && revision !== null) return { revision };
    throw error;
  }
}

/** The log contradicts a guess; what was written is thrown away. */
class ReadAgain extends Error {}

/** One walk through all files. */
class TableReading {
  private mapping!: TableMapping;
  private findings!: LogFindings;
  private recorder!: LogRecorder;
  private rewards!: RewardReader;

  constructor(
    private readonly log: OpenedLog,
    private readonly options: ImportTableOptions,
    private readonly revision: MappingRevision,
    private readonly grader: Grader,
    private readonly listed: readonly Prompt[] | undefined,
  ) {}

  async readAll(recorder: LogRecorder): Promise<void> {
    const { log, options } = this;
    this.recorder = recorder;
    this.mapping = log.map(this.revision);
    this.findings = new LogFindings(
      log.watchedColumns(this.mapping),
      this.mapping.guessedInputs,
      log.promptCompanions(this.mapping),
    );
    this.rewards = new RewardReader(options, log.firstRewards(this.mapping), this.mapping.known?.hasLetters);
    const names = namesOfFiles(log.files);
    const tools: RowTools = {
      recorder,
      findings: this.findings,
      rewards: this.rewards,
      grader: this.grader,
      listed: this.listed && new Map(this.listed.map((prompt) => [prompt.id, prompt])),
      promptsFile: options.promptsFile,
      heldOut: new Set(options.heldOut),
      wordingIds: this.revision.wordingIds,
    };
    for (const file of log.answered) {
      const table = await log.open(file);
      try {
        const mapping = log.mapFile(table, this.revision);
        const rows = new RowImporter(tools, mapping, file, readConstants(options, names.get(file)!));
        for await (const batch of table.batches) {
          for (const row of batch) rows.import(row);
          await recorder.drain();
        }
      } finally {
        await table.close();
      }
    }
    if (this.mapping.layout === "long")
      recorder.checkPromptsAreShared(RENDERED_ADVICE, { file: log.files[0]! });
    this.addUntriedPrompts();
    await recorder.settleRepetitions();
  }

  /** What the whole log taught; null where it contradicts nothing. */
  revised(onWarning: (message: string) => void): MappingRevision | null {
    return reviseMapping(this.mapping, this.findings, this.revision, onWarning);
  }

  /** What the run is to say of itself. */
  async finish(): Promise<RunDescription> {
    const { log, options, recorder, findings, mapping } = this;
    const sources = [];
    for (const file of log.files) sources.push(await fingerprintFile(file));
    if (options.promptsFile !== undefined) sources.push(await fingerprintFile(options.promptsFile));
    const warning = findings.leftOut.warning(recorder.summary.interactions);
    if (warning !== null) options.onWarning?.(warning);
    return {
      task: options.task ?? taskName(log.files[0]!),
      source: { kind: "table", files: sources, options: manifestOptions(mapping, options, this.grader) },
      counts: recorder.summary,
      llms: recorder.llms,
      mapping: describeTableMapping(log, mapping, options, findings, this.rewards, recorder),
    };
  }

  /** Adds the prompts of the prompts file that no row has: they can be scored from their text. */
  private addUntriedPrompts(): void {
    const { options, findings, recorder } = this;
    for (const prompt of this.listed ?? []) {
      if (findings.triedPrompts.has(prompt.id)) continue;
      if (prompt.split === "training")
        options.onWarning?.(`Prompt "${prompt.id}" has no rows, so it is kept as held-out.`);
      recorder.prompt({ ...prompt, split: "held-out" }, { file: options.promptsFile ?? "" });
    }
  }
}

function readConstants({ set = {}, fromFile = [], llm }: ImportTableOptions, name: string): FileConstants {
  return {
    ...(llm !== undefined && { llm }),
    ...set,
    ...Object.fromEntries(fromFile.map((meaning) => [meaning, name])),
  };
}

/** What `run.json` remembers of how the table was understood. */
function manifestOptions(
  mapping: TableMapping,
  options: ImportTableOptions,
  grader: Grader,
): Record<string, JsonValue> {
  return {
    layout: mapping.layout,
    columns: { ...mapping.columns },
    ...(mapping.promptColumns.length > 0 && { promptColumns: mapping.promptColumns }),
    ...(mapping.columns.reward === undefined && mapping.layout === "long" && { matcher: grader.record }),
    ...(options.heldOut !== undefined && { heldOut: options.heldOut }),
    ...(options.llm !== undefined && { llm: options.llm }),
    told: toldOptions(options),
  };
}

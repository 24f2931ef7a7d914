import { z } from "zod";
import type { Query } from "../../types/index.ts";
import { type JsonLinesOptions, readJsonLines } from "../files/json-lines.ts";
import { readPromptsFile } from "../run/read-prompts-file.ts";
import { parseRecord, querySchema } from "../run/record-schemas.ts";
import type { ImportSummary } from "../run/run-manifest.ts";
import { fingerprintFile, type ImportOptions, importIntoRun } from "./import-into-run.ts";
import { LogRecorder, type PromptReference, type QueryReference } from "./log-recorder.ts";
import { taskName } from "./task-name.ts";

/** Our own records to import. */
export interface ImportJsonlOptions extends ImportOptions {
  /** Interactions, one a line. */
  readonly file: string;
  /** Queries, one a line; without it each interaction carries its own. */
  readonly queriesFile?: string;
  /** Prompts (JSON Lines, YAML or text); without it each interaction carries its own. */
  readonly promptsFile?: string;
  /** Name of the task. @default the file's name */
  readonly task?: string;
  /** The LLM of lines that name none. @default "unknown" */
  readonly llm?: string | undefined;
}

const reference = z.string().min(1);
const lineSchema = z.object({
  queryId: reference.optional(),
  query: z
    .union([
      reference,
      z.object({
        id: reference.exactOptional(),
        text: reference,
        answer: z.string().exactOptional(),
        group: z.string().exactOptional(),
        features: z.record(z.string().min(1), z.union([z.string(), z.number()])).exactOptional(),
      }),
    ])
    .optional(),
  promptId: reference.optional(),
  prompt: z
    .union([
      reference,
      z.object({
        id: reference.exactOptional(),
        template: z.string(),
        split: z.enum(["training", "held-out"]).exactOptional(),
      }),
    ])
    .optional(),
  llm: reference.optional(),
  /** The field's name in most logs of others. */
  model: reference.optional(),
  reward: z.union([z.number(), z.boolean()]).nullish(),
});
type Line = z.infer<typeof lineSchema>;

/** Fields of a line that go into the interaction as they are; the record's own schema checks them. */
const COPIED_FIELDS = [
  "repetition",
  "answer",
  "cost",
  "latencyMs",
  "split",
  "propensity",
  "confidence",
  "critic",
] as const;

/**
 * Imports our own records. A line is `{queryId, promptId, reward, llm?, repetition?, answer?, cost?, latencyMs?,
 * split?, propensity?, confidence?, critic?}` beside files of queries and prompts, or brings them along: `query` as
 * text or `{id?, text, answer?, group?}`, `prompt` as template or `{id?, template, split?}`. `model` is taken for `llm`. A line whose reward is
 * null or missing is skipped and counted.
 * @throws DataError with file and line
 */
export async function importJsonl(options: ImportJsonlOptions): Promise<ImportSummary> {
  const files = [await fingerprintFile(options.file)];
  for (const file of [options.queriesFile, options.promptsFile])
    if (file !== undefined) files.push(await fingerprintFile(file));
  const lineOptions: JsonLinesOptions = { ...options, stage: "import" };
  return importIntoRun(options, async (writer) => {
    const recorder = new LogRecorder(writer);
    if (options.queriesFile !== undefined) await addQueries(recorder, options.queriesFile, lineOptions);
    if (options.promptsFile !== undefined)
      for (const prompt of await readPromptsFile(options.promptsFile))
        recorder.prompt(prompt, { file: options.promptsFile });
    for await (const { line, value } of readJsonLines(options.file, lineOptions)) {
      const place = { file: options.file, line };
      const parsed = parseRecord(lineSchema, value, "interaction", place);
      if (parsed.reward === undefined || parsed.reward === null) {
        recorder.skip();
        continue;
      }
      const query = recorder.query(queryReference(parsed), place);
      const prompt = recorder.prompt(promptReference(parsed), place);
      const copied = Object.fromEntries(
        COPIED_FIELDS.map((field) => [field, (value as Record<string, unknown>)[field]]).filter(
          ([, content]) => content !== undefined && content !== null,
        ),
      );
      recorder.interaction(
        query,
        prompt,
        {
          ...copied,
          llm: parsed.llm ?? parsed.model ?? options.llm ?? "unknown",
          reward: Number(parsed.reward),
        },
        place,
      );
      await recorder.drain();
    }
    await recorder.settleRepetitions();
    recorder.checkPromptsAreShared(
      'Give each interaction the prompt\'s id and its wording alone: {"prompt": {"id": …, "template": …}}.',
      { file: options.file },
    );
    return {
      task: options.task ?? taskName(options.file),
      source: { kind: "jsonl", files, options: {} },
      counts: recorder.summary,
      llms: recorder.llms,
    };
  });
}

async function addQueries(recorder: LogRecorder, file: string, options: JsonLinesOptions): Promise<void> {
  for await (const { line, value } of readJsonLines(file, options)) {
    const query: Query = parseRecord(querySchema, value, "query", { file, line });
    recorder.newQuery(query, { file, line });
    await recorder.drain();
  }
}

function queryReference({ queryId, query }: Line): QueryReference {
  const given = typeof query === "string" ? { text: query } : query;
  return { ...(queryId !== undefined && { id: queryId }), ...given };
}

function promptReference({ promptId, prompt }: Line): PromptReference {
  const given = typeof prompt === "string" ? { template: prompt } : prompt;
  return { ...(promptId !== undefined && { id: promptId }), ...given };
}

import { mkdtemp, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  ANSWER_MATCHERS,
  createGrader,
  createRunDirectory,
  type Grader,
  type ImportSummary,
  importPromptOirl,
  JsonLinesWriter,
  type MatcherOptions,
  openRunDirectory,
  pathExists,
  promptSchema,
  querySchema,
  type ReleasedTask,
  RUN_FILES,
  type RunDirectory,
  type RunDirectoryWriter,
  readById,
} from "../../data/index.ts";
import { AbortedError, DataError, UsageError } from "../../errors.ts";
import type { JsonValue, Query, WorkOptions } from "../../types/index.ts";
import { readAnswers } from "../collect/read-answers.ts";

/** Where the answers are, and what grades them. */
export interface RegradeOptions extends WorkOptions, MatcherOptions {
  /** A run directory whose log has answers, or a clone of holarissun/Prompt-OIRL. */
  readonly log: string;
  /** With such a clone: which of its logs. */
  readonly task?: ReleasedTask;
  /** With such a clone: the folder with the questions' texts. */
  readonly texts?: string;
  /** The run directory to make. */
  readonly run: string;
  readonly onWarning?: (message: string) => void;
}

/** What the chosen matcher, and two others for comparison, say of one prompt's answers, all as counts. */
export interface PromptFlips {
  readonly promptId: string;
  readonly answers: number;
  /** Right by the chosen matcher; parts count as such. */
  readonly graded: number;
  /** Right by the log's own label (reward ≥ .5). */
  readonly logged: number;
  /** Right by the rule of the released labels. */
  readonly reference: number;
  /** Right by the numeric matcher. */
  readonly numeric: number;
  /** The numeric matcher says right, the reference's rule wrong. */
  readonly becomeRight: number;
  /** The numeric matcher says wrong, the reference's rule right. */
  readonly becomeWrong: number;
  /** The log's own label is not what the reference's rule gives. */
  readonly loggedDiffers: number;
}

/** One answer on which the two matchers disagree. */
export interface FlippedLabel {
  readonly queryId: string;
  readonly promptId: string;
  readonly repetition: number;
  readonly goldenAnswer: string;
  /** The last characters of the answer. */
  readonly answerEnd: string;
  /** null where the log has no label. */
  readonly logged: number | null;
  readonly reference: boolean;
  readonly numeric: boolean;
}

/** What was graded again. */
export interface RegradeSummary {
  readonly run: string;
  /** What graded them, as the run keeps it. */
  readonly matcher: JsonValue;
  /** Answers graded. */
  readonly interactions: number;
  /** Entries of the log without an answer, which cannot be graded. */
  readonly withoutAnswer: number;
  readonly flipped: number;
  readonly prompts: readonly PromptFlips[];
  /** The first few; all are in `file`. */
  readonly examples: readonly FlippedLabel[];
  readonly file: string;
}

const FLIPS_FILE = "results/flipped-labels.jsonl";
const EXAMPLES = 5;
const ANSWER_END = 160;

type Counts = { -readonly [name in keyof Omit<PromptFlips, "promptId">]: number };

/**
 * Grades the answers of an existing log again, with no LLM called, as a new run; compares what the reference's rule and
 * the numeric matcher say of each, and lists in `results/flipped-labels.jsonl` where they disagree.
 * @throws UsageError where `log` is neither a run nor a clone of the release
 * @throws DataError where the log has no answers, or no golden answers
 */
export async function regradeLog(options: RegradeOptions): Promise<RegradeSummary> {
  const { log } = options;
  if (!(await pathExists(join(log, "llama_exps")))) return regradeRun(await openRunDirectory(log), options);
  const { task, texts } = options;
  if (task === undefined || texts === undefined)
    throw new UsageError(
      `${log} is a clone of the released logs: say which by --task gsm8k, mawps or svamp, and name the questions' texts by --texts.`,
    );
  const target = resolve(options.run);
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}.regrade-`));
  try {
    const out = join(temporary, "log");
    const { run: _run, log: _log, matcher: _matcher, ...rest } = options;
    await importPromptOirl({ ...rest, directory: log, task, texts, out });
    return await regradeRun(await openRunDirectory(out), options);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function regradeRun(source: RunDirectory, options: RegradeOptions): Promise<RegradeSummary> {
  const grader = await createGrader(options);
  const queries = await readById(source.file(RUN_FILES.queries), querySchema, "query");
  const prompts = await readById(source.file(RUN_FILES.prompts), promptSchema, "prompt");
  const writer = await createRunDirectory(options.run);
  try {
    const graded = await gradeAgain(source, queries, writer, grader, options);
    if (graded.interactions === 0)
      throw new DataError(
        `The log has no answers to grade: ${graded.withoutAnswer} entries have no answer of the LLM, or their question has no golden answer.`,
        { file: source.file(RUN_FILES.interactions) },
      );
    for (const query of queries.values()) {
      if (graded.queries.has(query.id)) writer.addQuery(query);
      await writer.drain();
    }
    const answered = [...prompts.values()].filter(({ id }) => graded.counts.has(id));
    for (const prompt of answered) writer.addPrompt(prompt);
    const { manifest } = source;
    const counts: ImportSummary = {
      queries: graded.rows.size,
      uniqueQueries: graded.queries.size,
      prompts: answered.length,
      interactions: graded.interactions,
      skipped: graded.withoutAnswer,
    };
    const run = await writer.commit({
      task: manifest.task,
      source: {
        kind: "regrade",
        files: manifest.source.files,
        options: { matcher: grader.record, of: manifest.source.kind },
      },
      counts,
      llms: [...graded.llms],
      ...(manifest.simulated === true && { simulated: true }),
    });
    return {
      run: run.path,
      matcher: grader.record,
      interactions: graded.interactions,
      withoutAnswer: graded.withoutAnswer,
      flipped: graded.flipped,
      prompts: answered.map(({ id }) => ({ promptId: id, ...graded.counts.get(id)! })),
      examples: graded.examples,
      file: run.file(FLIPS_FILE),
    };
  } finally {
    await writer.discard();
  }
}

/** Reads the log once, line by line. */
async function gradeAgain(
  source: RunDirectory,
  queries: ReadonlyMap<string, Query>,
  writer: RunDirectoryWriter,
  grader: Grader,
  options: RegradeOptions,
) {
  const counts = new Map<string, Counts>();
  const graded = {
    counts,
    queries: new Set<string>(),
    rows: new Set<string>(),
    llms: new Set<string>(),
    examples: [] as FlippedLabel[],
    interactions: 0,
    withoutAnswer: 0,
    flipped: 0,
  };
  const flips = await JsonLinesWriter.create(await writer.prepareFile(FLIPS_FILE));
  try {
    for await (const entry of readAnswers(source, { ...options, stage: "grade answers" })) {
      if (options.signal?.aborted) throw new AbortedError();
      const { queryId, promptId, repetition, answer } = entry;
      const query = queries.get(queryId);
      const goldenAnswer = query?.answer;
      if (
        answer === undefined ||
        query === undefined ||
        (goldenAnswer === undefined && grader.needsGoldenAnswer)
      ) {
        graded.withoutAnswer++;
        continue;
      }
      const reward = grader.grade(answer, query);
      writer.addInteraction({ ...entry, reward });
      await writer.drain();
      graded.interactions++;
      graded.queries.add(queryId);
      graded.rows.add(`${repetition}:${queryId}`);
      graded.llms.add(entry.llm);
      const count = counts.get(promptId) ?? noCounts();
      counts.set(promptId, count);
      count.answers++;
      count.graded += reward;
      const logged = entry.reward ?? null;
      if (logged !== null && logged >= 0.5) count.logged++;
      if (goldenAnswer === undefined) continue;
      const reference = ANSWER_MATCHERS.reference(answer, goldenAnswer);
      const numeric = ANSWER_MATCHERS.numeric(answer, goldenAnswer);
      if (reference) count.reference++;
      if (numeric) count.numeric++;
      if (logged !== null && logged >= 0.5 !== reference) count.loggedDiffers++;
      if (numeric === reference) continue;
      if (numeric) count.becomeRight++;
      else count.becomeWrong++;
      graded.flipped++;
      const answerEnd = answer.slice(-ANSWER_END);
      const flip = {
        queryId,
        promptId,
        repetition,
        goldenAnswer,
        answerEnd,
        logged,
        reference,
        numeric,
      };
      if (graded.examples.length < EXAMPLES) graded.examples.push(flip);
      await flips.write(flip);
    }
    await flips.close();
  } catch (error) {
    await flips.discard();
    throw error;
  }
  return graded;
}

function noCounts(): Counts {
  return {
    answers: 0,
    graded: 0,
    logged: 0,
    reference: 0,
    numeric: 0,
    becomeRight: 0,
    becomeWrong: 0,
    loggedDiffers: 0,
  };
}

import { interactionSchema, openRunDirectory, parseRecord, RUN_FILES, readJsonLines } from "../data/index.ts";
import { embedQuestions } from "../embed/index.ts";
import { type CosineIndex, cosineIndex, unitRows } from "../kernels/index.ts";
import type { EmbeddedQueries, FeatureMatrix } from "../types/index.ts";
import { readChooser } from "./chooser-files.ts";
import { readLogLike } from "./chooser-manifest.ts";
import type { Policy } from "./policy.ts";
import { type PreparedLog, prepareLog } from "./prepared-log.ts";

/** Of one question: how often each candidate was right, and how often it was asked. */
export interface LoggedOutcome {
  /** Mean reward, null where it was never asked. */
  readonly success: number | null;
  readonly answers: number;
}

/** A logged question that is like another. */
export interface LikeQuestion {
  /** Position in the log. */
  readonly query: number;
  readonly text: string;
  /** Cosine. */
  readonly similarity: number;
  /** In the order of the candidates. */
  readonly outcomes: readonly LoggedOutcome[];
}

/** An answer as it was logged. */
export interface LoggedAnswer {
  readonly candidateId: string;
  readonly reward: number;
  readonly answer: string | null;
}

/** A log to look into, question by question. */
export interface LogLens {
  readonly candidateIds: readonly string[];
  readonly texts: readonly string[];
  /** Questions × candidates, row-major: mean rewards, NaN where there is none. */
  readonly success: Float64Array;
  /** The logged questions most like a text, best first. */
  nearest(text: string, count: number): Promise<LikeQuestion[]>;
  /** All answers to a question, by its position; texts where the log has them. */
  answersTo(query: number): Promise<{ readonly expected: string | null; readonly answers: LoggedAnswer[] }>;
}

/** Questions that are compared with; of a larger log the first ones. */
const MAX_COMPARED = 50_000;
const MAX_ANSWERS = 500;

/**
 * Opens the log of a run beside its chooser.
 * @throws UsageError where there is no chooser
 */
export async function openLogLens(directory: string): Promise<LogLens> {
  const { policy, manifest } = await readChooser(await openRunDirectory(directory));
  const prepared = await prepareLog(directory, readLogLike(manifest));
  const { log } = prepared;
  // Held-out prompts are none of the chooser's candidates.
  const columnOf = new Map(Array.from(prepared.trainingPrompts, (prompt, column) => [prompt, column]));
  const width = columnOf.size;
  const sums = new Float64Array(log.queries.length * width);
  const counts = new Int32Array(sums.length);
  for (let index = 0; index < log.length; index++) {
    const column = columnOf.get(log.promptIndex[index]!);
    if (column === undefined) continue;
    const cell = log.queryIndex[index]! * width + column;
    sums[cell]! += log.reward[index]!;
    counts[cell]! += 1;
  }
  const success = sums.map((sum, cell) => (counts[cell] === 0 ? Number.NaN : sum / counts[cell]!));
  let index: Promise<CosineIndex> | undefined;
  return {
    candidateIds: Array.from(prepared.trainingPrompts, (prompt) => log.prompts[prompt]!.id),
    texts: prepared.texts,
    success,
    async nearest(text, count) {
      index ??= compareWith(policy, prepared);
      const likeness = await index;
      const cosines = new Float64Array(likeness.anchors);
      likeness.cosines(unitRows(firstMatrix(await embedQuestions(policy.embedder, [text]))), 0, 1, cosines);
      return pickTop(cosines, count).map((query) => ({
        query,
        text: prepared.texts[query]!,
        similarity: Math.min(1, cosines[query]!),
        outcomes: Array.from({ length: width }, (_, column) => {
          const cell = query * width + column;
          return { success: counts[cell] === 0 ? null : success[cell]!, answers: counts[cell]! };
        }),
      }));
    },
    answersTo: (query) => readAnswers(prepared, query),
  };
}

async function compareWith(policy: Policy, { log, texts }: PreparedLog): Promise<CosineIndex> {
  const features = log.queries.slice(0, MAX_COMPARED).map((query) => query.features);
  const embedded = await embedQuestions(policy.embedder, texts.slice(0, MAX_COMPARED), { features });
  return cosineIndex(unitRows(firstMatrix(embedded)));
}

/** Of several embeddings beside each other the first, which is of words. */
function firstMatrix(embedded: EmbeddedQueries): FeatureMatrix {
  return embedded.kind === "blocks" ? embedded.blocks[0]!.features : embedded;
}

/** Positions of the largest values above 0, descending. */
function pickTop(values: Float64Array, count: number): number[] {
  return [...values.keys()]
    .filter((position) => values[position]! > 0)
    .sort((one, other) => values[other]! - values[one]! || one - other)
    .slice(0, count);
}

async function readAnswers(
  { run, log }: PreparedLog,
  query: number,
): Promise<{ expected: string | null; answers: LoggedAnswer[] }> {
  const { id, answer: expected = null } = log.queries[query]!;
  const file = run.file(RUN_FILES.interactions);
  const candidates = new Map(
    log.prompts.map((candidate) => [`${candidate.promptId}\0${candidate.llm}`, candidate.id]),
  );
  const answers: LoggedAnswer[] = [];
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    if ((value as { queryId?: unknown } | null)?.queryId !== id) continue;
    const { promptId, llm, reward, answer } = parseRecord(interactionSchema, value, "interaction", {
      file,
      line,
    });
    const candidateId = candidates.get(`${promptId}\0${llm}`);
    if (candidateId !== undefined) answers.push({ candidateId, reward, answer: answer ?? null });
    if (answers.length === MAX_ANSWERS) break;
  }
  return { expected, answers };
}

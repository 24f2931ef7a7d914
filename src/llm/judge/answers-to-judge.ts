import {
  type Grader,
  type JsonLinesOptions,
  promptSchema,
  querySchema,
  RUN_FILES,
  type RunDirectory,
  readById,
} from "../../data/index.ts";
import { DataError, UsageError } from "../../errors.ts";
import type { Prompt, Query } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import { type LoggedAnswer, readAnswers } from "../collect/read-answers.ts";

/** An answer, with what is known of it. */
export interface AnswerToJudge {
  readonly entry: LoggedAnswer & { readonly answer: string };
  readonly query: Query;
  /** From the log, else from the grader; undefined where nothing is known. */
  readonly label?: number;
}

/** Answers of one LLM, question by question in an order that depends on nothing but the questions' ids. */
export interface AnswersToJudge {
  /** Whose answers they are. */
  readonly llm: string;
  readonly answers: readonly AnswerToJudge[];
  /** Questions and prompts of the answers, in the run's order. */
  readonly queries: readonly Query[];
  readonly prompts: readonly Prompt[];
  /** Entries without an answer's text, which cannot be judged. */
  readonly withoutText: number;
}

/** Which answers of a run are read. */
export interface ReadAnswersOptions extends JsonLinesOptions {
  /** Whose; needed where the run holds answers of several LLMs. */
  readonly llm?: string;
  /** Only the first so many questions. */
  readonly limit?: number;
  /** Gives answers without a label one, where it can. */
  readonly grader?: Grader;
}

/**
 * Reads the answers of a run into memory.
 * @throws DataError where there are none with text
 * @throws UsageError naming the LLMs where there are several and none is chosen, or it is not among them
 */
export async function readAnswersToJudge(
  run: RunDirectory,
  { limit, grader, llm, ...lineOptions }: ReadAnswersOptions = {},
): Promise<AnswersToJudge> {
  const queries = await readById(run.file(RUN_FILES.queries), querySchema, "query", limit);
  const prompts = await readById(run.file(RUN_FILES.prompts), promptSchema, "prompt");
  const llms = new Set<string>();
  const answers: AnswerToJudge[] = [];
  let withoutText = 0;
  for await (const entry of readAnswers(run, lineOptions)) {
    llms.add(entry.llm);
    const query = queries.get(entry.queryId);
    if (query === undefined || !prompts.has(entry.promptId)) continue;
    if (llm !== undefined && entry.llm !== llm) continue;
    const { answer } = entry;
    if (answer === undefined) {
      withoutText++;
      continue;
    }
    const label = entry.reward ?? knownLabel(query, answer, grader);
    answers.push({ entry: { ...entry, answer }, query, ...(label !== undefined && { label }) });
  }
  const listed = [...llms].map((name) => `"${name}"`).join(", ");
  if (llm === undefined ? llms.size > 1 : llms.size > 0 && !llms.has(llm))
    throw new UsageError(
      llm === undefined
        ? `The run holds answers of several LLMs: ${listed}. Choose one.`
        : `The run holds no answers of "${llm}"; it has ${listed}.`,
      { llms: [...llms] },
    );
  if (answers.length === 0)
    throw new DataError(
      `The run holds no answers that could be judged${withoutText > 0 ? `: its ${withoutText} entries have labels but not the text of the answer` : ""}.`,
      { file: run.file(RUN_FILES.interactions) },
    );
  const turn = new Map(Array.from(queries.keys(), (id) => [id, contentHash(id)] as const));
  answers.sort((one, other) => compare(turn.get(one.query.id)!, turn.get(other.query.id)!));
  const answered = new Set(answers.map(({ query }) => query.id));
  const tried = new Set(answers.map(({ entry }) => entry.promptId));
  return {
    llm: llm ?? [...llms][0]!,
    answers,
    queries: [...queries.values()].filter(({ id }) => answered.has(id)),
    prompts: [...prompts.values()].filter(({ id }) => tried.has(id)),
    withoutText,
  };
}

function knownLabel(query: Query, answer: string, grader: Grader | undefined): number | undefined {
  const isGradable = grader !== undefined && (!grader.needsGoldenAnswer || query.answer !== undefined);
  return isGradable ? grader.grade(answer, query) : undefined;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

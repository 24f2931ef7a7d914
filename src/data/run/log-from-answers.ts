import { DataError } from "../../errors.ts";
import type {
  CandidateKind,
  Interaction,
  Prompt,
  Query,
  QueryFeatures,
  RewardLog,
} from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import { compareNaturally } from "../files/natural-order.ts";
import { logCandidates } from "./log-candidates.ts";
import { LogColumns } from "./log-columns.ts";

/** One answer of an LLM to one question under one prompt, as a program has it in memory. */
export interface LoggedAnswer
  extends Partial<
    Pick<Interaction, "cost" | "latencyMs" | "propensity" | "confidence" | "critic" | "split">
  > {
  /** The question's text. */
  readonly query: string;
  /** The prompt's wording, or its name where the wording does not matter. */
  readonly prompt: string;
  /** Its name. @default the wording */
  readonly promptId?: string | undefined;
  /** @default "unknown" */
  readonly llm?: string | undefined;
  /** Right or wrong, or from 0 to 1. */
  readonly reward: number | boolean;
  /** Questions of one group never stand on both sides of a split. */
  readonly group?: string | undefined;
  /** What else is known of the question; part of what tells questions apart. */
  readonly features?: QueryFeatures | undefined;
}

/**
 * A log from answers in memory. Equal questions (text and features) are one, equal answers are repeats; the order does not
 * matter.
 * @throws DataError naming the answer's number, from 1, where it is malformed, or where two wordings have one name
 */
export async function logFromAnswers(
  answers: Iterable<LoggedAnswer> | AsyncIterable<LoggedAnswer>,
  options: { readonly llm?: string | undefined; readonly choose?: CandidateKind | undefined } = {},
): Promise<RewardLog> {
  const queries = new Map<string, Query>();
  const prompts = new Map<string, Prompt>();
  const all: { readonly queryId: string; readonly promptId: string; readonly answer: LoggedAnswer }[] = [];
  for await (const answer of answers) {
    const number = all.length + 1;
    checkAnswer(answer, number);
    const { query: text, prompt: template, promptId = template, group, features } = answer;
    const queryId = identifyQuery(text, features);
    queries.set(queryId, {
      id: queryId,
      text,
      ...(group !== undefined && { group }),
      ...(features !== undefined && { features }),
    });
    const known = prompts.get(promptId);
    if (known !== undefined && known.template !== template)
      throw malformed(
        number,
        `the prompt "${promptId}" has another wording than before; give each its own promptId`,
      );
    prompts.set(promptId, { id: promptId, template, split: "training" });
    all.push({ queryId, promptId, answer });
  }
  const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
    compareNaturally(one.id, other.id);
  const sortedQueries = [...queries.values()].sort(byId);
  const sortedPrompts = [...prompts.values()].sort(byId);
  const queryPlaces = new Map(sortedQueries.map(({ id }, place) => [id, place]));
  const promptPlaces = new Map(sortedPrompts.map(({ id }, place) => [id, place]));
  const columns = new LogColumns();
  const llms = new Map<string, number>();
  const repeats = new Map<string, number>();
  all.forEach(({ queryId, promptId, answer }, index) => {
    const { llm = "unknown", reward, cost, latencyMs, propensity, confidence, critic, split } = answer;
    const llmNumber = llms.get(llm) ?? llms.size;
    llms.set(llm, llmNumber);
    const pair = JSON.stringify([queryId, promptId, llm]);
    const repetition = repeats.get(pair) ?? 0;
    repeats.set(pair, repetition + 1);
    const values = { cost, latencyMs, propensity, confidence, critic, split };
    columns.push(
      queryPlaces.get(queryId)!,
      promptPlaces.get(promptId)!,
      llmNumber,
      { ...values, repetition, reward: Number(reward) },
      index + 1,
    );
  });
  const { candidates, choose, candidateOf, llm } = logCandidates(
    { prompts: sortedPrompts, llms: [...llms.keys()], answers: columns.answers() },
    options,
  );
  columns.chooseAmong(candidateOf);
  return {
    queries: sortedQueries,
    prompts: candidates,
    choose,
    inFiles: {
      queries: sortedQueries.map(({ text }) => text),
      prompts: sortedPrompts.map(({ template }) => template),
    },
    llm,
    ...columns.finish(columns.sortedOrder(sortedQueries, candidates, "the answers given")),
  };
}

function identifyQuery(text: string, features: QueryFeatures | undefined): string {
  const known = Object.entries(features ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return contentHash(text, JSON.stringify(known)).slice(0, 16);
}

/** Programs without types may pass anything. */
function checkAnswer(answer: LoggedAnswer, number: number): void {
  if (typeof answer !== "object" || answer === null) throw malformed(number, "is no object");
  for (const field of ["query", "prompt"] as const)
    if (typeof answer[field] !== "string")
      throw malformed(number, `"${field}" must be a text, found ${typeof answer[field]}`);
  const { reward, propensity, cost, latencyMs } = answer;
  if (typeof reward !== "boolean" && !(typeof reward === "number" && reward >= 0 && reward <= 1))
    throw malformed(number, `"reward" must be true, false or a number from 0 to 1, found ${String(reward)}`);
  if (propensity !== undefined && !(propensity > 0 && propensity <= 1))
    throw malformed(number, `"propensity" must lie above 0 and be at most 1, found ${propensity}`);
  for (const [field, value] of Object.entries({ cost, latencyMs }))
    if (value !== undefined && !(Number.isFinite(value) && value >= 0))
      throw malformed(number, `"${field}" must be a number of at least 0, found ${value}`);
}

function malformed(number: number, what: string): DataError {
  return new DataError(`answer ${number}: ${what}`, { answer: number });
}

import { UsageError } from "../errors.ts";
import { type CostModel, constantCosts, fitCostModel, type LoggedCosts } from "../reward/index.ts";
import type { Candidate, RewardLog } from "../types/index.ts";
import { unitsOfInteractions } from "./evaluation-fold.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** What is known of what questions cost, and how long they take, under K candidates. */
export interface QuestionCosts {
  /** Of each question, in characters. */
  readonly lengths: Float64Array;
  /** Costs given by the user, K long, which stand above those of the log; null where none are. */
  readonly given: readonly number[] | null;
  /** null where the log has none. */
  readonly costs: LoggedCosts | null;
  readonly latencies: LoggedCosts | null;
}

/**
 * Costs by candidate, as the user gave them by the names of candidates, LLMs or prompts.
 * @returns K long; null where none are given
 * @throws UsageError where a name is none of these, a cost is no number of at least 0, or a candidate has none
 */
export function givenCosts(
  candidates: readonly Candidate[],
  costs: Readonly<Record<string, number>> | undefined,
): number[] | null {
  if (costs === undefined || Object.keys(costs).length === 0) return null;
  const listNames = ({ id, llm, promptId }: Candidate): readonly string[] => [id, llm, promptId];
  for (const [name, cost] of Object.entries(costs)) {
    if (!candidates.some((candidate) => listNames(candidate).includes(name)))
      throw new UsageError(
        `a cost is given for "${name}", which is no candidate; there are: ${candidates.map(({ id }) => id).join(", ")}`,
      );
    if (!(Number.isFinite(cost) && cost >= 0))
      throw new UsageError(`the cost of "${name}" must be a number of at least 0, found ${cost}`);
  }
  return candidates.map((candidate) => {
    const name = listNames(candidate).find((own) => Object.hasOwn(costs, own));
    if (name === undefined)
      throw new UsageError(
        `costs are given, but none for "${candidate.id}"; give one for every candidate: ${candidates.map(({ id }) => id).join(", ")}`,
      );
    return costs[name]!;
  });
}

/**
 * A column of the log added up by question and candidate.
 * @param unitOfInteraction row of each interaction, -1 to leave it out
 * @param columns candidates, as indices into the log's
 * @returns null where the log does not have it for every candidate
 */
export function sumLogged(
  log: RewardLog,
  signal: Float64Array | undefined,
  unitOfInteraction: Int32Array,
  units: number,
  columns: Int32Array,
): LoggedCosts | null {
  if (signal === undefined) return null;
  const width = columns.length;
  const columnOf = new Int32Array(log.prompts.length).fill(-1);
  columns.forEach((candidate, column) => {
    columnOf[candidate] = column;
  });
  const sums = new Float64Array(units * width);
  const counts = new Float64Array(units * width);
  const isKnown = new Uint8Array(width);
  for (let index = 0; index < log.length; index++) {
    const unit = unitOfInteraction[index]!;
    const column = columnOf[log.promptIndex[index]!]!;
    const value = signal[index]!;
    if (unit < 0 || column < 0 || Number.isNaN(value)) continue;
    sums[unit * width + column]! += value;
    counts[unit * width + column]! += 1;
    isKnown[column] = 1;
  }
  return isKnown.every((known) => known === 1) ? { candidates: width, sums, counts } : null;
}

/**
 * What a log says of the costs of some of its questions.
 * @param queries indices into the log's
 * @param subset columns of the training candidates
 * @param given costs of all training candidates, where the user gave any
 */
export function trainingCosts(
  { log, trainingPrompts }: Pick<LearnableLog, "log" | "trainingPrompts">,
  queries: Int32Array,
  subset: readonly number[],
  given: readonly number[] | null,
): QuestionCosts {
  const units = unitsOfInteractions(log, queries);
  const columns = Int32Array.from(subset, (column) => trainingPrompts[column]!);
  const sum = (signal: Float64Array | undefined): LoggedCosts | null =>
    sumLogged(log, signal, units, queries.length, columns);
  return {
    lengths: Float64Array.from(queries, (query) => log.queries[query]!.text.length),
    given: given === null ? null : subset.map((column) => given[column]!),
    costs: sum(log.cost),
    latencies: sum(log.latencyMs),
  };
}

/** Of costs that are given, or logged; null where there are none. */
export function modelCosts({ given, costs, lengths }: QuestionCosts): CostModel | null {
  if (given !== null) return constantCosts(given);
  return costs === null ? null : fitCostModel(lengths, costs);
}

import { countRewards, meanSignal } from "../data/index.ts";
import type { RewardLog, RewardMatrix } from "../types/index.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** Questions (or, under the paper protocol, rows) on which a fitted policy is judged. */
export interface TestUnits {
  /** Index into the log's queries, one a unit. */
  readonly queryIndex: Int32Array;
  /** units × (training prompts, then held-out prompts). */
  readonly rewards: RewardMatrix;
  /** The LLM's confidence, same shape as the rewards, NaN where unknown; null where the log has none. */
  readonly confidence: Float64Array | null;
  /** Its verdict, likewise. */
  readonly critic: Float64Array | null;
}

/** One division into questions that train and units that test. */
export interface EvaluationFold {
  /** Indices into the log's queries, each with at least one label of a training prompt. */
  readonly trainQueries: Int32Array;
  /** trainQueries × training prompts. */
  readonly trainRewards: RewardMatrix;
  /** The rewards by which the fixed prompt is chosen, where these are not `trainRewards`: the paper's rows. */
  readonly fixedRewards?: RewardMatrix;
  readonly test: TestUnits;
}

/** The folds of a protocol, with the leak between their sides counted on question texts. */
export interface ProtocolFolds {
  readonly folds: readonly EvaluationFold[];
  readonly leak: { readonly testQuestions: number; readonly alsoInTrain: number };
}

/** Columns of the test rewards: training prompts, then held-out prompts, as indices into the log's prompts. */
export function allPromptColumns(prepared: LearnableLog): Int32Array {
  return Int32Array.from([...prepared.trainingPrompts, ...prepared.heldOutPrompts]);
}

/**
 * A fold in which each distinct question counts once, its repeats averaged.
 * @param trainQueries indices into the log's queries
 * @param testQueries likewise; of other groups
 */
export function questionFold(
  prepared: LearnableLog,
  trainQueries: Int32Array,
  testQueries: Int32Array,
): EvaluationFold {
  const { log } = prepared;
  const labeled = labeledQueries(prepared, trainQueries);
  const trainRewards = countRewards(
    log,
    unitsOfInteractions(log, labeled),
    labeled.length,
    prepared.trainingPrompts,
  );
  return {
    trainQueries: labeled,
    trainRewards,
    test: testUnits(prepared, unitsOfInteractions(log, testQueries), testQueries),
  };
}

/** Each labeled pair as one trial with the mean of its repeats. */
export function averageRepeats(rewards: RewardMatrix): RewardMatrix {
  return {
    ...rewards,
    successes: rewards.successes.map((sum, pair) =>
      rewards.trials[pair]! > 0 ? sum / rewards.trials[pair]! : 0,
    ),
    trials: rewards.trials.map((count) => Math.min(count, 1)),
  };
}

/** Builds test units from a mapping of interactions to units. */
export function testUnits(
  prepared: LearnableLog,
  unitOfInteraction: Int32Array,
  queryIndex: Int32Array,
): TestUnits {
  const { log } = prepared;
  const columns = allPromptColumns(prepared);
  const units = queryIndex.length;
  return {
    queryIndex,
    rewards: countRewards(log, unitOfInteraction, units, columns),
    confidence: meanSignal(log, log.confidence, unitOfInteraction, units, columns),
    critic: meanSignal(log, log.critic, unitOfInteraction, units, columns),
  };
}

/** Position of each interaction's question in `queries`, -1 where it is not among them. */
export function unitsOfInteractions(log: RewardLog, queries: Int32Array): Int32Array {
  const position = new Int32Array(log.queries.length).fill(-1);
  queries.forEach((query, index) => {
    position[query] = index;
  });
  return log.queryIndex.map((query) => position[query]!);
}

/** Those of `queries` with a label of at least one training prompt. */
export function labeledQueries(prepared: LearnableLog, queries: Int32Array): Int32Array {
  const { log } = prepared;
  const isTraining = new Uint8Array(log.prompts.length);
  for (const prompt of prepared.trainingPrompts) isTraining[prompt] = 1;
  const hasLabel = new Uint8Array(log.queries.length);
  for (let index = 0; index < log.length; index++)
    if (isTraining[log.promptIndex[index]!] === 1) hasLabel[log.queryIndex[index]!] = 1;
  return queries.filter((query) => hasLabel[query] === 1);
}

import { AbortedError } from "../errors.ts";
import { strategyOutcomes } from "../select/index.ts";
import type { WorkOptions } from "../types/index.ts";
import { seededRandom, shuffledIndices } from "../util/index.ts";
import { labeledQueries, questionFold } from "./evaluation-fold.ts";
import { evaluationInput } from "./evaluation-input.ts";
import { foldOutcome } from "./fold-outcome.ts";
import { embedTrainingQuestions, type PolicySettings } from "./policy.ts";
import type { PreparedLog } from "./prepared-log.ts";
import { MIN_TRAINING_GROUPS } from "./protocol-folds.ts";

/** What random logs of one size would have given. */
export interface LearningCurveMeasurement {
  readonly questions: number;
  /** Uplift of argmax over the fixed prompt chosen on the same small log, one entry a random log that could be judged. */
  readonly uplifts: readonly number[];
  /** Whether the gate opened, one entry likewise. */
  readonly open: readonly boolean[];
  /** Random logs that were drawn and left out: too few different questions to learn from, or none left to judge by. */
  readonly leftOut: number;
}

const SMALLEST = 50;
const LARGEST = 1600;
/** Of all questions; the rest judges. */
const LARGEST_FRACTION = 0.7;
/** Questions on which a small log's policy is judged, at most. */
const TEST_QUESTIONS = 1500;
const RANDOM_LOGS = 6;

/**
 * Fits on random small logs drawn from this one, each four times as large as the last, and judges each on questions of other groups.
 * Empty where the log is too small to draw from; a random log that cannot be learned from or judged is left out.
 */
export async function measureLearningCurve(
  prepared: PreparedLog,
  settings: PolicySettings,
  options: WorkOptions,
): Promise<LearningCurveMeasurement[]> {
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const sizes: number[] = [];
  for (let size = SMALLEST; size <= Math.min(LARGEST, LARGEST_FRACTION * queries.length); size *= 4)
    sizes.push(size);
  const subset = [...prepared.trainingPrompts.keys()];
  // The draws are the progress; a bar of each fit would only flicker over it.
  const quiet = options.signal === undefined ? {} : { signal: options.signal };
  const measurements: LearningCurveMeasurement[] = [];
  for (const [index, questions] of sizes.entries()) {
    const uplifts: number[] = [];
    const open: boolean[] = [];
    let leftOut = 0;
    for (let draw = 0; draw < RANDOM_LOGS; draw++) {
      if (options.signal?.aborted === true)
        throw new AbortedError("Canceled while measuring the learning curve.");
      options.onProgress?.("learning curve", index * RANDOM_LOGS + draw, sizes.length * RANDOM_LOGS);
      const { train, test } = drawLog(prepared, queries, questions, settings.seed + 1000 * index + draw);
      const different = new Set(Array.from(train, (query) => prepared.groups[query]!)).size;
      if (different < MIN_TRAINING_GROUPS || test.length === 0) {
        leftOut++;
        continue;
      }
      const fold = questionFold(prepared, train, test);
      const embedded = await embedTrainingQuestions(prepared, fold.trainQueries, settings, quiet);
      const outcome = await foldOutcome(prepared, { fold, subset }, embedded, settings, quiet);
      const input = evaluationInput(prepared, [fold], [outcome], subset, "grouped", settings.seed);
      const argmax = strategyOutcomes(input).find(({ name }) => name === "argmax")!;
      if (argmax.units === 0) {
        leftOut++;
        continue;
      }
      const total = argmax.weights.reduce((sum, weight) => sum + weight, 0);
      const gain = argmax.weights.reduce(
        (sum, weight, unit) =>
          weight === 0 ? sum : sum + weight * (argmax.reward[unit]! - argmax.fixedReward[unit]!),
        0,
      );
      uplifts.push(gain / total);
      open.push(outcome.gate.open);
    }
    measurements.push({ questions, uplifts, open, leftOut });
  }
  return measurements;
}

/** Draws questions; tests on questions of the groups of which none was drawn. */
function drawLog(
  prepared: PreparedLog,
  queries: Int32Array,
  size: number,
  seed: number,
): { train: Int32Array; test: Int32Array } {
  const order = shuffledIndices(queries.length, seededRandom(seed)).map((position) => queries[position]!);
  const train = order.slice(0, size);
  const trainGroups = new Set(Array.from(train, (query) => prepared.groups[query]!));
  const test = order.slice(size).filter((query) => !trainGroups.has(prepared.groups[query]!));
  return { train, test: test.slice(0, TEST_QUESTIONS) };
}

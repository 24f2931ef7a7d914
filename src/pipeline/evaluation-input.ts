import { type ObservationOptions, selectColumns, selectValues } from "../evaluate/index.ts";
import type { StrategyInput } from "../select/index.ts";
import type { Protocol, RewardMatrix } from "../types/index.ts";
import { allPromptColumns, type EvaluationFold, type TestUnits } from "./evaluation-fold.ts";
import type { FoldOutcome } from "./fold-outcome.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** Joins the test units of all folds into one table on which every strategy is judged. */
export function evaluationInput(
  prepared: LearnableLog,
  folds: readonly EvaluationFold[],
  outcomes: readonly FoldOutcome[],
  subset: readonly number[],
  protocol: Protocol,
  seed: number,
  observation?: ObservationOptions,
): StrategyInput {
  const columns = inputColumns(prepared, subset);
  const tests = folds.map(({ test }) => test);
  const spread = <Values extends Int32Array | Uint8Array>(
    kind: new (length: number) => Values,
    read: (outcome: FoldOutcome) => number,
  ): Values =>
    joinColumns(
      kind,
      tests.map(
        ({ queryIndex }, index) => new kind(queryIndex.length).fill(read(outcomes[index]!)) as Values,
      ),
    );
  return {
    rewards: joinRewards(tests.map(({ rewards }) => selectColumns(rewards, columns))),
    observation,
    clusters: joinColumns(
      Int32Array,
      tests.map(({ queryIndex }) => queryIndex.map((query) => prepared.groups[query]!)),
    ),
    scores: joinColumns(
      Float64Array,
      outcomes.map(({ scores }) => scores),
    ),
    confidence: joinSignal(prepared, folds, subset, "confidence"),
    trainingColumns: Int32Array.from(subset.keys()),
    heldOutColumns: Int32Array.from(prepared.heldOutPrompts, (_, index) => subset.length + index),
    fixedColumn: spread(Int32Array, ({ fixedColumn }) => fixedColumn),
    chosen: joinColumns(
      Int32Array,
      outcomes.map(({ chosen }) => chosen),
    ),
    open: spread(Uint8Array, ({ gate }) => (gate.open ? 1 : 0)),
    keepFixed: joinColumns(
      Uint8Array,
      outcomes.map(({ fallback }) => fallback.map((code) => Math.min(1, code))),
    ),
    otherFold: folds.length === 1 ? null : otherFold(tests, outcomes),
    seed,
    protocol,
  };
}

/** The fold whose units a fold's policy is also put to: the next one. */
export function neighborFold(fold: number, folds: number): number {
  return (fold + 1) % folds;
}

/** What the policy of the fold before each unit's does with it. */
function otherFold(
  tests: readonly TestUnits[],
  outcomes: readonly FoldOutcome[],
): StrategyInput["otherFold"] {
  const folds = tests.length;
  const before = tests.map((_, fold) => outcomes.find((__, other) => neighborFold(other, folds) === fold)!);
  const spread = (fold: number, value: number): Int32Array =>
    new Int32Array(tests[fold]!.queryIndex.length).fill(value);
  return {
    folds,
    chosen: joinColumns(
      Int32Array,
      before.map(({ neighbor }) => neighbor),
    ),
    fixedColumn: joinColumns(
      Int32Array,
      before.map(({ fixedColumn }, fold) => spread(fold, fixedColumn)),
    ),
    open: joinColumns(
      Uint8Array,
      before.map(({ gate }, fold) => Uint8Array.from(spread(fold, gate.open ? 1 : 0))),
    ),
  };
}

function joinRewards(parts: readonly RewardMatrix[]): RewardMatrix {
  const join = (read: (part: RewardMatrix) => Float64Array | undefined): Float64Array | undefined =>
    parts.some((part) => read(part) !== undefined)
      ? joinColumns(
          Float64Array,
          parts.map((part) => read(part) ?? new Float64Array(0)),
        )
      : undefined;
  const inversePropensity = join((part) => part.inversePropensity);
  const draws = join((part) => part.draws);
  const weightedMeans = parts.some((part) => part.weightedMeans !== undefined)
    ? joinColumns(
        Float64Array,
        parts.map(
          ({ weightedMeans: own, successes, trials }) =>
            own ?? successes.map((sum, cell) => (trials[cell]! > 0 ? sum / trials[cell]! : 0)),
        ),
      )
    : undefined;
  return {
    queries: parts.reduce((sum, { queries }) => sum + queries, 0),
    prompts: parts[0]!.prompts,
    successes: join(({ successes }) => successes)!,
    trials: join(({ trials }) => trials)!,
    ...(inversePropensity !== undefined && { inversePropensity }),
    ...(weightedMeans !== undefined && { weightedMeans }),
    ...(draws !== undefined && { draws }),
  };
}

function joinColumns<Values extends Float64Array | Int32Array | Uint8Array>(
  kind: new (length: number) => Values,
  parts: readonly Values[],
): Values {
  const joined = new kind(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/**
 * What the LLM said of its own answers to the test units of all folds, laid out as the scores of `evaluationInput`.
 * @returns null where it said nothing
 */
export function joinSignal(
  prepared: LearnableLog,
  folds: readonly EvaluationFold[],
  subset: readonly number[],
  signal: "confidence" | "critic",
): Float64Array | null {
  if (folds.every(({ test }) => test[signal] === null)) return null;
  const columns = inputColumns(prepared, subset);
  const width = allPromptColumns(prepared).length;
  const parts = folds.map(({ test }) => {
    const values = test[signal];
    return values === null
      ? new Float64Array(test.queryIndex.length * columns.length).fill(Number.NaN)
      : selectValues(values, width, columns);
  });
  return joinColumns(Float64Array, parts);
}

/** The subset of training prompts, then all held-out prompts, as columns of the test rewards. */
function inputColumns(prepared: LearnableLog, subset: readonly number[]): number[] {
  const trainingCount = prepared.trainingPrompts.length;
  return [...subset, ...Array.from(prepared.heldOutPrompts, (_, index) => trainingCount + index)];
}

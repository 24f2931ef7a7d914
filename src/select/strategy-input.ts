import { ShapeError } from "../errors.ts";
import type { ObservationOptions } from "../evaluate/index.ts";
import type { Protocol, RewardMatrix } from "../types/index.ts";

/**
 * Everything strategies are judged on: U test units (distinct questions; under `paper`, rows) by C prompts, training
 * and held-out ones.
 */
export interface StrategyInput {
  /** U × C counts; a unit's reward under a prompt is successes / trials, unknown with 0 trials. */
  readonly rewards: RewardMatrix;
  /** How the log was observed, beside what the counts say. */
  readonly observation?: ObservationOptions | undefined;
  /** U long: question group of each unit, by which uncertainty is counted. */
  readonly clusters: Int32Array;
  /** U × C: predicted rewards, NaN where not scored. */
  readonly scores: Float64Array;
  /** U × C: the LLM's own confidence, in any unit, NaN where it has none; null for a log without. */
  readonly confidence: Float64Array | null;
  readonly trainingColumns: Int32Array;
  /** Empty where there are no held-out prompts. */
  readonly heldOutColumns: Int32Array;
  /** U long: the best training prompt by training labels; differs by fold. */
  readonly fixedColumn: Int32Array;
  /** U long: the training prompt that the unit's policy chooses, were its gate open. */
  readonly chosen: Int32Array;
  /** U long: 1 where the gate of the unit's fold lets the query-dependent choice through. */
  readonly open: Uint8Array;
  /** U long: 1 for questions that every query-dependent strategy gives the fixed prompt. */
  readonly keepFixed: Uint8Array;
  /** What the policy of another fold, which was trained on the unit, does with it; null where there is one fold. */
  readonly otherFold: {
    readonly folds: number;
    readonly chosen: Int32Array;
    readonly fixedColumn: Int32Array;
    readonly open: Uint8Array;
  } | null;
  /** Of the bootstrap. */
  readonly seed: number;
  readonly protocol: Protocol;
}

/** @throws ShapeError where sizes disagree or a column does not exist */
export function checkStrategyInput(input: StrategyInput): void {
  const { queries: units, prompts } = input.rewards;
  const cells = units * prompts;
  const lengths: readonly (readonly [string, number, number])[] = [
    ["rewards.successes", input.rewards.successes.length, cells],
    ["rewards.trials", input.rewards.trials.length, cells],
    ["scores", input.scores.length, cells],
    ["confidence", input.confidence?.length ?? cells, cells],
    ["clusters", input.clusters.length, units],
    ["fixedColumn", input.fixedColumn.length, units],
    ["chosen", input.chosen.length, units],
    ["open", input.open.length, units],
    ["keepFixed", input.keepFixed.length, units],
    ["otherFold.chosen", input.otherFold?.chosen.length ?? units, units],
  ];
  for (const [name, found, expected] of lengths) {
    if (found === expected) continue;
    throw new ShapeError(
      `${name} must be ${expected} long for ${units} units and ${prompts} prompts, found ${found}`,
    );
  }
  for (const column of [...input.trainingColumns, ...input.heldOutColumns]) {
    if (column >= 0 && column < prompts) continue;
    throw new ShapeError(`column ${column} does not exist: there are ${prompts} prompts`);
  }
  for (const [name, columns] of [
    ["fixed", input.fixedColumn],
    ["chosen", input.chosen],
  ] as const)
    for (const column of columns) {
      if (input.trainingColumns.includes(column)) continue;
      throw new ShapeError(
        `${name} column ${column} is not a training prompt (${input.trainingColumns.join(", ")})`,
      );
    }
}

/** Mean reward of a unit under a prompt; NaN where never tried. */
export function unitReward({ rewards }: StrategyInput, unit: number, column: number): number {
  const cell = unit * rewards.prompts + column;
  return rewards.successes[cell]! / rewards.trials[cell]!;
}

/** Whether a unit has labels under every one of the columns. */
export function isLabeled({ rewards }: StrategyInput, unit: number, columns: ArrayLike<number>): boolean {
  for (let index = 0; index < columns.length; index++) {
    if (rewards.trials[unit * rewards.prompts + columns[index]!]! === 0) return false;
  }
  return true;
}

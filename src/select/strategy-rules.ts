import { doublyRobustTable, observationDesign, selectColumns, selectValues } from "../evaluate/index.ts";
import type { StrategyName } from "../types/index.ts";
import { argmaxColumn } from "./argmax-column.ts";
import { hybridColumn } from "./hybrid-column.ts";
import { type StrategyInput, unitReward } from "./strategy-input.ts";

/** A strategy made ready for one input. */
export interface StrategyRule {
  /** Prompts it may choose. */
  readonly candidates: ArrayLike<number>;
  /**
   * What the candidates are called in explanations, for a rule that looks at the labels, so that a unit counts only where
   * all of them are labeled; null for one that does not.
   */
  readonly labelsNeeded: string | null;
  /** Whether it is the fixed prompt by construction, so that its uplift is 0 without uncertainty. */
  readonly alwaysFixed: boolean;
  /** Whether it can choose on this unit at all, labels apart. */
  canChoose(unit: number): boolean;
  /**
   * Writes the probability with which each column is chosen.
   * @param probabilities one a column, zeros on entry
   */
  choose(unit: number, probabilities: Float64Array): void;
  /**
   * What to know about what was chosen.
   * @param chosen column of each unit, -1 where the unit does not count
   */
  remark?(chosen: Int32Array): string | undefined;
}

/** Why a strategy has no value whatever the labels. */
export interface Unavailable {
  readonly reason: string;
}

/** The rule behind each name. Each function is called once an input. */
export const STRATEGY_RULES: Readonly<
  Record<StrategyName, (input: StrategyInput) => StrategyRule | Unavailable>
> = {
  fixed,
  "best-of-train": bestOfTrain,
  argmax,
  safe,
  "held-out": heldOut,
  all,
  hybrid,
  random,
  confidence,
  "confidence-first": confidenceFirst,
  oracle,
};

/** What follows from how prompts without labels are scored by default: a weighted mean of the training prompts' scores. */
const NO_HELD_OUT_CHOSEN =
  "No held-out prompt was chosen: scored by its likeness to the training prompts, a prompt without labels never " +
  "exceeds the best of these, so this is argmax.";

function fixed(input: StrategyInput): StrategyRule {
  return {
    candidates: input.trainingColumns,
    labelsNeeded: null,
    alwaysFixed: true,
    canChoose: () => true,
    choose: (unit, probabilities) => {
      probabilities[input.fixedColumn[unit]!] = 1;
    },
  };
}

function bestOfTrain(input: StrategyInput): StrategyRule {
  const column = bestColumnByTestLabels(input);
  const alwaysFixed = input.fixedColumn.every((fixedColumn) => fixedColumn === column);
  return { ...overTraining(input, () => column), alwaysFixed };
}

/** Sums of rewards that differ by less are equal. */
const TIE = 1e-9;

/** By doubly robust means; ties to the lowest column. */
function bestColumnByTestLabels({ rewards, observation, scores, trainingColumns }: StrategyInput): number {
  const columns = Array.from(trainingColumns);
  const design = observationDesign(selectColumns(rewards, columns), observation);
  const table = doublyRobustTable(design.rewards, selectValues(scores, rewards.prompts, columns));
  const totals = new Float64Array(columns.length);
  table.forEach((value, cell) => {
    const weight = design.weights[Math.floor(cell / columns.length)]!;
    if (weight > 0 && !Number.isNaN(value)) totals[cell % columns.length]! += weight * value;
  });
  // A tie is one whatever the order in which the units were added up.
  const rounded = totals.map((total) => Math.round(total / TIE) * TIE);
  return columns[argmaxColumn(rounded, 0, Int32Array.from(columns.keys()), -1)]!;
}

function argmax(input: StrategyInput): StrategyRule {
  return overTraining(input, (unit) => input.chosen[unit]!);
}

function safe(input: StrategyInput): StrategyRule {
  if (!input.open.includes(1)) return fixed(input);
  return overTraining(input, (unit) => (input.open[unit] === 1 ? input.chosen[unit]! : -1));
}

function heldOut(input: StrategyInput): StrategyRule | Unavailable {
  return overHeldOut(input, (unit, rowStart) =>
    argmaxColumn(input.scores, rowStart, input.heldOutColumns, input.fixedColumn[unit]!),
  );
}

function all(input: StrategyInput): StrategyRule | Unavailable {
  const columns = Int32Array.of(...input.trainingColumns, ...input.heldOutColumns);
  const rule = overHeldOut(input, (unit, rowStart) =>
    argmaxColumn(input.scores, rowStart, columns, input.fixedColumn[unit]!),
  );
  if ("reason" in rule) return rule;
  const heldOut = new Set(input.heldOutColumns);
  return {
    ...rule,
    remark: (chosen) => (chosen.some((column) => heldOut.has(column)) ? undefined : NO_HELD_OUT_CHOSEN),
  };
}

function hybrid(input: StrategyInput): StrategyRule | Unavailable {
  const { scores, trainingColumns, heldOutColumns, fixedColumn } = input;
  return overHeldOut(input, (unit, rowStart) =>
    hybridColumn(scores, rowStart, trainingColumns, heldOutColumns, fixedColumn[unit]!),
  );
}

function random(input: StrategyInput): StrategyRule {
  const share = 1 / input.trainingColumns.length;
  return {
    ...overTraining(input, () => -1),
    choose: (_unit, probabilities) => {
      for (const column of input.trainingColumns) probabilities[column] = share;
    },
  };
}

function confidence(input: StrategyInput): StrategyRule | Unavailable {
  return overConfidence(input, (tied, probabilities) => {
    for (const column of tied) probabilities[column] = 1 / tied.length;
  });
}

function confidenceFirst(input: StrategyInput): StrategyRule | Unavailable {
  return overConfidence(input, (tied, probabilities) => {
    probabilities[Math.min(...tied)] = 1;
  });
}

function oracle(input: StrategyInput): StrategyRule {
  const rewards = new Float64Array(input.rewards.prompts);
  return {
    ...overTraining(input, (unit) => {
      for (const column of input.trainingColumns) rewards[column] = unitReward(input, unit, column);
      return argmaxColumn(rewards, 0, input.trainingColumns, input.fixedColumn[unit]!);
    }),
    labelsNeeded: "training prompts",
  };
}

/** A rule that names one training prompt a unit; -1 stands for the fixed one. */
function overTraining(input: StrategyInput, choice: (unit: number) => number): StrategyRule {
  return {
    candidates: input.trainingColumns,
    labelsNeeded: null,
    alwaysFixed: false,
    canChoose: () => true,
    choose: (unit, probabilities) => {
      const column = choice(unit);
      probabilities[column === -1 ? input.fixedColumn[unit]! : column] = 1;
    },
  };
}

/** A query-dependent rule that may name held-out prompts; -1 stands for the fixed prompt. */
function overHeldOut(
  input: StrategyInput,
  choice: (unit: number, rowStart: number) => number,
): StrategyRule | Unavailable {
  if (input.heldOutColumns.length === 0) return { reason: "The log has no held-out prompts." };
  const { prompts } = input.rewards;
  return {
    ...overTraining(input, (unit) => (input.keepFixed[unit] === 1 ? -1 : choice(unit, unit * prompts))),
    candidates: Int32Array.of(...input.trainingColumns, ...input.heldOutColumns),
  };
}

/** A rule on the training prompts of highest confidence; units where one has none cannot be judged. */
function overConfidence(
  input: StrategyInput,
  share: (tied: readonly number[], probabilities: Float64Array) => void,
): StrategyRule | Unavailable {
  const { confidence: confidences, trainingColumns } = input;
  if (confidences === null) return { reason: "The log holds no confidence of the LLM." };
  const findConfidence = (unit: number, column: number): number =>
    confidences[unit * input.rewards.prompts + column]!;
  return {
    candidates: trainingColumns,
    labelsNeeded: "training prompts, with the LLM's confidence,",
    alwaysFixed: false,
    canChoose: (unit) => trainingColumns.every((column) => !Number.isNaN(findConfidence(unit, column))),
    choose: (unit, probabilities) => {
      const highest = trainingColumns.reduce(
        (best, column) => Math.max(best, findConfidence(unit, column)),
        Number.NEGATIVE_INFINITY,
      );
      share(
        [...trainingColumns].filter((column) => findConfidence(unit, column) === highest),
        probabilities,
      );
    },
  };
}

import {
  type BoundedValues,
  type MeanEstimate,
  mcnemarOfRewards,
  meanIntervals,
  observationWeights,
} from "../evaluate/index.ts";
import type { Interval, StrategyName, StrategyResult } from "../types/index.ts";
import { STRATEGIES } from "./strategies.ts";
import { checkStrategyInput, isLabelled, type StrategyInput, unitReward } from "./strategy-input.ts";
import { STRATEGY_RULES, type StrategyRule } from "./strategy-rules.ts";

/** What one strategy does on every unit. */
export interface StrategyOutcome {
  readonly name: StrategyName;
  /** Chosen column; -1 where the choice is spread over several, or the unit does not count. */
  readonly chosen: Int32Array;
  /** Expected reward of the choice; NaN where the unit does not count. */
  readonly reward: Float64Array;
  /** Reward of the fixed prompt on the same units; NaN where the unit does not count. */
  readonly fixedReward: Float64Array;
  /** Probability that another prompt than the fixed one is chosen; NaN where the unit does not count. */
  readonly switched: Float64Array;
  /** Of the units: those of the input, by inverse propensity of what was needed to judge the strategy. */
  readonly weights: Float64Array;
  /** Units that count. */
  readonly units: number;
  /** Why none counts, which do if not all, and what to know about the choice. */
  readonly reason?: string;
  /** Whether it is the fixed prompt by construction. */
  readonly alwaysFixed: boolean;
}

const SUCCESS_BOUNDS: Interval = [0, 1];
const UPLIFT_BOUNDS: Interval = [-1, 1];

/**
 * Estimates the success of every strategy, and its uplift over the best fixed prompt, each on the units where the
 * fixed prompt and every prompt the strategy may choose are labelled; intervals at 95 % are clustered by question
 * group. A strategy that cannot be judged has null values and a reason. `confidence-first` is listed under `paper`
 * only.
 * @throws ShapeError where sizes disagree, a column does not exist or a fixed prompt is no training prompt
 */
export function evaluateStrategies(input: StrategyInput): StrategyResult[] {
  const outcomes = strategyOutcomes(input);
  const columns = outcomes.flatMap((outcome): BoundedValues[] => [
    { values: outcome.reward, weights: outcome.weights, bounds: SUCCESS_BOUNDS },
    {
      values: difference(outcome.reward, outcome.fixedReward),
      weights: outcome.weights,
      bounds: UPLIFT_BOUNDS,
    },
  ]);
  const estimates = meanIntervals(columns, input.weights, input.clusters, { seed: input.seed });
  return outcomes.map((outcome, index) =>
    summarise(input, outcome, estimates[2 * index]!, estimates[2 * index + 1]!),
  );
}

/**
 * What every strategy does on every unit: the table behind {@link evaluateStrategies}.
 * @throws ShapeError as there
 */
export function strategyOutcomes(input: StrategyInput): StrategyOutcome[] {
  checkStrategyInput(input);
  return STRATEGIES.filter(({ name }) => name !== "confidence-first" || input.protocol === "paper").map(
    ({ name }) => {
      const rule = STRATEGY_RULES[name](input);
      return "reason" in rule ? unavailable(input, name, rule.reason) : applyRule(input, name, rule);
    },
  );
}

function summarise(
  input: StrategyInput,
  outcome: StrategyOutcome,
  success: MeanEstimate | null,
  uplift: MeanEstimate | null,
): StrategyResult {
  const note = outcome.reason === undefined ? {} : { reason: outcome.reason };
  if (success === null || uplift === null) {
    return {
      name: outcome.name,
      success: null,
      ci95: null,
      uplift: null,
      upliftCi95: null,
      switched: null,
      questions: 0,
      mcnemarP: null,
      ...note,
    };
  }
  return {
    name: outcome.name,
    success: success.mean,
    ci95: success.interval,
    uplift: uplift.mean,
    upliftCi95: outcome.alwaysFixed ? [0, 0] : uplift.interval,
    switched: weightedMean(outcome.switched, outcome.weights),
    questions: outcome.units,
    // It counts pairs, and cannot weigh them.
    mcnemarP:
      outcome.weights === input.weights ? mcnemarOfRewards(outcome.reward, outcome.fixedReward) : null,
    ...note,
  };
}

function applyRule(input: StrategyInput, name: StrategyName, rule: StrategyRule): StrategyOutcome {
  const { queries: units, prompts } = input.rewards;
  const outcome = { ...emptyOutcome(units), weights: unitWeights(input, rule.candidates) };
  const probabilities = new Float64Array(prompts);
  let counted = 0;
  let weighted = 0;
  for (let unit = 0; unit < units; unit++) {
    if (input.weights[unit] === 0) continue;
    weighted++;
    const fixedColumn = input.fixedColumn[unit]!;
    const paired = isLabelled(input, unit, rule.candidates) && isLabelled(input, unit, [fixedColumn]);
    if (!paired || !rule.canChoose(unit)) continue;
    counted++;
    probabilities.fill(0);
    rule.choose(unit, probabilities);
    let reward = 0;
    for (let column = 0; column < prompts; column++) {
      const probability = probabilities[column]!;
      if (probability === 0) continue;
      reward += probability * unitReward(input, unit, column);
      if (probability === 1) outcome.chosen[unit] = column;
    }
    outcome.reward[unit] = reward;
    outcome.fixedReward[unit] = unitReward(input, unit, fixedColumn);
    outcome.switched[unit] = 1 - probabilities[fixedColumn]!;
  }
  const notes = [
    counted === weighted ? undefined : coverage(rule, counted, weighted),
    counted === 0 ? undefined : rule.remark?.(outcome.chosen),
  ].filter((note) => note !== undefined);
  const note = notes.length === 0 ? {} : { reason: notes.join(" ") };
  return { name, ...outcome, units: counted, alwaysFixed: rule.alwaysFixed, ...note };
}

/** Which units could be judged, in words. */
function coverage({ candidates, candidatesName }: StrategyRule, counted: number, total: number): string {
  const needed =
    candidates.length === 0
      ? `labelled under ${candidatesName}`
      : `labelled under the fixed prompt and each of the ${candidates.length} ${candidatesName} it may choose`;
  return counted === 0
    ? `None of the ${total} questions is ${needed}.`
    : `Measured on the ${counted} of ${total} questions that are ${needed}.`;
}

function unavailable(input: StrategyInput, name: StrategyName, reason: string): StrategyOutcome {
  const { rewards, weights } = input;
  return { name, ...emptyOutcome(rewards.queries), weights, units: 0, alwaysFixed: false, reason };
}

/** The fixed prompt differs by fold, and is needed as much as those that may be chosen. */
function unitWeights(input: StrategyInput, candidates: ArrayLike<number>): Float64Array {
  const { rewards, weights, fixedColumn } = input;
  if (rewards.inversePropensity === undefined) return weights;
  const byFixed = new Map<number, Float64Array>();
  for (const column of fixedColumn)
    if (!byFixed.has(column))
      byFixed.set(column, observationWeights(rewards, weights, [...Array.from(candidates), column]));
  return weights.map((_, unit) => byFixed.get(fixedColumn[unit]!)![unit]!);
}

function emptyOutcome(
  units: number,
): Pick<StrategyOutcome, "chosen" | "reward" | "fixedReward" | "switched"> {
  return {
    chosen: new Int32Array(units).fill(-1),
    reward: new Float64Array(units).fill(Number.NaN),
    fixedReward: new Float64Array(units).fill(Number.NaN),
    switched: new Float64Array(units).fill(Number.NaN),
  };
}

function difference(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, unit) => value - second[unit]!);
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let unit = 0; unit < values.length; unit++) {
    if (Number.isNaN(values[unit]!)) continue;
    sum += weights[unit]! * values[unit]!;
    total += weights[unit]!;
  }
  return sum / total;
}

import {
  doublyRobustScores,
  type MeanEstimate,
  mcnemarOfRewards,
  meanCorrection,
  meanIntervals,
  measureOverlap,
  type ObservationDesign,
  observationDesign,
  observationWeights,
  policyGain,
  selectColumns,
  selectValues,
} from "../evaluate/index.ts";
import type { Interval, StrategyName, StrategyResult } from "../types/index.ts";
import { STRATEGIES } from "./strategies.ts";
import { checkStrategyInput, isLabeled, type StrategyInput, unitReward } from "./strategy-input.ts";
import { STRATEGY_RULES, type StrategyRule } from "./strategy-rules.ts";

/** What one strategy does on every unit. */
export interface StrategyOutcome {
  readonly name: StrategyName;
  /** Chosen column; -1 where the choice is spread over several, or the unit does not count. */
  readonly chosen: Int32Array;
  /** What the unit tells of the choice's success: its reward, or a doubly robust score; NaN where it does not count. */
  readonly reward: Float64Array;
  /** Likewise of the fixed prompt. */
  readonly fixedReward: Float64Array;
  /** Probability that another prompt than the fixed one is chosen; NaN where the unit does not count. */
  readonly switched: Float64Array;
  readonly weights: Float64Array;
  /** Units that count. */
  readonly units: number;
  /** Why none counts, which do if not all, and what to know about the choice. */
  readonly reason?: string;
  /** Whether it is the fixed prompt by construction. */
  readonly alwaysFixed: boolean;
  /** What its estimate rests on; null for a strategy that looks at labels, and so counts only where they are. */
  readonly basis: StrategyBasis | null;
}

/** How the success of a choice is estimated, over the prompts it may choose. */
interface StrategyBasis {
  readonly design: ObservationDesign;
  /** Units × candidates. */
  readonly predicted: Float64Array;
  readonly policy: Float64Array;
  /** The fixed prompt of each unit, as a position among the candidates. */
  readonly fixed: Int32Array;
  /** Position of each column among the candidates. */
  readonly positions: ReadonlyMap<number, number>;
}

const SUCCESS_BOUNDS: Interval = [0, 1];
const UPLIFT_BOUNDS: Interval = [-1, 1];

/**
 * Estimates the success of every strategy, and its gain over the best fixed prompt, doubly robust: whatever the log
 * lacks is predicted, and the predictions corrected by what it has. In a complete log these are the rewards themselves.
 * Strategies that look at labels are judged where they are. Intervals at 95 % are clustered by question group. A strategy
 * that cannot be judged has null values and a reason. `confidence-first` is listed under `paper` only.
 * @throws ShapeError where sizes disagree, a column does not exist or a fixed prompt is no training prompt
 */
export function evaluateStrategies(input: StrategyInput): StrategyResult[] {
  const outcomes = strategyOutcomes(input);
  const columns = outcomes.flatMap(({ reward, fixedReward, weights, basis }) => [
    {
      values: reward,
      weights,
      bounds: SUCCESS_BOUNDS,
      ...(basis !== null &&
        basis.design.kind !== "complete" && { unseen: meanCorrection(basis.design.rewards) }),
    },
    // Of a strategy with a basis, the gain is estimated otherwise.
    {
      values:
        basis === null ? difference(reward, fixedReward) : new Float64Array(reward.length).fill(Number.NaN),
      weights,
      bounds: UPLIFT_BOUNDS,
    },
  ]);
  const ones = new Float64Array(input.rewards.queries).fill(1);
  const estimates = meanIntervals(columns, ones, input.clusters, { seed: input.seed });
  return outcomes.map((outcome, index) =>
    summarize(input, outcome, estimates[2 * index]!, estimates[2 * index + 1]!),
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
      if ("reason" in rule) return unavailable(input, name, rule.reason);
      return rule.labelsNeeded === null
        ? estimateRule(input, name, rule)
        : applyToLabels(input, name, rule, rule.labelsNeeded);
    },
  );
}

function summarize(
  input: StrategyInput,
  outcome: StrategyOutcome,
  success: MeanEstimate | null,
  paired: MeanEstimate | null,
): StrategyResult {
  const note = outcome.reason === undefined ? {} : { reason: outcome.reason };
  const uplift = outcome.basis === null ? paired : measureGain(input, outcome, outcome.basis);
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
  // It counts pairs, and cannot weigh them.
  const isPaired = outcome.basis === null || outcome.basis.design.kind === "complete";
  const counted = outcome.weights.filter((_, unit) => !Number.isNaN(outcome.reward[unit]!));
  const isEven = counted.every((weight) => weight === counted[0]);
  return {
    name: outcome.name,
    success: success.mean,
    ci95: success.interval,
    uplift: uplift.mean,
    upliftCi95: outcome.alwaysFixed ? [0, 0] : uplift.interval,
    switched: weightedMean(outcome.switched, outcome.weights),
    questions: outcome.units,
    mcnemarP: isPaired && isEven ? mcnemarOfRewards(outcome.reward, outcome.fixedReward) : null,
    ...note,
  };
}

/** Learned policies of different folds err together: see `policyGain`. */
function measureGain(
  { otherFold, clusters }: StrategyInput,
  { name, weights }: StrategyOutcome,
  { design, predicted, policy, fixed, positions }: StrategyBasis,
): ReturnType<typeof policyGain> {
  const at = (column: number): number => positions.get(column)!;
  const others =
    otherFold === null || (name !== "argmax" && name !== "safe")
      ? []
      : [
          {
            chosen: otherFold.chosen.map((column, unit) =>
              at(name === "safe" && otherFold.open[unit] === 0 ? otherFold.fixedColumn[unit]! : column),
            ),
            fixed: otherFold.fixedColumn.map(at),
          },
        ];
  return policyGain({
    rewards: design.rewards,
    predicted,
    weights,
    clusters,
    chosen: policy,
    fixed,
    ...(others.length > 0 &&
      otherFold !== null && { otherFolds: { folds: otherFold.folds, policies: others } }),
  });
}

function estimateRule(input: StrategyInput, name: StrategyName, rule: StrategyRule): StrategyOutcome {
  const { rewards, observation, scores, fixedColumn } = input;
  const { queries: units, prompts } = rewards;
  const candidates = Array.from(rule.candidates);
  const positions = new Map(candidates.map((column, position) => [column, position]));
  const width = candidates.length;
  const design = observationDesign(selectColumns(rewards, candidates), observation);
  const predicted = selectValues(scores, prompts, candidates);
  const policy = new Float64Array(units * width);
  const chosen = new Int32Array(units).fill(-1);
  const switched = new Float64Array(units).fill(Number.NaN);
  const probabilities = new Float64Array(prompts);
  for (let unit = 0; unit < units; unit++) {
    if (!rule.canChoose(unit)) {
      policy.fill(Number.NaN, unit * width, (unit + 1) * width);
      continue;
    }
    probabilities.fill(0);
    rule.choose(unit, probabilities);
    candidates.forEach((column, position) => {
      policy[unit * width + position] = probabilities[column]!;
      if (probabilities[column] === 1) chosen[unit] = column;
    });
    switched[unit] = 1 - probabilities[fixedColumn[unit]!]!;
  }
  const fixed = fixedColumn.map((column) => positions.get(column)!);
  const failure = [policy, fixed]
    .map((one) => measureOverlap(design, one, design.weights).reason)
    .find((reason) => reason !== null);
  if (failure !== undefined && failure !== null) return unavailable(input, name, failure);
  const reward = doublyRobustScores(design.rewards, predicted, policy);
  const counts = reward.map((score, unit) => (Number.isNaN(score) ? 0 : design.weights[unit]!));
  const counted = chosen.map((column, unit) => (counts[unit] === 0 ? -1 : column));
  const remark = rule.remark?.(counted);
  return {
    name,
    chosen: counted,
    reward,
    fixedReward: doublyRobustScores(design.rewards, predicted, fixed),
    switched: switched.map((share, unit) => (counts[unit] === 0 ? Number.NaN : share)),
    weights: counts,
    units: counts.filter((weight) => weight > 0).length,
    alwaysFixed: rule.alwaysFixed,
    basis: { design, predicted, policy, fixed, positions },
    ...(remark !== undefined && { reason: remark }),
  };
}

function applyToLabels(
  input: StrategyInput,
  name: StrategyName,
  rule: StrategyRule,
  candidatesName: string,
): StrategyOutcome {
  const { queries: units, prompts } = input.rewards;
  const outcome = emptyOutcome(units);
  const probabilities = new Float64Array(prompts);
  let counted = 0;
  for (let unit = 0; unit < units; unit++) {
    const fixedColumn = input.fixedColumn[unit]!;
    const isPaired = isLabeled(input, unit, rule.candidates) && isLabeled(input, unit, [fixedColumn]);
    if (!isPaired || !rule.canChoose(unit)) continue;
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
  const needed = `labeled under the fixed prompt and each of the ${rule.candidates.length} ${candidatesName} it may choose`;
  return {
    name,
    ...outcome,
    weights: labelWeights(input, rule.candidates),
    units: counted,
    alwaysFixed: rule.alwaysFixed,
    basis: null,
    ...(counted < units && {
      reason:
        counted === 0
          ? `None of the ${units} questions is ${needed}.`
          : `Measured on the ${counted} of ${units} questions that are ${needed}.`,
    }),
  };
}

function unavailable(input: StrategyInput, name: StrategyName, reason: string): StrategyOutcome {
  const { queries } = input.rewards;
  const weights = new Float64Array(queries);
  return { name, ...emptyOutcome(queries), weights, units: 0, alwaysFixed: false, basis: null, reason };
}

/** The fixed prompt differs by fold, and is needed as much as those that may be chosen. */
function labelWeights({ rewards, fixedColumn }: StrategyInput, candidates: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(rewards.queries).fill(1);
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

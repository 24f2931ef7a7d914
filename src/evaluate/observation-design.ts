import type { RewardMatrix } from "../types/index.ts";
import { estimatePropensities, type PropensityModelInput } from "./propensity-model.ts";

/** Where the probabilities of what was observed come from. */
export type PropensitySource = "complete" | "column" | "rates" | "model";

/** How a log was observed, and so what its labels stand for. */
export interface ObservationDesign {
  /** null where the log cannot be estimated from. */
  readonly kind: PropensitySource | null;
  /** A sentence: what must be believed for estimates to hold; where `kind` is null, why there are none. */
  readonly assumption: string;
  /** The matrix given, with inverse propensities unless it is complete. */
  readonly rewards: RewardMatrix;
  /** One a unit: how often traffic brought it, where answers were drawn; 1 where the log is a grid. */
  readonly weights: Float64Array;
  /**
   * Units × prompts: 1 where the pair could have been observed. 0 where its probability is 0, or nothing tells it: the
   * prompt was never tried, or (`model`) hardly ever on such questions.
   */
  readonly supported: Uint8Array;
}

export interface ObservationOptions {
  /**
   * Whether what was asked depended on answers before, as in an adaptive collection or a bandit. Then only recorded
   * propensities will do.
   * @default false
   */
  readonly isAdaptive?: boolean;
  /** Estimate propensities from the question instead of rates; a recorded column still comes first. */
  readonly model?: PropensityModelInput;
}

/** A stratum in which a prompt was observed on fewer questions does not tell its rate there. */
const MIN_OF_STRATUM = 10;
/** With fewer expected coincidences, how often a prompt fell on the same question again tells nothing. */
const MIN_COINCIDENCES = 5;

/**
 * Decides how a log was observed. Complete where every unit has a label under every prompt. Else by the matrix's own
 * inverse propensities. Else each prompt's rate: of the answers, where prompts were *drawn* for each (single answers, or
 * repeats that fall on the same prompt as often as draws would); of the questions, where pairs form a *grid* with holes,
 * and apart for questions labeled under one, some and all prompts if there are enough of each.
 * @param rewards counts over the whole log, since rates are those of the log
 */
export function observationDesign(
  rewards: RewardMatrix,
  options: ObservationOptions = {},
): ObservationDesign {
  const { queries, prompts, inversePropensity } = rewards;
  const labeled = labeledCounts(rewards);
  if (inversePropensity !== undefined)
    return {
      kind: "column",
      assumption:
        "The log says with which probability each prompt was put to each question; that these probabilities are right is assumed.",
      rewards,
      weights: rewards.draws ?? new Float64Array(queries).fill(1),
      supported: repeatRow(queries, prompts, (column) => Number(isObserved(rewards, column))),
    };
  // Questions that were never asked are no part of the log.
  if (labeled.every((count) => count === prompts || count === 0))
    return {
      kind: "complete",
      assumption: "Every question is labeled under every prompt, so nothing need be assumed.",
      rewards,
      weights: new Float64Array(queries).fill(1),
      supported: new Uint8Array(queries * prompts).fill(1),
    };
  if (options.isAdaptive === true)
    return {
      kind: null,
      assumption:
        "What was asked depended on the answers before, and the log does not say with which probability, so no estimate is free of that. Record the propensity of every answer.",
      rewards,
      weights: new Float64Array(queries).fill(1),
      supported: new Uint8Array(queries * prompts),
    };
  const drawn = isDrawn(rewards);
  if (options.model !== undefined) {
    if (!drawn)
      return {
        kind: null,
        assumption:
          "Propensities are estimated from the question where each answer's prompt was drawn; this log has questions labeled under several prompts at once. Leave the propensity model out to use rates.",
        rewards,
        weights: new Float64Array(queries).fill(1),
        supported: new Uint8Array(queries * prompts),
      };
    const { probabilities, supported } = estimatePropensities(rewards, options.model);
    return {
      kind: "model",
      assumption:
        "Each answer's prompt is taken as drawn with a probability that depends only on what the propensity model sees of the question; what else decided, and also decides success, biases the estimate.",
      rewards: { ...rewards, inversePropensity: drawCorrections(rewards, probabilities) },
      weights: trialsOfUnits(rewards),
      supported,
    };
  }
  const probabilities = drawn ? drawRates(rewards) : gridRates(rewards, labeled);
  return {
    kind: "rates",
    assumption: drawn
      ? "Each answer's prompt is taken as drawn at random, with the share each prompt has in the log, whatever the question."
      : "Which prompts a question is labeled under is taken as drawn at random, with the share of questions each prompt has in the log, whatever the question.",
    rewards: {
      ...rewards,
      inversePropensity: drawn
        ? drawCorrections(rewards, probabilities)
        : gridCorrections(rewards, probabilities, labeled),
    },
    weights: drawn ? trialsOfUnits(rewards) : new Float64Array(queries).fill(1),
    supported: Uint8Array.from(probabilities, (probability) => Number(probability > 0)),
  };
}

/** Trials over what the pair could expect of its unit's draws; NaN for a unit without any. */
function drawCorrections(rewards: RewardMatrix, probabilities: Float64Array): Float64Array {
  const draws = trialsOfUnits(rewards);
  return rewards.trials.map((count, cell) => {
    const ofUnit = draws[Math.floor(cell / rewards.prompts)]!;
    if (ofUnit === 0) return Number.NaN;
    return count === 0 ? 0 : count / (ofUnit * probabilities[cell]!);
  });
}

function gridCorrections(
  { prompts, trials }: RewardMatrix,
  probabilities: Float64Array,
  labeled: Int32Array,
): Float64Array {
  return trials.map((count, cell) => {
    if (labeled[Math.floor(cell / prompts)] === 0) return Number.NaN;
    return count === 0 ? 0 : 1 / probabilities[cell]!;
  });
}

/**
 * Whether the pairs look drawn one answer at a time, not as a grid with holes. In a grid no pair comes twice, or each
 * comes equally often; draws fall on the same pair again with the chance Σ e².
 */
function isDrawn(rewards: RewardMatrix): boolean {
  const { queries, prompts, trials } = rewards;
  const rates = answerRates(rewards);
  const chance = rates.reduce((sum, rate) => sum + rate * rate, 0);
  const draws = trialsOfUnits(rewards);
  let found = 0;
  let expected = 0;
  for (let unit = 0; unit < queries; unit++) {
    expected += countPairs(draws[unit]!) * chance;
    for (let column = 0; column < prompts; column++) found += countPairs(trials[unit * prompts + column]!);
  }
  if (expected < MIN_COINCIDENCES) return true;
  const repeats = trials.filter((count) => count > 0);
  if (repeats[0]! > 1 && repeats.every((count) => count === repeats[0])) return false;
  return found > expected / 2 && found < 2 * expected;
}

function countPairs(count: number): number {
  return (count * (count - 1)) / 2;
}

/** Share of the answers each prompt has. */
function answerRates({ prompts, trials }: RewardMatrix): Float64Array {
  const counts = new Float64Array(prompts);
  let total = 0;
  trials.forEach((count, cell) => {
    counts[cell % prompts]! += count;
    total += count;
  });
  return counts.map((count) => count / total);
}

function drawRates(rewards: RewardMatrix): Float64Array {
  const rates = answerRates(rewards);
  return Float64Array.from(rewards.trials, (_, cell) => rates[cell % rewards.prompts]!);
}

/**
 * Probability that a pair is labeled, at least once: each prompt's share among the questions labeled under as many
 * prompts (one, some, all), which are most often others by design; among all labeled questions where the strata are
 * too small to tell.
 */
function gridRates(rewards: RewardMatrix, labeled: Int32Array): Float64Array {
  const { queries, prompts, trials } = rewards;
  const stratumOf = labeled.map((count) => (count === prompts ? 2 : count === 1 ? 0 : 1));
  const pooled = new Float64Array(prompts);
  const counts = [0, 1, 2].map(() => new Float64Array(prompts));
  const sizes = new Float64Array(3);
  let total = 0;
  for (let unit = 0; unit < queries; unit++) {
    if (labeled[unit] === 0) continue;
    total++;
    const stratum = stratumOf[unit]!;
    sizes[stratum]! += 1;
    for (let column = 0; column < prompts; column++) {
      if (trials[unit * prompts + column] === 0) continue;
      pooled[column]! += 1;
      counts[stratum]![column]! += 1;
    }
  }
  const stratified = counts.every(
    (count, stratum) =>
      sizes[stratum] === 0 ||
      stratum === 2 ||
      count.every((times, column) => times >= MIN_OF_STRATUM || pooled[column] === 0),
  );
  return Float64Array.from(trials, (_, cell) => {
    const column = cell % prompts;
    if (!stratified) return pooled[column]! / total;
    const stratum = stratumOf[Math.floor(cell / prompts)]!;
    return sizes[stratum] === 0 ? 0 : counts[stratum]![column]! / sizes[stratum]!;
  });
}

function trialsOfUnits({ queries, prompts, trials }: RewardMatrix): Float64Array {
  const sums = new Float64Array(queries);
  trials.forEach((count, cell) => {
    sums[Math.floor(cell / prompts)]! += count;
  });
  return sums;
}

/** Prompts each unit is labeled under. */
function labeledCounts({ queries, prompts, trials }: RewardMatrix): Int32Array {
  const counts = new Int32Array(queries);
  trials.forEach((count, cell) => {
    if (count > 0) counts[Math.floor(cell / prompts)]! += 1;
  });
  return counts;
}

function isObserved({ prompts, trials }: RewardMatrix, column: number): boolean {
  for (let cell = column; cell < trials.length; cell += prompts) if (trials[cell]! > 0) return true;
  return false;
}

function repeatRow(queries: number, prompts: number, findFlag: (column: number) => number): Uint8Array {
  const row = Uint8Array.from({ length: prompts }, (_, column) => findFlag(column));
  return Uint8Array.from({ length: queries * prompts }, (_, cell) => row[cell % prompts]!);
}

import { ShapeError } from "../errors.ts";
import { clusteredMean, doublyRobustTable, normalCdf, type ObservationDesign } from "../evaluate/index.ts";
import type { GateStrength } from "../types/index.ts";
import { decideGate, GATE_THRESHOLDS, type GateDecision } from "./decide-gate.ts";

/** What a choice is learned from: Q training questions by P prompts. */
export interface ChoiceTraining {
  /**
   * Predictions to choose by, at least one, each Q × P: each question's rewards without any label of its fold. NaN
   * throughout the row of a question that was not compared.
   */
  readonly candidates: readonly Float64Array[];
  /** Of the training labels. */
  readonly design: ObservationDesign;
  /** Q long: question groups. */
  readonly clusters: Int32Array;
  /** Q long, 0-based: folds of the predictions. */
  readonly folds: Int32Array;
  /** Q long: 1 for questions that get the fixed prompt whatever their scores. */
  readonly keepFixed: Uint8Array;
  readonly strength: GateStrength;
}

/** How prompts are chosen for questions. */
export interface LearnedChoice {
  /** The best fixed prompt. */
  readonly fixedColumn: number;
  /** P long: success of each prompt when put to every question. */
  readonly means: Float64Array;
  /** Positions of the candidates whose mean is to be predicted. */
  readonly members: readonly number[];
  /** The fixed prompt is left only where the prediction exceeds its own by more than this. */
  readonly margin: number;
  readonly gate: GateDecision;
  /** Q × P: what each question's prompts were judged by, chosen without its fold; NaN where it was not compared. */
  readonly outOfFold: Float64Array;
}

/** Candidates averaged: the best few by gain do about equally well, and their mean does better than the best. */
const MEMBERS = 5;
/** Margins tried, in rewards. */
const MARGINS: readonly number[] = [0, 0.01, 0.02, 0.04, 0.07, 0.1];
/** A prompt answered less often is not named best while others are answered more. */
const MIN_ANSWERS = 30;

/** All that is chosen, but for the gate. */
interface Selection extends Omit<LearnedChoice, "gate" | "outOfFold"> {
  /** Q × P: mean prediction of the members, in [0, 1]. */
  readonly predicted: Float64Array;
}

/**
 * Chooses, on questions left out of the fits, the best fixed prompt, the candidates with the highest gain over it, and the
 * margin; and decides by the gate whether leaving the fixed prompt pays. What judges is never what was chosen on: for the
 * gate, each fold's prompts are chosen with fixed prompt, candidates and margin of the other folds. (Chosen on what
 * judges, a gate of one standard error opens in three of four logs with nothing to gain, in place of one of six.)
 * @throws ShapeError where sizes disagree
 */
export function learnChoice(training: ChoiceTraining): LearnedChoice {
  checkChoiceTraining(training);
  const { candidates, design, clusters, folds, strength, keepFixed } = training;
  const { rewards, weights } = design;
  const { queries, prompts } = rewards;
  const mean = meanPrediction(candidates);
  const table = doublyRobustTable(rewards, mean);
  // In a complete log the table knows questions that were not compared, too.
  const counts = (query: number): boolean =>
    !Number.isNaN(table[query * prompts]!) && !Number.isNaN(mean[query * prompts]!);
  const visible = (hidden: number): Uint8Array =>
    Uint8Array.from(folds, (fold, query) => (fold !== hidden && counts(query) ? 1 : 0));
  const presentFolds = [...new Set(folds)].sort((one, other) => one - other);
  const selections = presentFolds.map((fold) => select(training, table, visible(fold)));
  const predicted = new Float64Array(queries * prompts).fill(Number.NaN);
  /** What the selections made without a fold, or without the next one, do with the fold's questions. */
  const judged = [0, 1].map((shift) => {
    const chosen = new Int32Array(queries).fill(-1);
    const fixed = new Int32Array(queries).fill(-1);
    for (let query = 0; query < queries; query++) {
      if (!counts(query)) continue;
      const place = (presentFolds.indexOf(folds[query]!) + shift) % presentFolds.length;
      const selection = selections[place]!;
      const start = query * prompts;
      if (shift === 0) predicted.set(selection.predicted.subarray(start, start + prompts), start);
      fixed[query] = selection.fixedColumn;
      chosen[query] =
        keepFixed[query] === 1
          ? selection.fixedColumn
          : choose(selection.predicted, start, prompts, selection.fixedColumn, selection.margin);
    }
    return { chosen, fixed };
  });
  const [own, other] = judged as [(typeof judged)[0], (typeof judged)[0]];
  const { fixedColumn, means, members, margin } = select(training, table, visible(-1));
  return {
    fixedColumn,
    means,
    members,
    margin,
    outOfFold: predicted,
    gate: decideGate({
      design,
      predicted,
      weights,
      clusters,
      ...own,
      otherFolds: { folds: presentFolds.length, policies: [other] },
      strength,
    }),
  };
}

function select(
  { candidates, design, clusters, keepFixed, strength }: ChoiceTraining,
  table: Float64Array,
  visible: Uint8Array,
): Selection {
  const { prompts } = design.rewards;
  const weights = design.weights.map((weight, query) => (visible[query] === 1 ? weight : 0));
  const { fixedColumn, means } = bestColumn(design, table, weights);
  const computeGain = (scores: Float64Array, margin: number): Float64Array =>
    weights.map((weight, query) => {
      const start = query * prompts;
      if (weight === 0) return Number.NaN;
      if (keepFixed[query] === 1) return 0;
      const column = choose(scores, start, prompts, fixedColumn, margin);
      return column === fixedColumn ? 0 : table[start + column]! - table[start + fixedColumn]!;
    });
  const gains = candidates.map((scores) => weightedSum(computeGain(scores, 0), weights));
  // Where they choose alike, those that come nearest to the rewards.
  const errors = candidates.map((scores) => squaredError(scores, table, weights));
  const members = [...candidates.keys()]
    .sort((one, other) => gains[other]! - gains[one]! || errors[one]! - errors[other]! || one - other)
    .slice(0, MEMBERS);
  const predicted = meanPrediction(members.map((member) => candidates[member]!));
  let margin = MARGINS[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const tried of MARGINS) {
    const { mean, standardError } = clusteredMean(computeGain(predicted, tried), weights, clusters);
    // What is to be expected where the gate must open first: a smaller gain that is surer may be worth more.
    const z = standardError > 0 ? mean / standardError : 0;
    const worth = mean * normalCdf(z - GATE_THRESHOLDS[strength]);
    if (!(worth > most)) continue;
    most = worth;
    margin = tried;
  }
  return { fixedColumn, means, members, margin, predicted };
}

/** Σ weight · (prediction − what the unit tells)² over all pairs of the units that count. */
function squaredError(scores: Float64Array, table: Float64Array, weights: Float64Array): number {
  const prompts = scores.length / weights.length;
  let sum = 0;
  weights.forEach((weight, query) => {
    if (weight === 0) return;
    for (let cell = query * prompts; cell < (query + 1) * prompts; cell++)
      sum += weight * (scores[cell]! - table[cell]!) ** 2;
  });
  return sum;
}

/** The column with the highest prediction where that exceeds the fixed one's by more than the margin. */
function choose(
  scores: Float64Array,
  start: number,
  prompts: number,
  fixedColumn: number,
  margin: number,
): number {
  let best = fixedColumn;
  let highest = scores[start + fixedColumn]! + margin;
  for (let column = 0; column < prompts; column++)
    if (scores[start + column]! > highest) {
      best = column;
      highest = scores[start + column]!;
    }
  return best;
}

/**
 * By doubly robust means; by plain ones where the log has propensities, which is what the likelihood of all labels says
 * whatever decided which were taken (Offer-Westort, Coppock and Green, American Journal of Political Science 65, 2021).
 */
function bestColumn(
  { kind, rewards }: ObservationDesign,
  table: Float64Array,
  weights: Float64Array,
): { fixedColumn: number; means: Float64Array } {
  const { prompts, successes, trials } = rewards;
  const sums = new Float64Array(prompts);
  const plain = new Float64Array(prompts);
  const answers = new Float64Array(prompts);
  let total = 0;
  weights.forEach((weight, query) => {
    if (weight === 0) return;
    total += weight;
    for (let column = 0; column < prompts; column++) {
      const cell = query * prompts + column;
      sums[column]! += weight * table[cell]!;
      if (trials[cell] === 0) continue;
      answers[column]!++;
      plain[column]! += successes[cell]! / trials[cell]!;
    }
  });
  const most = Math.max(...answers);
  const means = sums.map((sum) => Math.min(1, Math.max(0, sum / total)));
  let fixedColumn = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < prompts; column++) {
    if (answers[column]! < Math.max(1, Math.min(MIN_ANSWERS, most))) continue;
    const value = kind === "column" ? plain[column]! / answers[column]! : sums[column]!;
    if (!(value > highest)) continue;
    highest = value;
    fixedColumn = column;
  }
  return { fixedColumn: Math.max(0, fixedColumn), means };
}

/** In [0, 1]. */
function meanPrediction(candidates: readonly Float64Array[]): Float64Array {
  return candidates[0]!.map((_, cell) => {
    let sum = 0;
    for (const scores of candidates) sum += scores[cell]!;
    return Math.min(1, Math.max(0, sum / candidates.length));
  });
}

function weightedSum(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let query = 0; query < values.length; query++)
    if (weights[query]! > 0) sum += weights[query]! * values[query]!;
  return sum;
}

function checkChoiceTraining({ candidates, design, clusters, folds, keepFixed }: ChoiceTraining): void {
  const { queries, prompts } = design.rewards;
  const lengths: readonly (readonly [string, number, number])[] = [
    ...candidates.map((scores) => ["a candidate's predictions", scores.length, queries * prompts] as const),
    ["weights", design.weights.length, queries],
    ["clusters", clusters.length, queries],
    ["folds", folds.length, queries],
    ["keepFixed", keepFixed.length, queries],
  ];
  for (const [name, found, expected] of lengths) {
    if (found === expected) continue;
    throw new ShapeError(
      `${name} must be ${expected} long for ${queries} questions and ${prompts} prompts, found ${found}`,
    );
  }
}

import { ShapeError } from "../errors.ts";
import { clusteredMean } from "../evaluate/index.ts";
import type { GateStrength, RewardMatrix } from "../types/index.ts";
import { bestOfN } from "./best-of-n.ts";

/** Standard errors above zero the out-of-fold uplift must reach; `neutral` wants it positive, no more. */
export const GATE_THRESHOLDS: Readonly<Record<GateStrength, number>> = {
  averse: 2,
  balanced: 1,
  neutral: 0,
};
/** With fewer question groups choosing another prompt, the standard error itself is not to be relied on. */
const FEWEST_SWITCHED_GROUPS = 10;

/** What the gate is decided on: Q training questions by P training prompts. */
export interface GateInput {
  /** Q × P: each question's predicted rewards without any label of its group; NaN where there is none. */
  readonly outOfFold: Float64Array;
  /** Q × P counts. */
  readonly rewards: RewardMatrix;
  /** Q long, ≥ 0. */
  readonly weights: Float64Array;
  /** Q long: question groups. */
  readonly clusters: Int32Array;
  /** The best fixed prompt by training labels. */
  readonly fixedColumn: number;
  readonly strength: GateStrength;
}

/** Whether the query-dependent choice is used, and why. */
export interface GateDecision {
  readonly shipped: boolean;
  /** Mean reward of the out-of-fold argmax minus that of the fixed prompt, a fraction; 0 where unmeasurable. */
  readonly upliftOutOfFold: number;
  /** Of the uplift, clustered by question group; 0 where unmeasurable. */
  readonly standardError: number;
  /** Uplift / standard error; 0 where unmeasurable. Always finite. */
  readonly z: number;
  /** One or two sentences. */
  readonly reason: string;
  /** Questions the uplift was measured on. */
  readonly questions: number;
  /** Weighted share of these for which another prompt than the fixed one is chosen. */
  readonly switched: number;
  /**
   * `every-prompt`: on questions labelled under all prompts, free of bias from what was logged; `chosen-and-fixed`:
   * on questions labelled under the chosen and the fixed prompt, for logs with too few of the former.
   */
  readonly measuredOn: "every-prompt" | "chosen-and-fixed";
}

/**
 * Decides whether to leave the fixed prompt: the uplift of the out-of-fold argmax must stand at least z standard
 * errors above zero (`averse` 2, `balanced` 1, `neutral` above 0 at all), and, but for `neutral`, at least 10
 * question groups must get another prompt.
 *
 * In a partial log the questions where the *chosen* prompt happens to be labelled are no fair sample (whether they
 * are depends on the choice), so questions labelled under every prompt are used if they are at least half of those
 * labelled under both the chosen and the fixed one.
 * @throws ShapeError where sizes disagree
 */
export function decideGate(input: GateInput): GateDecision {
  checkGateInput(input);
  const { outOfFold, rewards, weights, clusters, fixedColumn } = input;
  const chosen = bestOfN({ scores: outOfFold, prompts: rewards.prompts, fixedColumn });
  const { gains, measuredOn } = pairedGains(input, chosen);
  const {
    mean,
    standardError: measuredError,
    units,
    clusters: groups,
  } = clusteredMean(gains, weights, clusters);
  if (units === 0) {
    return {
      ...{
        shipped: false,
        upliftOutOfFold: 0,
        standardError: 0,
        z: 0,
        questions: 0,
        switched: 0,
        measuredOn,
      },
      reason:
        "No question is labelled under both the chosen and the fixed prompt, so the uplift cannot be measured and the fixed prompt is used for every question.",
    };
  }
  // Where all groups agree, the error of a single differing group stands in for the 0 that they suggest.
  const standardError = measuredError > 0 ? measuredError : 1 / groups;
  const z = mean / standardError;
  const switching = switchedGroups(gains, chosen, input);
  const threshold = GATE_THRESHOLDS[input.strength];
  const tooFew = input.strength !== "neutral" && switching.groups < FEWEST_SWITCHED_GROUPS;
  const shipped = mean > 0 && z >= threshold && !tooFew;
  const decision = { shipped, upliftOutOfFold: mean, standardError, z, questions: units, measuredOn };
  return {
    ...decision,
    switched: switching.share,
    reason: explain(decision, input.strength, switching.groups),
  };
}

/** Gain of the choice over the fixed prompt, one a question; NaN where it does not count. */
function pairedGains(
  { rewards, weights, fixedColumn }: GateInput,
  chosen: Int32Array,
): { gains: Float64Array; measuredOn: GateDecision["measuredOn"] } {
  const { queries, prompts, successes, trials } = rewards;
  const paired = new Float64Array(queries).fill(Number.NaN);
  const complete = new Float64Array(queries).fill(Number.NaN);
  let pairedCount = 0;
  let completeCount = 0;
  for (let query = 0; query < queries; query++) {
    const start = query * prompts;
    const chosenCell = start + chosen[query]!;
    const fixedCell = start + fixedColumn;
    if (weights[query] === 0 || trials[chosenCell] === 0 || trials[fixedCell] === 0) continue;
    const gain = successes[chosenCell]! / trials[chosenCell]! - successes[fixedCell]! / trials[fixedCell]!;
    paired[query] = gain;
    pairedCount++;
    if (trials.subarray(start, start + prompts).includes(0)) continue;
    complete[query] = gain;
    completeCount++;
  }
  return 2 * completeCount >= pairedCount
    ? { gains: complete, measuredOn: "every-prompt" }
    : { gains: paired, measuredOn: "chosen-and-fixed" };
}

/** Among the questions that count: groups with another prompt than the fixed one, and their questions' share. */
function switchedGroups(
  gains: Float64Array,
  chosen: Int32Array,
  { weights, clusters, fixedColumn }: GateInput,
): { groups: number; share: number } {
  const groups = new Set<number>();
  let switched = 0;
  let total = 0;
  for (let query = 0; query < gains.length; query++) {
    if (Number.isNaN(gains[query]!)) continue;
    total += weights[query]!;
    if (chosen[query] === fixedColumn) continue;
    switched += weights[query]!;
    groups.add(clusters[query]!);
  }
  return { groups: groups.size, share: switched / total };
}

function explain(
  decision: Pick<
    GateDecision,
    "shipped" | "upliftOutOfFold" | "standardError" | "z" | "questions" | "measuredOn"
  >,
  strength: GateStrength,
  groups: number,
): string {
  const points = Math.abs(100 * decision.upliftOutOfFold).toFixed(1);
  const sign = decision.upliftOutOfFold < 0 ? "−" : "+";
  // Cut, not rounded: a z of .96 must not read as the 1.0 that would have been enough.
  const z = `${decision.z < 0 ? "−" : ""}${(Math.floor(Math.abs(decision.z) * 10) / 10).toFixed(1)}`;
  const measured = `On ${decision.questions} training questions left out of the fit, choosing by question changes success by ${sign}${points} points (standard error ${(100 * decision.standardError).toFixed(1)}, z = ${z})`;
  const wanted = strength === "neutral" ? "an uplift above 0" : `z of at least ${GATE_THRESHOLDS[strength]}`;
  const partial =
    decision.measuredOn === "chosen-and-fixed"
      ? " Too few questions are labelled under every prompt, so those labelled under the chosen and the fixed one were used."
      : "";
  if (decision.shipped)
    return `${measured}; the ${strength} gate wants ${wanted}, so every question gets its own choice.${partial}`;
  const why =
    decision.upliftOutOfFold > 0 && decision.z >= GATE_THRESHOLDS[strength]
      ? `but only ${groups} groups of questions get another prompt, and the ${strength} gate wants at least ${FEWEST_SWITCHED_GROUPS}`
      : `and the ${strength} gate wants ${wanted}`;
  return `${measured}, ${why}, so the fixed prompt is used for every question.${partial}`;
}

function checkGateInput({ outOfFold, rewards, weights, clusters, fixedColumn }: GateInput): void {
  const { queries, prompts } = rewards;
  const lengths: readonly (readonly [string, number, number])[] = [
    ["outOfFold", outOfFold.length, queries * prompts],
    ["rewards.successes", rewards.successes.length, queries * prompts],
    ["rewards.trials", rewards.trials.length, queries * prompts],
    ["weights", weights.length, queries],
    ["clusters", clusters.length, queries],
  ];
  for (const [name, found, expected] of lengths) {
    if (found === expected) continue;
    throw new ShapeError(
      `${name} must be ${expected} long for ${queries} questions and ${prompts} prompts, found ${found}`,
    );
  }
  if (!(Number.isInteger(fixedColumn) && fixedColumn >= 0 && fixedColumn < prompts)) {
    throw new ShapeError(`fixed column ${fixedColumn} does not exist: there are ${prompts} prompts`);
  }
}

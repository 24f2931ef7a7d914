import {
  measureOverlap,
  type ObservationDesign,
  type PolicyGainInput,
  policyGain,
} from "../evaluate/index.ts";
import type { GateStrength } from "../types/index.ts";

/** Standard errors above zero the out-of-fold gain must reach; `neutral` wants it positive, no more. */
export const GATE_THRESHOLDS: Readonly<Record<GateStrength, number>> = {
  averse: 2,
  balanced: 1,
  neutral: 0,
};
/** With fewer question groups choosing another prompt, the standard error itself is not to be relied on. */
const MIN_SWITCHED_GROUPS = 10;

/** What the gate is decided on: Q training questions by P training prompts. */
export interface GateInput {
  readonly design: ObservationDesign;
  /** Q × P: each question's predicted rewards without any label of its group. */
  readonly predicted: Float64Array;
  /** Q long, ≥ 0. */
  readonly weights: Float64Array;
  /** Q long: question groups. */
  readonly clusters: Int32Array;
  /** Q long: the prompt chosen, and the fixed one, without any say of the question's fold; -1 where it does not count. */
  readonly chosen: Int32Array;
  readonly fixed: Int32Array;
  /** What folds whose questions include the unit's do with it: see `policyGain`. */
  readonly otherFolds?: PolicyGainInput["otherFolds"];
  readonly strength: GateStrength;
}

/** Whether the query-dependent choice is used, and why. */
export interface GateDecision {
  readonly open: boolean;
  /** Mean reward of the choice minus that of the fixed prompt, out of fold, a fraction; 0 where unmeasurable. */
  readonly upliftOutOfFold: number;
  /** Of the gain, clustered by question group, with what unstable choices add; 0 where unmeasurable. */
  readonly standardError: number;
  /** Gain / standard error; 0 where unmeasurable. Always finite. */
  readonly z: number;
  /** One or two sentences. */
  readonly reason: string;
  /** Questions the gain was measured on. */
  readonly questions: number;
  /** Weighted share of these for which another prompt than the fixed one is chosen. */
  readonly switched: number;
}

/**
 * Decides whether to leave the fixed prompt: the doubly robust gain of the choice, out of fold, must stand at least z
 * standard errors above zero (`averse` 2, `balanced` 1, `neutral` above 0 at all), and, but for `neutral`, at least 10
 * question groups must get another prompt. Shut where the log does not tell of the choice.
 * @throws ShapeError where sizes disagree
 */
export function decideGate(input: GateInput): GateDecision {
  const { design, predicted, weights, clusters, chosen, fixed, otherFolds, strength } = input;
  const { rewards } = design;
  const reasons = [chosen, fixed].map((policy) => measureOverlap(design, policy, weights).reason);
  const reason = reasons.find((found) => found !== null);
  const gain =
    reason === undefined
      ? policyGain({
          rewards,
          predicted,
          weights,
          clusters,
          chosen,
          fixed,
          ...(otherFolds !== undefined && { otherFolds }),
        })
      : null;
  if (gain === null)
    return {
      ...{ open: false, upliftOutOfFold: 0, standardError: 0, z: 0, questions: 0, switched: 0 },
      reason: `${reason ?? "No question counts."} So the gain of choosing cannot be measured, and the fixed prompt is used for every question.`,
    };
  const { mean, crossFittedError: standardError, movedClusters: groups } = gain;
  const z = mean / standardError;
  const tooFew = strength !== "neutral" && groups < MIN_SWITCHED_GROUPS;
  const open = mean > 0 && z >= GATE_THRESHOLDS[strength] && !tooFew;
  const decision = {
    open,
    upliftOutOfFold: mean,
    standardError,
    z,
    questions: gain.units,
    switched: gain.moved,
  };
  return { ...decision, reason: explain(decision, strength, groups) };
}

function explain(decision: Omit<GateDecision, "reason">, strength: GateStrength, groups: number): string {
  const points = Math.abs(100 * decision.upliftOutOfFold).toFixed(1);
  const sign = decision.upliftOutOfFold < 0 ? "−" : "+";
  // Cut, not rounded: a z of .96 must not read as the 1.0 that would have been enough.
  const z = `${decision.z < 0 ? "−" : ""}${(Math.floor(Math.abs(decision.z) * 10) / 10).toFixed(1)}`;
  const measured = `On ${decision.questions} training questions left out of the fit, choosing by question changes success by ${sign}${points} points (standard error ${(100 * decision.standardError).toFixed(1)}, z = ${z})`;
  const wanted = strength === "neutral" ? "a gain above 0" : `z of at least ${GATE_THRESHOLDS[strength]}`;
  if (decision.open)
    return `${measured}; the ${strength} gate wants ${wanted}, so every question gets its own choice.`;
  const why =
    decision.upliftOutOfFold > 0 && decision.z >= GATE_THRESHOLDS[strength]
      ? `but only ${groups} groups of questions get another prompt, and the ${strength} gate wants at least ${MIN_SWITCHED_GROUPS}`
      : `and the ${strength} gate wants ${wanted}`;
  return `${measured}, ${why}, so the fixed prompt is used for every question.`;
}

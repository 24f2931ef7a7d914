import { doublyRobustDifferences, observationDesign, policyGain } from "../../../src/evaluate/index.ts";
import type { Interval } from "../../../src/types/index.ts";
import { seededRandom } from "../../../src/util/index.ts";
import { clusterBootstrapInterval } from "../evaluate/cluster-bootstrap-interval.ts";
import { foldPolicies } from "./fold-policies.ts";
import { drawLog, type Observation, type Problem } from "./simulated-problem.ts";

/** How intervals at 95 % did over many simulated logs. */
export interface Coverage {
  /** Share of the logs whose interval holds the true gain of the fold policies. */
  readonly covered: number;
  readonly bootstrapCovered: number;
  /** Mean widths, fractions. */
  readonly width: number;
  readonly bootstrapWidth: number;
  /** Mean estimate minus mean truth. */
  readonly bias: number;
  readonly trueGain: number;
  /** Mean number of questions whose choice differs. */
  readonly moved: number;
}

/** Draws logs, learns in folds, and looks whether the interval of the gain holds what the policies truly gain. */
export function measureCoverage(
  problem: Problem,
  observation: Observation,
  questions: number,
  { logs, seed }: { readonly logs: number; readonly seed: number },
): Coverage {
  const random = seededRandom(seed);
  const weights = new Float64Array(questions).fill(1);
  const clusters = Int32Array.from(weights.keys());
  const sums = {
    covered: 0,
    bootstrapCovered: 0,
    width: 0,
    bootstrapWidth: 0,
    bias: 0,
    trueGain: 0,
    moved: 0,
  };
  for (let index = 0; index < logs; index++) {
    const log = drawLog(problem, observation, questions, random);
    const { predicted, chosen, fixed, others, trueGain } = foldPolicies(problem, log);
    const { rewards } = observationDesign(log.rewards);
    const gain = policyGain({
      ...{ rewards, predicted, chosen, fixed, weights, clusters },
      otherFolds: { folds: others.length + 1, policies: others },
    })!;
    const differences = doublyRobustDifferences(rewards, predicted, chosen, fixed);
    const bootstrap = clusterBootstrapInterval(differences, weights, clusters, {
      seed: index,
      resamples: 400,
    })!;
    sums.covered += Number(holds(gain.interval, trueGain));
    sums.bootstrapCovered += Number(holds(bootstrap, trueGain));
    sums.width += gain.interval[1] - gain.interval[0];
    sums.bootstrapWidth += bootstrap[1] - bootstrap[0];
    sums.bias += gain.mean - trueGain;
    sums.trueGain += trueGain;
    sums.moved += gain.movedClusters;
  }
  return {
    covered: sums.covered / logs,
    bootstrapCovered: sums.bootstrapCovered / logs,
    width: sums.width / logs,
    bootstrapWidth: sums.bootstrapWidth / logs,
    bias: sums.bias / logs,
    trueGain: sums.trueGain / logs,
    moved: sums.moved / logs,
  };
}

function holds([lower, upper]: Interval, truth: number): boolean {
  return lower <= truth + 1e-12 && upper >= truth - 1e-12;
}

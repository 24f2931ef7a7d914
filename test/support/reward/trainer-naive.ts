import { type BinnedQueries, binAt, cutBetween } from "../../../src/reward/gbdt/binning.ts";
import { toMargin } from "../../../src/reward/gbdt/loss.ts";
import { featureSampler, pairSampler } from "../../../src/reward/gbdt/sampling.ts";
import { MIN_GAIN, type TrainingPlan } from "../../../src/reward/gbdt/training-plan.ts";
import { type Tree, TreeBuilder } from "../../../src/reward/gbdt/tree.ts";
import type { DenseFeatures, RewardMatrix } from "../../../src/types/index.ts";
import { computeGradients } from "./compute-gradients.ts";

/** One feature of a pair, in bins, and the thresholds behind the bins. */
interface NaiveFeature {
  readonly original: number;
  readonly cuts: ArrayLike<number>;
  readonly findBin: (pair: number) => number;
}

interface NaiveNode {
  readonly rows: number[];
  readonly node: number;
  readonly depth: number;
  readonly best: { feature: NaiveFeature; bin: number; gain: number } | null;
}

/**
 * Boosts trees row by row, a row for every pair and without any of the fast trainer's ideas: the oracle of its
 * tests. Same rounded gradients, same candidates, same ties (lowest feature, then lowest bin).
 */
export function trainNaively(
  queries: BinnedQueries,
  promptFeatures: DenseFeatures,
  rewards: RewardMatrix,
  plan: TrainingPlan,
): { trees: Tree[]; margins: Float64Array } {
  const prompts = rewards.prompts;
  const margins = new Float64Array(queries.queries * prompts).fill(
    toMargin(plan.objective, typeof plan.baseScore === "number" ? plan.baseScore : 0.5),
  );
  const gradients = new Float64Array(2 * margins.length);
  const features = [
    ...queries.cuts.map(
      (cuts, index): NaiveFeature => ({
        original: queries.columns[index]!,
        cuts,
        findBin: (pair) => binAt(queries, index, Math.floor(pair / prompts)),
      }),
    ),
    ...Array.from({ length: promptFeatures.columns }, (_, column) =>
      promptFeature(promptFeatures, column, queries.originalColumns + column),
    ),
  ];
  const trees: Tree[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const sampled = pairSampler(plan.seed, round, plan.pairFraction);
    computeGradients(plan.objective, margins, rewards, sampled, gradients);
    const active = featureSampler(
      plan.seed,
      round,
      plan.featureFraction,
      queries.originalColumns + promptFeatures.columns,
    );
    const usable = features.filter(({ original }) => active === null || active[original] === 1);
    trees.push(growTree(usable, gradients, plan));
    addTree(trees[round]!, features, margins);
  }
  return { trees, margins };
}

function promptFeature(
  { values, columns, rows }: DenseFeatures,
  column: number,
  original: number,
): NaiveFeature {
  const featureAt = (prompt: number): number => values[prompt * columns + column]!;
  const distinct = [...new Set(Array.from({ length: rows }, (_, prompt) => featureAt(prompt)))].sort(
    (one, other) => one - other,
  );
  return {
    original,
    cuts: distinct.slice(1).map((high, index) => cutBetween(distinct[index]!, high)),
    findBin: (pair) => distinct.indexOf(featureAt(pair % rows)),
  };
}

function growTree(features: readonly NaiveFeature[], gradients: Float64Array, plan: TrainingPlan): Tree {
  const builder = new TreeBuilder();
  const open = (rows: number[], node: number, depth: number): NaiveNode => {
    const [gradient, hessian] = addUp(rows, gradients);
    builder.setSums(node, (-gradient / (hessian + plan.lambda)) * plan.learningRate, hessian);
    const isFinal = plan.maxDepth > 0 && depth >= plan.maxDepth;
    return { rows, node, depth, best: isFinal ? null : bestSplit(rows, features, gradients, plan) };
  };
  const all = Array.from({ length: gradients.length / 2 }, (_, pair) => pair);
  const queue = [
    open(
      all.filter((pair) => gradients[2 * pair + 1]! > 0),
      builder.addNode(),
      0,
    ),
  ];
  while (queue.length > 0 && (plan.maxLeaves === 0 || builder.leaves < plan.maxLeaves)) {
    let next = 0;
    if (plan.growth === "leafwise")
      queue.forEach((leaf, index) => {
        if ((leaf.best?.gain ?? 0) > (queue[next]!.best?.gain ?? 0)) next = index;
      });
    const { rows, node, depth, best } = queue.splice(next, 1)[0]!;
    if (best === null) continue;
    const { feature, bin, gain } = best;
    const children = builder.split(node, feature.original, feature.cuts[bin]!, gain);
    queue.push(
      open(
        rows.filter((pair) => feature.findBin(pair) <= bin),
        children.left,
        depth + 1,
      ),
      open(
        rows.filter((pair) => feature.findBin(pair) > bin),
        children.right,
        depth + 1,
      ),
    );
  }
  return builder.build();
}

function addUp(rows: readonly number[], gradients: Float64Array): [gradient: number, hessian: number] {
  let gradient = 0;
  let hessian = 0;
  for (const pair of rows) {
    gradient += gradients[2 * pair]!;
    hessian += gradients[2 * pair + 1]!;
  }
  return [gradient, hessian];
}

function bestSplit(
  rows: readonly number[],
  features: readonly NaiveFeature[],
  gradients: Float64Array,
  { lambda, minChildWeight, minSplitGain }: TrainingPlan,
): NaiveNode["best"] {
  const [gradient, hessian] = addUp(rows, gradients);
  let best: { feature: NaiveFeature; bin: number } | null = null;
  let bestScore = 0;
  for (const feature of features) {
    const sums = new Float64Array(2 * (feature.cuts.length + 1));
    for (const pair of rows) {
      const bin = feature.findBin(pair);
      sums[2 * bin]! += gradients[2 * pair]!;
      sums[2 * bin + 1]! += gradients[2 * pair + 1]!;
    }
    let left = 0;
    let leftHessian = 0;
    for (let bin = 0; bin < feature.cuts.length; bin++) {
      left += sums[2 * bin]!;
      leftHessian += sums[2 * bin + 1]!;
      const right = gradient - left;
      const rightHessian = hessian - leftHessian;
      if (leftHessian < minChildWeight || rightHessian < minChildWeight) continue;
      if (leftHessian === 0 || rightHessian === 0) continue;
      const score = (left * left) / (leftHessian + lambda) + (right * right) / (rightHessian + lambda);
      if (score > bestScore) {
        bestScore = score;
        best = { feature, bin };
      }
    }
  }
  if (best === null) return null;
  const gain = bestScore - (gradient * gradient) / (hessian + lambda);
  return gain > MIN_GAIN && gain >= minSplitGain ? { ...best, gain } : null;
}

function addTree(tree: Tree, features: readonly NaiveFeature[], margins: Float64Array): void {
  const featureOf = new Map(features.map((feature) => [feature.original, feature]));
  for (let pair = 0; pair < margins.length; pair++) {
    let node = 0;
    while (tree.feature[node]! >= 0) {
      const feature = featureOf.get(tree.feature[node]!)!;
      const bin = Array.from(feature.cuts).indexOf(tree.threshold[node]!);
      node = feature.findBin(pair) <= bin ? tree.left[node]! : tree.left[node]! + 1;
    }
    margins[pair]! += tree.value[node]!;
  }
}

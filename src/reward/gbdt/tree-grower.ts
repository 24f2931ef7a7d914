import type { StoredHistograms } from "./histogram-store.ts";
import type { NodePairs } from "./node-partition.ts";
import type { NodeFinding, OpenNode } from "./split-finder.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { type Split, type Tree, TreeBuilder } from "./tree.ts";

/** What growing a tree takes from its surroundings. */
export interface GrowthSource {
  /** Best splits of nodes; of those not `isSplittable` only the sums. */
  find(nodes: readonly OpenNode[]): NodeFinding[];
  part(pairs: NodePairs, split: Split): [left: NodePairs, right: NodePairs];
  /** Original feature and threshold of a split. */
  nameSplit(split: Split): { readonly feature: number; readonly threshold: number };
}

/** A leaf of a tree, with the pairs in it. */
export interface TreeLeaf extends NodePairs {
  readonly value: number;
}

interface Candidate extends NodePairs {
  readonly node: number;
  readonly depth: number;
  readonly value: number;
  readonly split: Split | null;
  readonly histograms: StoredHistograms | null;
}

/** A node that has just come into being. */
interface NewNode extends NodePairs {
  readonly node: number;
  readonly parentHistograms: StoredHistograms | null;
}

/**
 * Grows one tree from a root holding all pairs.
 *
 * Depthwise splits every node of a level that gains enough before it goes on to the next level; leafwise always
 * splits the leaf that gains most, the oldest of equals.
 */
export function growTree(
  root: NodePairs,
  source: GrowthSource,
  plan: TrainingPlan,
): { tree: Tree; leaves: TreeLeaf[] } {
  const builder = new TreeBuilder();
  const leaves: TreeLeaf[] = [];
  const canSplitAt = (depth: number): boolean => plan.maxDepth === 0 || depth < plan.maxDepth;
  const open = (children: readonly NewNode[], depth: number): Candidate[] => {
    const isSplittable = canSplitAt(depth);
    const hasSplittableChildren = canSplitAt(depth + 1);
    const findings = source.find(
      children.map((child) => ({ ...child, isSplittable, hasSplittableChildren })),
    );
    return children.map(({ queries, prompts, node }, index) => {
      const { gradient, hessian, split, histograms } = findings[index]!;
      const value = (-gradient / (hessian + plan.lambda)) * plan.learningRate;
      builder.setSums(node, value, hessian);
      return { queries, prompts, node, depth, value, split, histograms };
    });
  };
  const splitNode = ({ queries, prompts, node, histograms }: Candidate, split: Split): NewNode[] => {
    const { feature, threshold } = source.nameSplit(split);
    const [left, right] = source.part({ queries, prompts }, split);
    const children = builder.split(node, feature, threshold, split.gain);
    return [
      { ...left, node: children.left, parentHistograms: histograms },
      { ...right, node: children.right, parentHistograms: histograms },
    ];
  };
  const isFull = (): boolean => plan.maxLeaves > 0 && builder.leaves >= plan.maxLeaves;
  let frontier = open([{ ...root, node: builder.addNode(), parentHistograms: null }], 0);
  while (frontier.length > 0) {
    const next: NewNode[] = [];
    if (plan.growth === "depthwise") {
      const depth = frontier[0]!.depth;
      for (const candidate of frontier)
        if (candidate.split === null || isFull()) leaves.push(candidate);
        else next.push(...splitNode(candidate, candidate.split));
      frontier = next.length > 0 ? open(next, depth + 1) : [];
    } else {
      const chosen = isFull() ? null : mostGaining(frontier);
      if (chosen?.split === null || chosen === null) {
        leaves.push(...frontier);
        break;
      }
      frontier = frontier.filter((candidate) => candidate !== chosen);
      frontier.push(...open(splitNode(chosen, chosen.split), chosen.depth + 1));
    }
  }
  return { tree: builder.build(), leaves };
}

function mostGaining(frontier: readonly Candidate[]): Candidate {
  return frontier.reduce((best, candidate) =>
    (candidate.split?.gain ?? 0) > (best.split?.gain ?? 0) ? candidate : best,
  );
}

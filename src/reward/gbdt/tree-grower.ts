import type { StoredHistograms } from "./histogram-store.ts";
import type { Interruptible } from "./interruptible.ts";
import type { NodePairs } from "./node-partition.ts";
import type { NodeFinding, OpenNode } from "./split-finder.ts";
import type { TrainingPlan } from "./training-plan.ts";
import { type Split, type Tree, TreeBuilder } from "./tree.ts";

/** What growing a tree takes from its surroundings. */
export interface GrowthSource {
  /** Best splits of nodes; of those not `isSplittable` only the sums. */
  find(nodes: readonly OpenNode[]): Interruptible<NodeFinding[]>;
  /** Pairs of the children of nodes, left one first, in order. */
  part(parents: readonly { readonly pairs: NodePairs; readonly split: Split }[]): NodePairs[];
  /** Original feature and threshold of a split. */
  nameSplit(split: Split): { readonly feature: number; readonly threshold: number };
}

/** A leaf of a growing tree, with the pairs in it. */
export interface GrownLeaf {
  readonly pairs: NodePairs;
  readonly value: number;
}

interface Candidate extends GrownLeaf {
  readonly node: number;
  readonly depth: number;
  readonly split: Split | null;
  readonly histograms: StoredHistograms | null;
}

/** A candidate that is to be split. */
type Parent = Candidate & { readonly split: Split };

/**
 * Grows one tree from a root holding all pairs.
 *
 * Depthwise splits every node of a level that gains enough before it goes on to the next level; leafwise always
 * splits the leaf that gains most, the oldest of equals.
 */
export function* growTree(
  root: NodePairs,
  source: GrowthSource,
  plan: TrainingPlan,
): Interruptible<{ tree: Tree; leaves: GrownLeaf[] }> {
  const builder = new TreeBuilder();
  const leaves: GrownLeaf[] = [];
  const canSplitAt = (depth: number): boolean => plan.maxDepth === 0 || depth < plan.maxDepth;
  const isFull = (more = 0): boolean => plan.maxLeaves > 0 && builder.leaves + more >= plan.maxLeaves;
  function* open(
    nodes: readonly number[],
    pairs: readonly NodePairs[],
    parents: readonly Parent[],
    depth: number,
  ): Interruptible<Candidate[]> {
    const isSplittable = canSplitAt(depth);
    const hasSplittableChildren = canSplitAt(depth + 1);
    const findings = yield* source.find(
      pairs.map((one, index) => ({
        pairs: one,
        isSplittable,
        hasSplittableChildren,
        parentHistograms: parents[index >> 1]?.histograms ?? null,
      })),
    );
    return findings.map(({ gradient, hessian, split, histograms }, index) => {
      const node = nodes[index]!;
      const value = (-gradient / (hessian + plan.lambda)) * plan.learningRate;
      builder.setSums(node, value, hessian);
      return { pairs: pairs[index]!, node, depth, value, split, histograms };
    });
  }
  function* openChildren(parents: readonly Parent[]): Interruptible<Candidate[]> {
    const nodes: number[] = [];
    for (const { node, split } of parents) {
      const { feature, threshold } = source.nameSplit(split);
      const { left, right } = builder.split(node, feature, threshold, split.gain);
      nodes.push(left, right);
    }
    return yield* open(nodes, source.part(parents), parents, parents[0]!.depth + 1);
  }
  let frontier = yield* open([builder.addNode()], [root], [], 0);
  while (frontier.length > 0) {
    if (plan.growth === "depthwise") {
      const parents: Parent[] = [];
      for (const candidate of frontier) {
        if (candidate.split === null || isFull(parents.length)) leaves.push(candidate);
        else parents.push(candidate as Parent);
      }
      frontier = parents.length > 0 ? yield* openChildren(parents) : [];
    } else {
      const chosen = isFull() ? null : mostGaining(frontier);
      if (chosen === null || chosen.split === null) {
        leaves.push(...frontier);
        break;
      }
      frontier = frontier.filter((candidate) => candidate !== chosen);
      frontier.push(...(yield* openChildren([chosen as Parent])));
    }
  }
  return { tree: builder.build(), leaves };
}

function mostGaining(frontier: readonly Candidate[]): Candidate {
  return frontier.reduce((best, candidate) =>
    (candidate.split?.gain ?? 0) > (best.split?.gain ?? 0) ? candidate : best,
  );
}

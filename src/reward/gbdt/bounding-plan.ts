import { gbdtLayout } from "../../kernels/index.ts";
import type { HistogramStore, StoredHistograms } from "./histogram-store.ts";
import type { NodePairs } from "./node-partition.ts";
import type { TrainingMemory } from "./training-memory.ts";

const {
  CONTEXT_FAMILIES,
  CONTEXT_FAMILIES_LENGTH,
  CONTEXT_NODES,
  FAMILY_BYTES,
  NODE_BOUNDED,
  NODE_BY_ENTRY,
  NODE_COUNT,
  NODE_FIELDS,
  NODE_SCALE,
  NODE_SCALE_CENTER,
  NODE_STATUS,
  SMALL_ENTRIES,
  STATUS_PENDING,
} = gbdtLayout;

/** From so many entries on a node's histograms are kept for its children: reading them back costs some hundred. */
const STORED_ENTRIES = 512;
/** Entries' worth of time that taking one histogram from another costs. */
const SUBTRACTION_ENTRIES = 256;

/** What planning has to know of a node. */
export interface PlannedNode {
  readonly pairs: NodePairs;
  /** Its parent's histograms. Children of one parent stand side by side, the left one at an even place. */
  readonly parentHistograms: StoredHistograms | null;
  /** Whether its children could be split in their turn. */
  readonly hasSplittableChildren: boolean;
}

/** Its parent's histograms, if its own can be had from them. */
export function usableHistograms({ pairs, parentHistograms }: PlannedNode): StoredHistograms | null {
  const isUsable = parentHistograms?.prompts === null || parentHistograms?.prompts === pairs.prompts;
  return isUsable ? parentHistograms : null;
}

/**
 * Plans the bounding stage: a histogram for each feature of each pending node that has many entries and can be
 * bounded. Of two siblings only the one with fewer entries is gone through, where their parent's histograms are kept.
 *
 * @returns what is kept of the nodes' own histograms, by node; the parents' are given up
 */
export function planBounding(
  memory: TrainingMemory,
  nodes: readonly PlannedNode[],
  store: HistogramStore,
): (StoredHistograms | null)[] {
  const { i32, f64, context } = memory.views;
  const locateField = (node: number): number => (context[CONTEXT_NODES]! >>> 3) + NODE_FIELDS * node;
  const readCount = (node: number): number => i32[2 * locateField(node) + NODE_COUNT]!;
  const large: number[] = [];
  for (let node = 0; node < nodes.length; node++) {
    if (f64[locateField(node) + NODE_STATUS] !== STATUS_PENDING) f64[locateField(node) + NODE_BOUNDED] = 0;
    if (f64[locateField(node) + NODE_BOUNDED] !== 0 && readCount(node) > SMALL_ENTRIES) large.push(node);
  }
  const kept: (StoredHistograms | null)[] = nodes.map(() => null);
  const keep = (node: number, slot: number): number => {
    if (slot >= 0)
      kept[node] = {
        slot,
        scale: f64[locateField(node) + NODE_SCALE]!,
        center: f64[locateField(node) + NODE_SCALE_CENTER]!,
        prompts: f64[locateField(node) + NODE_BY_ENTRY] === 1 ? nodes[node]!.pairs.prompts : null,
      };
    return slot;
  };
  const isWorthKeeping = (node: number): boolean =>
    nodes[node]!.hasSplittableChildren && readCount(node) >= STORED_ENTRIES;
  let record = context[CONTEXT_FAMILIES]! >>> 2;
  const addFamily = (direct: number, derived: number, parentSlot: number): void => {
    const isKept = f64[locateField(direct) + NODE_BOUNDED] !== 0 && isWorthKeeping(direct);
    i32[record++] = direct;
    i32[record++] = isKept ? keep(direct, store.claim()) : -1;
    i32[record++] = derived;
    i32[record++] = parentSlot;
  };
  const isLarge = new Set(large);
  const planned = new Set<number>();
  const taken = new Set<StoredHistograms>();
  for (const node of large) {
    if (planned.has(node)) continue;
    planned.add(node);
    const parent = usableHistograms(nodes[node]!);
    const sibling = node ^ 1;
    const isShared = isLarge.has(sibling);
    const [direct, derived] =
      isShared && readCount(sibling) > readCount(node) ? [node, sibling] : [sibling, node];
    if (parent === null || readCount(derived) - (isShared ? 0 : readCount(direct)) < SUBTRACTION_ENTRIES) {
      addFamily(node, -1, -1);
      continue;
    }
    planned.add(sibling);
    addFamily(direct, derived, parent.slot);
    if (!isWorthKeeping(derived)) continue;
    taken.add(parent);
    keep(derived, parent.slot);
  }
  context[CONTEXT_FAMILIES_LENGTH] = (4 * record - context[CONTEXT_FAMILIES]!) / FAMILY_BYTES;
  for (const parent of new Set(nodes.map(({ parentHistograms }) => parentHistograms)))
    if (parent !== null && !taken.has(parent)) store.release(parent.slot);
  return kept;
}

import type { HistogramWalk } from "./histogram-walk.ts";
import type { KernelViews } from "./kernel-views.ts";
import {
  CONTEXT_BINS,
  CONTEXT_ENTRY_SUM,
  CONTEXT_FAMILIES,
  CONTEXT_FAMILIES_LENGTH,
  CONTEXT_FEATURE_ACTIVE,
  CONTEXT_FEATURES,
  CONTEXT_HISTOGRAM_BYTES,
  CONTEXT_HISTOGRAMS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_NODES,
  CONTEXT_QUERIES,
  FAMILY_BYTES,
  FAMILY_DERIVED,
  FAMILY_DIRECT,
  FAMILY_DIRECT_SLOT,
  FAMILY_PARENT_SLOT,
  NODE_BOUNDED,
  NODE_COUNT,
  NODE_EVALUATED,
  NODE_FIELDS,
  NODE_KEYS,
  NODE_QUERIES,
  NODE_START,
} from "./layout.ts";
import { startBounds, storeKey } from "./lazy-evaluation.ts";

/** Numbers in the histograms of one block: (g, h) of 256 bins of four features. */
const BLOCK_NUMBERS = 2048;
const FEATURE_NUMBERS = 512;

/** Histograms of one block, and where they begin. */
interface BlockHistograms {
  readonly values: Float64Array;
  readonly start: number;
}

/**
 * Evaluates all features of the nodes with many entries exactly; features outside, nodes inside. Of two siblings one
 * is what is left of the parent's histograms: sums are exact, so that nothing is lost by subtracting.
 */
export function evaluateFamilies(views: KernelViews, walk: HistogramWalk): void {
  const { i32, context } = views;
  const families = context[CONTEXT_FAMILIES]! >>> 2;
  const familiesEnd = families + ((context[CONTEXT_FAMILIES_LENGTH]! * FAMILY_BYTES) >>> 2);
  const nodes = context[CONTEXT_NODES]! >>> 3;
  const scratch = { values: new Float64Array(BLOCK_NUMBERS), start: 0 };
  const readWord = (family: number, offset: number): number => i32[family + (offset >> 2)]!;
  const blocks = context[CONTEXT_FEATURES]! >>> 2;
  for (let block = 0; block < blocks; block++)
    for (let family = families; family < familiesEnd; family += FAMILY_BYTES >> 2) {
      const slot = readWord(family, FAMILY_DIRECT_SLOT);
      const histograms = slot < 0 ? scratch : histogramsAt(views, slot, block);
      const direct = nodes + NODE_FIELDS * readWord(family, FAMILY_DIRECT);
      fillHistograms(views, direct, block, histograms);
      evaluateBlock(views, walk, direct, block, histograms);
      const derived = readWord(family, FAMILY_DERIVED);
      if (derived < 0) continue;
      const parent = histogramsAt(views, readWord(family, FAMILY_PARENT_SLOT), block);
      subtract(parent, histograms);
      evaluateBlock(views, walk, nodes + NODE_FIELDS * derived, block, parent);
    }
}

function histogramsAt({ f64, context }: KernelViews, slot: number, block: number): BlockHistograms {
  const address = context[CONTEXT_HISTOGRAMS]! + slot * context[CONTEXT_HISTOGRAM_BYTES]!;
  // Whole numbers up to here, so that V8 does not take indices for fractions.
  return { values: f64, start: (address >>> 3) + block * BLOCK_NUMBERS };
}

function fillHistograms(views: KernelViews, node: number, block: number, histograms: BlockHistograms): void {
  const { i32, u32, f64, context } = views;
  const { values, start } = histograms;
  const bins = (context[CONTEXT_BINS]! + 4 * block * context[CONTEXT_QUERIES]!) >>> 2;
  const queries = (context[CONTEXT_NODE_QUERIES]! >>> 2) + i32[2 * node + NODE_QUERIES]!;
  const end = queries + i32[2 * node + NODE_COUNT]!;
  let sum = (context[CONTEXT_ENTRY_SUM]! >>> 3) + 2 * i32[2 * node + NODE_START]!;
  values.fill(0, start, start + BLOCK_NUMBERS);
  for (let entry = queries; entry < end; entry++, sum += 2) {
    const four = u32[bins + u32[entry]!]!;
    const gradient = f64[sum]!;
    const hessian = f64[sum + 1]!;
    const place0 = start + ((four & 255) << 1);
    const place1 = start + ((four >>> 7) & 510) + 512;
    const place2 = start + ((four >>> 15) & 510) + 1024;
    const place3 = start + ((four >>> 23) & 510) + 1536;
    values[place0] = values[place0]! + gradient;
    values[place0 + 1] = values[place0 + 1]! + hessian;
    values[place1] = values[place1]! + gradient;
    values[place1 + 1] = values[place1 + 1]! + hessian;
    values[place2] = values[place2]! + gradient;
    values[place2 + 1] = values[place2 + 1]! + hessian;
    values[place3] = values[place3]! + gradient;
    values[place3 + 1] = values[place3 + 1]! + hessian;
  }
}

/** Takes the histograms of one child from those of its parent. */
function subtract(parent: BlockHistograms, child: BlockHistograms): void {
  const target = parent.values.subarray(parent.start, parent.start + BLOCK_NUMBERS);
  const taken = child.values.subarray(child.start, child.start + BLOCK_NUMBERS);
  for (let place = 0; place < BLOCK_NUMBERS; place++) target[place] = target[place]! - taken[place]!;
}

function evaluateBlock(
  views: KernelViews,
  walk: HistogramWalk,
  node: number,
  block: number,
  { values, start }: BlockHistograms,
): void {
  const { u8, i32, f64, context } = views;
  if (f64[node + NODE_BOUNDED] === 0) return;
  const keys = i32[2 * node + NODE_KEYS]! >>> 2;
  if (block === 0 && keys !== 0) startBounds(views, node);
  const active = context[CONTEXT_FEATURE_ACTIVE]!;
  let evaluated = f64[node + NODE_EVALUATED]!;
  walk.load(node);
  for (let feature = 4 * block; feature < 4 * block + 4; feature++) {
    if (u8[active + feature] === 0) {
      if (keys !== 0) i32[keys + feature] = 0;
      continue;
    }
    evaluated++;
    const histogram = start + FEATURE_NUMBERS * (feature % 4);
    if (keys === 0) walk.through(values, histogram, feature);
    else storeKey(views, node, feature, walk.throughAll(values, histogram, feature), 0);
  }
  walk.store(node, evaluated);
}

import { ConfigError } from "../../errors.ts";
import { gbdtLayout, type KernelViews, kernelViews } from "../../kernels/index.ts";

const {
  CONTEXT_BIN_ROWS,
  CONTEXT_BINS,
  CONTEXT_BOUNDS,
  CONTEXT_ENTRY_QUANTIZED,
  CONTEXT_ENTRY_SUM,
  CONTEXT_FAMILIES,
  CONTEXT_FEATURE_ACTIVE,
  CONTEXT_FEATURES,
  CONTEXT_FIELDS,
  CONTEXT_HISTOGRAM_BYTES,
  CONTEXT_HISTOGRAMS,
  CONTEXT_LIST,
  CONTEXT_MARGINS,
  CONTEXT_NODE_PROMPTS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_NODES,
  CONTEXT_PAIRS,
  CONTEXT_PARTITIONS,
  CONTEXT_PARTS,
  CONTEXT_PROMPT_ORDER,
  CONTEXT_PROMPT_RANK,
  CONTEXT_PROMPT_SUMS,
  CONTEXT_PROMPTS,
  CONTEXT_QUERIES,
  CONTEXT_QUERY_HASHES,
  CONTEXT_ROW_BYTES,
  CONTEXT_SCRATCH,
  CONTEXT_SCRATCH_BYTES,
  CONTEXT_SCRATCH_QUERIES,
  CONTEXT_SUCCESSES,
  CONTEXT_TRIALS,
  CONTEXT_WORDS_ADDRESS,
  FAMILY_BYTES,
  NODE_BYTES,
  PART_BYTES,
  SCRATCH_PROMPTS,
} = gbdtLayout;

/** Nodes evaluated together. */
export const BATCH_NODES = 1024;
/** Partition records kept for small prompt sets. */
export const PARTITION_RECORDS: number = 1 << 18;
/** Histograms kept for the children of their nodes take at most this. */
const HISTOGRAM_BYTES: number = 96 * 2 ** 20;
/** More are never of use at a time. */
const MAX_HISTOGRAM_SLOTS = 64;
/** Bytes of one feature's histogram: 256 bins of two i32, or of two f64. */
const INTEGER_HISTOGRAM_BYTES = 2048;
const EXACT_HISTOGRAM_BYTES = 4096;
const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;

/** How large the problem is. */
export interface TrainingSizes {
  readonly queries: number;
  /** Binned query features, a multiple of 4. */
  readonly features: number;
  readonly prompts: number;
  /** Most prompt orderings there can be. */
  readonly promptColumns: number;
  readonly workers: number;
  /** Bytes for bounds kept from round to round; 0 for none. */
  readonly cacheBytes: number;
  /** Shared WebAssembly memory, or a plain buffer for the TypeScript kernels. */
  readonly webAssembly: boolean;
}

/**
 * Bytes of a query's bins where they stand side by side: an odd number of the processor's cache lines, so that those
 * of many queries do not all come to lie in the same few sets of the cache.
 */
function rowBytesFor(features: number): number {
  const lines = Math.ceil(features / 64);
  return 64 * (lines + 1 - (lines % 2));
}

/** One memory for everything the kernels touch, laid out as layout.ts says. */
export class TrainingMemory {
  readonly sizes: TrainingSizes;
  readonly buffer: ArrayBufferLike;
  readonly webAssembly: WebAssembly.Memory | null;
  readonly views: KernelViews;
  readonly bytes: number;
  /** Most entries and node prompts of one batch. */
  readonly batchEntries: number;
  readonly batchPrompts: number;
  /** Where the kept bounds begin; `sizes.cacheBytes` long. */
  readonly cacheAddress: number;
  /** Number of nodes whose histograms can be kept at a time. */
  readonly histogramSlots: number;

  constructor(sizes: TrainingSizes) {
    this.sizes = sizes;
    const { queries, features, prompts, promptColumns, workers } = sizes;
    this.batchEntries = queries * Math.min(prompts, 16);
    this.batchPrompts = Math.max(prompts, BATCH_NODES * Math.min(prompts, 128));
    let end = CONTEXT_WORDS_ADDRESS + 4 * CONTEXT_FIELDS;
    const reserve = (bytes: number): number => {
      const address = Math.ceil(end / 64) * 64;
      end = address + bytes;
      return address;
    };
    const bounded = sizes.webAssembly ? 1 : 0;
    const slotBytes = (sizes.webAssembly ? INTEGER_HISTOGRAM_BYTES : EXACT_HISTOGRAM_BYTES) * features;
    this.histogramSlots = Math.min(MAX_HISTOGRAM_SLOTS, Math.floor(HISTOGRAM_BYTES / Math.max(slotBytes, 1)));
    const promptBytes = 16 * prompts + 32 * (prompts + 1) + 4 * (promptColumns + 3);
    const queriesOffset = Math.ceil((SCRATCH_PROMPTS + promptBytes) / 64) * 64;
    const scratchStride = bounded * Math.ceil((queriesOffset + 4 * queries) / 64) * 64;
    const rowBytes = rowBytesFor(features);
    const regions: [field: number, address: number][] = [
      [CONTEXT_BINS, reserve(features * queries)],
      [CONTEXT_BIN_ROWS, reserve(queries * rowBytes)],
      [CONTEXT_MARGINS, reserve(8 * (queries * prompts + 1))],
      [CONTEXT_SUCCESSES, reserve(8 * (queries * prompts + 1))],
      [CONTEXT_TRIALS, reserve(8 * (queries * prompts + 1))],
      [CONTEXT_PAIRS, reserve(16 * (queries * prompts + 1))],
      [CONTEXT_FEATURE_ACTIVE, reserve(features)],
      [CONTEXT_NODE_QUERIES, reserve(4 * queries * prompts)],
      [CONTEXT_QUERY_HASHES, reserve(8 * queries)],
      [CONTEXT_ENTRY_SUM, reserve(16 * this.batchEntries)],
      [CONTEXT_ENTRY_QUANTIZED, reserve(bounded * 8 * this.batchEntries)],
      [CONTEXT_NODES, reserve(NODE_BYTES * BATCH_NODES)],
      [CONTEXT_BOUNDS, reserve(bounded * 4 * BATCH_NODES * features)],
      [CONTEXT_NODE_PROMPTS, reserve(4 * this.batchPrompts)],
      [CONTEXT_PROMPT_SUMS, reserve(16 * this.batchPrompts)],
      [CONTEXT_PARTITIONS, reserve(8 * PARTITION_RECORDS)],
      [CONTEXT_PROMPT_ORDER, reserve(2 * promptColumns * prompts)],
      [CONTEXT_PROMPT_RANK, reserve(2 * promptColumns * prompts)],
      [CONTEXT_LIST, reserve(4 * BATCH_NODES)],
      [CONTEXT_PARTS, reserve(PART_BYTES * BATCH_NODES)],
      [CONTEXT_FAMILIES, reserve(FAMILY_BYTES * BATCH_NODES)],
      [CONTEXT_HISTOGRAMS, reserve(slotBytes * this.histogramSlots)],
      [CONTEXT_SCRATCH, reserve(scratchStride * workers)],
    ];
    this.cacheAddress = reserve(sizes.cacheBytes);
    const pages = Math.ceil(end / PAGE_BYTES);
    if (pages > MAX_PAGES)
      throw new ConfigError(
        `Training ${queries} queries × ${prompts} prompts with ${features} query features takes ${Math.ceil(end / 2 ** 20)} MB, more than the 4096 MB one memory can hold; use fewer queries, prompts or features, or a smaller cache.`,
        { megabytes: Math.ceil(end / 2 ** 20) },
      );
    this.bytes = pages * PAGE_BYTES;
    this.webAssembly = sizes.webAssembly
      ? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
      : null;
    this.buffer = this.webAssembly?.buffer ?? new ArrayBuffer(this.bytes);
    this.views = kernelViews(this.buffer);
    const { context } = this.views;
    for (const [field, address] of regions) context[field] = address;
    context[CONTEXT_SCRATCH_BYTES] = scratchStride;
    context[CONTEXT_SCRATCH_QUERIES] = queriesOffset;
    context[CONTEXT_HISTOGRAM_BYTES] = slotBytes;
    context[CONTEXT_ROW_BYTES] = rowBytes;
    context[CONTEXT_QUERIES] = queries;
    context[CONTEXT_FEATURES] = features;
    context[CONTEXT_PROMPTS] = prompts;
  }

  /** Address of a region. */
  address(field: number): number {
    return this.views.context[field]!;
  }

  /** Writes numbers of all pairs to a region. */
  setPairs(field: number, values: Float64Array): void {
    this.views.f64.set(values, this.address(field) / 8);
  }

  /** 2 × Q × P: gradient and hessian of every pair. */
  get pairs(): Float64Array {
    const { queries, prompts } = this.sizes;
    return new Float64Array(this.buffer, this.address(CONTEXT_PAIRS), 2 * queries * prompts);
  }
}

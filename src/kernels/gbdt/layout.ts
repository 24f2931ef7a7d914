/*
 * How trainer and kernels share memory. One linear memory holds everything; kernels (AssemblyScript and plain
 * TypeScript alike) find their inputs through the tables below, so that a call needs only a node's number.
 *
 *   0            control words (i32), used between threads
 *   128          context: f64 fields, addresses of the regions and parameters
 *   NODES        one record of NODE_BYTES for each node under evaluation: f64 fields
 *
 * This file is compiled by TypeScript and by AssemblyScript: plain numeric constants only.
 */

// Control words: byte addresses of i32 values.
/** Next task of the running stage; taken with an atomic add. */
export const CONTROL_NEXT_TASK = 0;
/** Number of the running stage; counts up, workers wait for a change. */
export const CONTROL_GENERATION = 16;
/** Which stage to run. */
export const CONTROL_STAGE = 20;
/** Workers that have finished the running stage. */
export const CONTROL_DONE = 32;
/** Workers whose kernel trapped. */
export const CONTROL_FAILED = 48;

export const CONTEXT_ADDRESS = 128;

// Context fields: f64 at CONTEXT_ADDRESS + 8 × field. Sizes first, then addresses, then parameters.
/** Number of queries, N. */
export const CONTEXT_QUERIES = 0;
/** Number of binned query features, padded to a multiple of 4, d. */
export const CONTEXT_FEATURES = 1;
/** Number of prompts, K. */
export const CONTEXT_PROMPTS = 2;
/** Number of prompt columns with different orderings, c. */
export const CONTEXT_PROMPT_COLUMNS = 3;
/** u8 [d / 4][N][4]: bins of the query features. */
export const CONTEXT_BINS = 4;
/** u8 [N][row bytes ≥ d]: the same by query, for nodes with few entries. */
export const CONTEXT_BIN_ROWS = 5;
/** Bytes from one query's bins to the next one's: a multiple of 64, so that 16 features can be read at once. */
export const CONTEXT_ROW_BYTES = 6;
/** f64 [N][K]: margins, successes and trials of every pair; room for one more behind the last. */
export const CONTEXT_MARGINS = 7;
export const CONTEXT_SUCCESSES = 8;
export const CONTEXT_TRIALS = 9;
/** f64 [N][K][2]: gradient and hessian of every pair, 0 where unknown; room for one more. */
export const CONTEXT_PAIRS = 10;
/** u8 [d]: 1 where a query feature takes part in this tree. */
export const CONTEXT_FEATURE_ACTIVE = 11;
/** u32 [N × K]: the queries of all nodes of a tree, ascending inside each node. */
export const CONTEXT_NODE_QUERIES = 12;
/** f64 [N]: a random whole number for each query; a set of queries is known by the sum of its numbers. */
export const CONTEXT_QUERY_HASHES = 13;
/** f64 [entries][2]: gradient and hessian of an entry, a query inside a node, summed over the node's prompts. */
export const CONTEXT_ENTRY_SUM = 14;
/** i32 [entries][2]: quantized hessian and centered gradient of an entry. */
export const CONTEXT_ENTRY_QUANTIZED = 15;
/** Node records. */
export const CONTEXT_NODES = 16;
/** f32 [nodes][d]: bound of the centered gain of every feature. */
export const CONTEXT_BOUNDS = 17;
/** u32: prompts of the nodes, each node's behind one another, ascending. */
export const CONTEXT_NODE_PROMPTS = 18;
/** f64 [][2]: gradient and hessian by prompt, parallel to the node prompts. */
export const CONTEXT_PROMPT_SUMS = 19;
/** Records of 8 bytes, u32 mask of the left prompts, u16 column, u16 rank: partitions of small prompt sets. */
export const CONTEXT_PARTITIONS = 20;
/** u16 [c][K]: prompts in ascending order of a column. */
export const CONTEXT_PROMPT_ORDER = 21;
/** u16 [c][K]: rank of each prompt in a column, equal values sharing one. */
export const CONTEXT_PROMPT_RANK = 22;
/** Scratch memory, one stretch a worker. */
export const CONTEXT_SCRATCH = 23;
/** Bytes of one worker's scratch memory. */
export const CONTEXT_SCRATCH_BYTES = 24;
/** u32: nodes the running stage works on, the bounding stage excepted. */
export const CONTEXT_LIST = 25;
export const CONTEXT_LIST_LENGTH = 26;
/** One of the OBJECTIVE values. */
export const CONTEXT_OBJECTIVE = 27;
/** Gradients and hessians are multiples of this power of two. */
export const CONTEXT_GRID = 28;
/** λ, the L2 penalty. */
export const CONTEXT_LAMBDA = 29;
/** Least hessian of a child, > 0. */
export const CONTEXT_MIN_CHILD = 30;
/** Least hessian a child needs to count in a bound: smaller than the above, so that bounds outlive a round. */
export const CONTEXT_MIN_CHILD_BOUND = 31;
/** Least gain over not splitting. */
export const CONTEXT_MIN_GAIN = 32;
/** Feature blocks of one task in the bounding stage. */
export const CONTEXT_BLOCKS_PER_TASK = 33;
/** Histograms of nodes, kept for their children: i32 [slots][d / 4][256][4][2], or f64 [slots][d][256][2]. */
export const CONTEXT_HISTOGRAMS = 34;
/** Bytes of one slot of them. */
export const CONTEXT_HISTOGRAM_BYTES = 35;
/** Family records: the large nodes of the bounding stage. */
export const CONTEXT_FAMILIES = 36;
export const CONTEXT_FAMILIES_LENGTH = 37;
/** Part records: the nodes of the parting stage. */
export const CONTEXT_PARTS = 38;
export const CONTEXT_PARTS_LENGTH = 39;
/** Offset in a worker's scratch memory of u32 [N], queries that go right. */
export const CONTEXT_SCRATCH_QUERIES = 40;
export const CONTEXT_FIELDS = 41;
/** The same fields once more as u32, for addresses and sizes: SIMD kernels would convert them over and over again. */
export const CONTEXT_WORDS_ADDRESS = 456;

/**
 * A family record: i32 fields. One node's histograms are made from its entries; its sibling's are what is left of
 * their parent's.
 */
export const FAMILY_BYTES = 16;
/** Node whose entries are gone through. */
export const FAMILY_DIRECT = 0;
/** Slot to keep its histograms in; -1: not kept. */
export const FAMILY_DIRECT_SLOT = 4;
/** Its sibling, or -1. */
export const FAMILY_DERIVED = 8;
/** Slot of the parent's histograms, which the sibling's take the place of. */
export const FAMILY_PARENT_SLOT = 12;

// A worker's scratch memory, in bytes from its beginning. SIMD kernels only.
/** i32 [256][4][2]: histograms of the bounding stage. */
export const SCRATCH_HISTOGRAMS = 0;
/** f64 [256][2]: histogram of the exact evaluation; all zero between features. */
export const SCRATCH_EXACT = 8192;
/** u32 [8]: its occupied bins; all zero between features. */
export const SCRATCH_OCCUPIED = 12288;
/** u32 [256]: entries in each bin, a bit each; all zero between features. */
export const SCRATCH_MASKS = 12352;
/** u8 [64][16]: bins of a small node's entries, 16 features at a time. */
export const SCRATCH_ROWS = 13376;
/** u8 [64][16]: their ranks, or the partitions they stand for. */
export const SCRATCH_RANKS = 14400;
/** f64 [256][2]: sums of the subsets of a tiny node's entries. */
export const SCRATCH_SUBSETS = 15424;
/** Eight words: scan table of the prompt columns; the node's own is for its query features. */
export const SCRATCH_SCAN_TABLE = 19520;
/** Prompt table, 16 bytes a prompt; i32 [K + 1][4][2], four sorted columns; f32 [c + 3], bounds of the columns. */
export const SCRATCH_PROMPTS = 19584;

/**
 * A part record: a node whose queries are to be parted, or to be had twice. Words first, i32, then fields, f64.
 */
export const PART_FIELDS = 8;
export const PART_BYTES = 64;
/** Word: first of its queries among the node queries, and their number. The left child's stay in place. */
export const PART_START = 0;
export const PART_COUNT = 1;
/** Word: query feature to part them by; -1 where the prompts are parted and both children have them. */
export const PART_FEATURE = 2;
/** Word: greatest bin that goes left. */
export const PART_BIN = 3;
/** Word: where the prompts are parted, place of the right child's queries. */
export const PART_RIGHT_START = 4;
/** Word: first of the left child's prompts among the node prompts, the right child's behind; -1: all pairs are known. */
export const PART_PROMPT_START = 5;
export const PART_LEFT_PROMPT_COUNT = 6;
export const PART_RIGHT_PROMPT_COUNT = 7;
/** Words, results: number of each child's queries. */
export const PART_LEFT_COUNT = 8;
export const PART_RIGHT_COUNT = 9;
/** Fields, results: sum of the hashes of each child's queries. */
export const PART_LEFT_HASH = 5;
export const PART_RIGHT_HASH = 6;

/** A node record: words first, i32, then fields, f64. */
export const NODE_FIELDS = 40;
export const NODE_BYTES = 320;
/** Word: First entry of the batch. */
export const NODE_START = 0;
/** Word: Number of entries. */
export const NODE_COUNT = 1;
/** Word: First of its prompts among the node prompts. */
export const NODE_PROMPT_START = 2;
export const NODE_PROMPT_COUNT = 3;
/** Word: First partition record, where its prompts are few. */
export const NODE_PARTITION_START = 4;
/** Word: Number of partition records; -1: go through the columns. */
export const NODE_PARTITION_COUNT = 5;
/** Word: Address of f32 [d], bounds kept between rounds; 0 if none. */
export const NODE_KEYS = 6;
/** Word: Address of its sums in the round before: f64 [count][2], then u32 [count] queries; 0 if none. */
export const NODE_HISTORY = 7;
/** Word: First of its queries among the node queries. */
export const NODE_QUERIES = 8;
/** G and H, sums over all its pairs. */
export const NODE_GRADIENT = 5;
export const NODE_HESSIAN = 6;
/** Score unsplit, G² / (H + λ). */
export const NODE_SCORE = 7;
/** w̄ = -G / (H + 2λ), the center of its gradients. */
export const NODE_CENTER = 8;
/** G² / (H + 2λ): a split's score is this plus its centered gain. */
export const NODE_BASE = 9;
/** Score of the best prompt split, its column and the greatest rank that goes left; column -1 if none. */
export const NODE_PROMPT_GAIN = 10;
export const NODE_PROMPT_COLUMN = 11;
export const NODE_PROMPT_RANK = 12;
/** Score of the best query split, its feature and the greatest bin that goes left; feature -1 if none. */
export const NODE_BEST_GAIN = 13;
export const NODE_BEST_FEATURE = 14;
export const NODE_BEST_BIN = 15;
/** Power of two by which its pairs are quantized: the parent's, where its histograms are kept; 0: not chosen yet. */
export const NODE_SCALE = 16;
/** One of the STATUS values. */
export const NODE_STATUS = 17;
/** 1 where features are first bounded, 2 where rounding is coarse, 0 where all are evaluated exactly. */
export const NODE_BOUNDED = 18;
/** 1 where keys and history hold the round before; 0 where they are to be filled. */
export const NODE_CACHED = 19;
/** Feature that won last time; -1 if none. */
export const NODE_SEED = 20;
/** How far bounds have drifted: bound of √gain = growth × (key + clock). */
export const NODE_GROWTH = 21;
export const NODE_CLOCK = 22;
/** Greatest factor by which a hessian has grown since the keys were filled. */
export const NODE_HESSIAN_GROWTH = 23;
/** w̄ of the round before. */
export const NODE_OLD_CENTER = 24;
/** Partition and feature on whose ties some keys rest, see lazy evaluation. */
export const NODE_TIE_MASK = 25;
export const NODE_TIE_FEATURE = 26;
/** Hessian growth from which thresholds that are not admissible now may be, see lazy evaluation. */
export const NODE_LATENT_GROWTH = 27;
/** Number of features evaluated exactly. */
export const NODE_EVALUATED = 28;
/** Greatest |u| / h of an entry, where the node has many. */
export const NODE_RATIO = 29;
/** Eight words for the walk along quantized sums, see the scan table in assembly/quantize.ts. */
export const NODE_SCAN_TABLE = 30;
/** 1 where sums by entry are quantized, since rounding every pair would add up to too much. */
export const NODE_BY_ENTRY = 34;
/** Center by which its pairs are quantized, chosen together with the scale. */
export const NODE_SCALE_CENTER = 35;

/** No split is possible. */
export const STATUS_TERMINAL = 0;
/** Its best split is known. */
export const STATUS_DONE = 1;
/** Its query features have to be gone through. */
export const STATUS_PENDING = 2;

/** Sum up the pairs, find the best prompt split, and, with keys of the round before, the best query split. */
export const STAGE_PREPARE = 0;
/** Bound the gain of every feature for the pending nodes; tasks are stretches of features. */
export const STAGE_BOUND = 1;
/** Evaluate exactly what the bounds leave over. */
export const STAGE_FINISH = 2;
/** Part the queries of nodes that are split. */
export const STAGE_PART = 3;
/** Gradients of all pairs; tasks are stretches of pairs. */
export const STAGE_GRADIENTS = 4;

export const OBJECTIVE_LOGISTIC = 0;
export const OBJECTIVE_SQUARED_ERROR = 1;
/** Pairs of one task in the gradients stage; even. */
export const PAIRS_PER_TASK = 8192;

/** Up to this many entries all partitions of a node are listed. */
export const TINY_ENTRIES = 8;
/** Up to this many entries a node's entries are sorted for each feature; above, there are histograms. */
export const SMALL_ENTRIES = 64;
/** Up to this many entries a node's histogram is walked by its occupied bins only. */
export const SPARSE_ENTRIES = 160;
/** Up to this many entries the partition of a split fits one word, and ties are excluded from keys. */
export const TIE_ENTRIES = 32;
/** Bounds kept between rounds hold until a hessian has grown by this factor in all. */
export const HESSIAN_GROWTH_LIMIT = 1.05;
/** Candidates may be this much below the best known score before they are passed over: room for rounding. */
export const ROUNDING_ROOM = 1e-12;

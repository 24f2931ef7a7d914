import { gbdtLayout } from "../../kernels/index.ts";
import type { PromptColumns } from "./prompt-columns.ts";
import { PARTITION_RECORDS, type TrainingMemory } from "./training-memory.ts";

const { CONTEXT_PARTITIONS, CONTEXT_PROMPT_COLUMNS, CONTEXT_PROMPT_ORDER, CONTEXT_PROMPT_RANK } = gbdtLayout;

/** Up to this many prompts the ways to part them are listed: at most 127. */
const MAX_LISTED = 8;

/** The prompts of a node, interned: equal sets are one object. */
export interface PromptSet {
  readonly id: number;
  /** Ascending. */
  readonly prompts: Uint32Array;
  /** Random number of the set, for hashing nodes. */
  readonly hash: number;
  /** Pairs of sets it has been parted into, by column and rank. */
  readonly parted: Map<number, readonly [left: PromptSet, right: PromptSet]>;
  /** First partition record and number of records; -1 where the columns are walked instead. */
  partitionStart: number;
  partitionCount: number;
}

/** The prompt sets of a run, with the partitions of the small ones in the kernels' memory. */
export class PromptSets {
  readonly #memory: TrainingMemory;
  readonly #sets = new Map<string, PromptSet>();
  readonly #all: Uint32Array;
  #columns: PromptColumns;
  #records = 0;
  #nextId = 0;

  constructor(memory: TrainingMemory, columns: PromptColumns) {
    this.#memory = memory;
    this.#columns = columns;
    this.#all = Uint32Array.from({ length: columns.prompts }, (_, prompt) => prompt);
    this.setColumns(columns);
  }

  /** Turns to other orderings, those of the features sampled for a tree. */
  setColumns(columns: PromptColumns): void {
    const { u16, context } = this.#memory.views;
    this.#columns = columns;
    u16.set(columns.order, context[CONTEXT_PROMPT_ORDER]! >>> 1);
    u16.set(columns.rank, context[CONTEXT_PROMPT_RANK]! >>> 1);
    context[CONTEXT_PROMPT_COLUMNS] = columns.columns.length;
    this.#forgetPartitions();
  }

  /** Number of sets known. */
  get size(): number {
    return this.#sets.size;
  }

  /** The set of all prompts. */
  get all(): PromptSet {
    return this.get(this.#all);
  }

  /** Forgets all sets. Numbers are not given out again, since nodes are known by them from round to round. */
  clear(): void {
    this.#sets.clear();
    this.#records = 0;
  }

  get(prompts: Uint32Array): PromptSet {
    const key = prompts.join();
    let set = this.#sets.get(key);
    if (set === undefined) {
      const id = this.#nextId++;
      const hash = (id * 0x9e3779b1) % 2 ** 36;
      set = { id, prompts, hash, parted: new Map(), partitionStart: -1, partitionCount: -1 };
      this.#sets.set(key, set);
    }
    return set;
  }

  /** The two sets an ordering's rank parts a set into. */
  part(set: PromptSet, column: number, rank: number): readonly [left: PromptSet, right: PromptSet] {
    const { rank: ranks, prompts, columns } = this.#columns;
    const key = rank * columns.length + column;
    let parted = set.parted.get(key);
    if (parted === undefined) {
      const base = column * prompts;
      parted = [
        this.get(set.prompts.filter((prompt) => ranks[base + prompt]! <= rank)),
        this.get(set.prompts.filter((prompt) => ranks[base + prompt]! > rank)),
      ];
      set.parted.set(key, parted);
    }
    return parted;
  }

  /** Sees to it that the partitions of all the small sets among `sets` are listed in memory. */
  listPartitions(sets: Iterable<PromptSet>): void {
    const small = new Set<PromptSet>();
    const missing = new Set<PromptSet>();
    for (const set of sets) {
      if (set.prompts.length > MAX_LISTED || set.prompts.length < 2) continue;
      small.add(set);
      if (set.partitionStart < 0) missing.add(set);
    }
    if (missing.size === 0) return;
    const most = 2 ** (MAX_LISTED - 1);
    if (this.#records + most * missing.size <= PARTITION_RECORDS) {
      for (const set of missing) this.#list(set);
      return;
    }
    this.#forgetPartitions();
    for (const set of small) this.#list(set);
  }

  #forgetPartitions(): void {
    this.#records = 0;
    for (const set of this.#sets.values()) {
      set.parted.clear();
      set.partitionStart = -1;
      set.partitionCount = -1;
    }
  }

  /** Lists the different partitions in order of column and rank, each once, whichever side it calls left. */
  #list(set: PromptSet): void {
    if (set.partitionStart >= 0) return;
    const { u16, u32, context } = this.#memory.views;
    const { order, rank, prompts: allPrompts, columns } = this.#columns;
    const count = set.prompts.length;
    const bitOf = new Int32Array(allPrompts);
    set.prompts.forEach((prompt, index) => {
      bitOf[prompt] = 1 << index;
    });
    const all = 2 ** count - 1;
    const isKnown = new Uint8Array(all + 1);
    const start = this.#records;
    for (let column = 0; column < columns.length && this.#records - start < all >> 1; column++) {
      const base = column * allPrompts;
      let mask = 0;
      let lastRank = -1;
      for (let position = 0; position < allPrompts; position++) {
        const prompt = order[base + position]!;
        if (bitOf[prompt] === 0) continue;
        const promptRank = rank[base + prompt]!;
        if (mask !== 0 && promptRank !== lastRank && isKnown[mask] === 0) {
          isKnown[mask] = 1;
          isKnown[all ^ mask] = 1;
          const record = context[CONTEXT_PARTITIONS]! + 8 * this.#records++;
          u32[record >>> 2] = mask;
          u16[(record + 4) >>> 1] = column;
          u16[(record + 6) >>> 1] = lastRank;
        }
        mask |= bitOf[prompt]!;
        lastRank = promptRank;
      }
    }
    set.partitionStart = start;
    set.partitionCount = this.#records - start;
  }
}

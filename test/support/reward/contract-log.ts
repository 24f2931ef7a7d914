import { pickRows } from "../../../src/kernels/index.ts";
import type { RewardTraining } from "../../../src/reward/reward-model.ts";
import type { FeatureMatrix, PromptCandidates } from "../../../src/types/index.ts";
import { seededRandom } from "../../../src/util/index.ts";

/** A made-up log with known truth, on which every reward model must hold its contract. */
export interface ContractLog {
  readonly training: RewardTraining & { readonly queries: FeatureMatrix };
  /** Questions × prompts: the true success probabilities, those of the training questions and of fresh ones. */
  readonly freshQueries: FeatureMatrix;
  readonly freshTruth: Float64Array;
}

export interface ContractLogOptions {
  readonly features: "dense" | "sparse";
  /** Complete: every prompt on every question. Partial: see {@link contractLog}. */
  readonly labels: "complete" | "partial";
  readonly seed: number;
  readonly queries?: number;
}

/** Number of prompts of a contract log. */
export const CONTRACT_PROMPTS = 4;

const COLUMNS = 12;

/** Success of prompt 0 … 3 on questions of type 0 and 1: which of the first two is right depends on the question. */
const TRUTH = [
  [0.9, 0.2, 0, 0.5],
  [0.1, 0.8, 0, 0.5],
] as const;

/**
 * Two types of question, told apart by their features; prompt 2 never succeeds (a constant column). Groups of one to
 * three questions have nearly equal features. In a partial log prompt 3 has a single label, question 0 none at all,
 * and of the other pairs a third is missing at random.
 */
export function contractLog({ features, labels, seed, queries = 120 }: ContractLogOptions): ContractLog {
  const random = seededRandom(seed);
  const prompts = CONTRACT_PROMPTS;
  const groups = new Int32Array(queries);
  for (let query = 1; query < queries; query++)
    groups[query] = groups[query - 1]! + (random.next() < 0.6 ? 1 : 0);
  const types = Int32Array.from({ length: queries }, (_, query) => (groups[query]! * 7919) % 2);
  const fresh = Int32Array.from({ length: 200 }, (_, query) => query % 2);
  const all = questionFeatures([...types, ...fresh], features, random);
  const successes = new Float64Array(queries * prompts);
  const trials = new Float64Array(queries * prompts);
  for (let query = 0; query < queries; query++) {
    for (let prompt = 0; prompt < prompts; prompt++) {
      if (labels === "partial" && isMissing(query, prompt, random.next())) continue;
      const entry = query * prompts + prompt;
      trials[entry] = 1 + random.nextInteger(3);
      if (labels === "complete" && prompt > 0) trials[entry] = trials[query * prompts]!;
      for (let trial = 0; trial < trials[entry]!; trial++) {
        if (random.next() < TRUTH[types[query]!]![prompt]!) successes[entry]!++;
      }
    }
  }
  const rows = Int32Array.from({ length: queries + fresh.length }, (_, query) => query);
  return {
    training: {
      queries: pickRows(all, rows.subarray(0, queries)),
      prompts: promptFeatures(),
      rewards: { queries, prompts, successes, trials },
      groups,
      folds: groups.map((group) => group % 3),
      fixedColumn: 0,
      seed: 1,
    },
    freshQueries: pickRows(all, rows.subarray(queries)),
    freshTruth: Float64Array.from([...fresh].flatMap((type) => TRUTH[type]!)),
  };
}

function isMissing(query: number, prompt: number, draw: number): boolean {
  if (query === 0) return true;
  return prompt === 3 ? query !== 5 : draw < 1 / 3;
}

function questionFeatures(
  types: readonly number[],
  kind: "dense" | "sparse",
  random: ReturnType<typeof seededRandom>,
): FeatureMatrix {
  const rows = types.length;
  const values = new Float32Array(rows * COLUMNS);
  types.forEach((type, row) => {
    // Two features of its type, two of no meaning.
    values[row * COLUMNS + type * 2] = 1 + 0.2 * random.next();
    values[row * COLUMNS + type * 2 + 1] = 1 + 0.2 * random.next();
    for (let k = 0; k < 2; k++)
      values[row * COLUMNS + 4 + random.nextInteger(COLUMNS - 4)] = 0.5 * random.next() + 0.1;
  });
  const dense: FeatureMatrix = { kind: "dense", rows, columns: COLUMNS, values };
  return kind === "dense" ? dense : toSparse(dense);
}

/** The same numbers in compressed form. */
function toSparse(dense: FeatureMatrix & { kind: "dense" }): FeatureMatrix {
  const { rows, columns, values } = dense;
  const rowStart = new Int32Array(rows + 1);
  const columnIndex: number[] = [];
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (value === 0) continue;
      columnIndex.push(column);
      kept.push(value);
    }
    rowStart[row + 1] = kept.length;
  }
  return {
    kind: "sparse",
    rows,
    columns,
    rowStart,
    columnIndex: Int32Array.from(columnIndex),
    values: Float32Array.from(kept),
  };
}

/** Four prompts in a plane of three columns, no two alike. */
function promptFeatures(): FeatureMatrix {
  const values = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.6, 0.6, 0.5]);
  return { kind: "dense", rows: CONTRACT_PROMPTS, columns: 3, values };
}

/** Candidates of a contract log: training prompt 1, an unseen prompt with the text of prompt 0, and one unlike all. */
export function contractCandidates(temperature: number): PromptCandidates {
  return {
    trainedColumn: Int32Array.from([1, -1, -1]),
    features: { kind: "dense", rows: 3, columns: 3, values: Float32Array.from([0, 1, 0, 1, 0, 0, 0, 0, 0]) },
    trainedFeatures: promptFeatures(),
    temperature,
  };
}

import { ConfigError } from "../../errors.ts";
import type { DenseFeatures, RewardMatrix } from "../../types/index.ts";

/** The libraries' own copies come on top. */
const MAX_VALUES = 2 ** 31;

/** The log as the libraries want it: one row of features a (question, prompt) pair. */
export interface PairRows {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, query features before prompt features. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
  readonly weights: Float32Array;
}

/**
 * @param questions rows of the reward matrix to take; pairs without trials are left out
 * @param labels `rate`: success rate, weighing as much as there were trials; `binary`: successes as 1, failures as 0,
 * in two rows where a pair has both
 * @throws ConfigError where the rows would not fit in memory
 */
export function pairRows(
  queries: DenseFeatures,
  prompts: DenseFeatures,
  rewards: RewardMatrix,
  questions: Int32Array,
  labels: "rate" | "binary",
): PairRows {
  const entries: { question: number; prompt: number; label: number; weight: number }[] = [];
  for (const question of questions)
    for (let prompt = 0; prompt < rewards.prompts; prompt++) {
      const trials = rewards.trials[question * rewards.prompts + prompt]!;
      if (trials === 0) continue;
      const successes = Math.min(
        trials,
        Math.max(0, rewards.successes[question * rewards.prompts + prompt]!),
      );
      if (labels === "rate") entries.push({ question, prompt, label: successes / trials, weight: trials });
      else {
        if (successes > 0) entries.push({ question, prompt, label: 1, weight: successes });
        if (successes < trials) entries.push({ question, prompt, label: 0, weight: trials - successes });
      }
    }
  const columns = queries.columns + prompts.columns;
  if (entries.length * columns > MAX_VALUES)
    throw new ConfigError(
      `${entries.length} pairs of ${columns} features are more than the original libraries can be given (${MAX_VALUES} numbers). Use an embedder of fewer dimensions, as lsa:form-tf:256, or a gbdt- reward model.`,
      { rows: entries.length, columns },
    );
  const features = new Float32Array(entries.length * columns);
  entries.forEach(({ question, prompt }, row) => {
    features.set(makeRow(queries, question), row * columns);
    features.set(makeRow(prompts, prompt), row * columns + queries.columns);
  });
  return {
    rows: entries.length,
    columns,
    features,
    labels: Float32Array.from(entries, ({ label }) => label),
    weights: Float32Array.from(entries, ({ weight }) => weight),
  };
}

function makeRow({ values, columns }: DenseFeatures, row: number): Float32Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

import { RUN_FILES, type RunDirectory, readJsonLines } from "../../data/index.ts";
import type { Candidate, Interaction } from "../../types/index.ts";
import type { Drift } from "./doctor-types.ts";

/** Fewer answers of a prompt in a half say nothing. */
const MIN_ANSWERS = 10;

/**
 * Compares each candidate's success in the two halves of the log's file, so that a change of which were asked is no
 * drift. Lines stand in the order in which the log came.
 * @returns null where no prompt has enough answers in both halves
 */
export async function examineDrift(
  run: RunDirectory,
  candidates: readonly Candidate[],
): Promise<Drift | null> {
  const pairKey = (promptId: string, llm: string): string => JSON.stringify([promptId, llm]);
  const known = new Set(candidates.map(({ promptId, llm }) => pairKey(promptId, llm)));
  const half = run.manifest.counts.interactions / 2;
  const halves = new Map<string, [Sums, Sums]>();
  let line = 0;
  for await (const { value } of readJsonLines(run.file(RUN_FILES.interactions), { tornLastLine: "drop" })) {
    const { promptId, reward, llm } = value as Interaction;
    const part = line++ < half ? 0 : 1;
    const key = pairKey(promptId, llm);
    if (!known.has(key)) continue;
    const sums = halves.get(key) ?? [newSums(), newSums()];
    sums[part].answers++;
    sums[part].sum += reward;
    sums[part].squares += reward * reward;
    halves.set(key, sums);
  }
  const enough = [...halves.values()].filter((parts) => parts.every(({ answers }) => answers >= MIN_ANSWERS));
  const total = enough.reduce((sum, [one, other]) => sum + one.answers + other.answers, 0);
  if (total === 0) return null;
  let change = 0;
  let variance = 0;
  for (const [before, after] of enough) {
    const weight = (before.answers + after.answers) / total;
    change += weight * (mean(after) - mean(before));
    variance += weight ** 2 * (varianceOfMean(before) + varianceOfMean(after));
  }
  return { change, standardError: Math.sqrt(variance) };
}

interface Sums {
  answers: number;
  sum: number;
  squares: number;
}

function newSums(): Sums {
  return { answers: 0, sum: 0, squares: 0 };
}

function mean({ answers, sum }: Sums): number {
  return sum / answers;
}

function varianceOfMean(sums: Sums): number {
  return Math.max(0, sums.squares / sums.answers - mean(sums) ** 2) / (sums.answers - 1);
}

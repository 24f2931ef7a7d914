import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, type RunDirectory, readStoredState, writeStoredState } from "../data/index.ts";
import type { FoldOutcome } from "./fold-outcome.ts";

const KIND = "fold-outcome";

/** Finished folds of one evaluation, kept on disk so that an interrupted evaluation goes on where it stopped. */
export interface FoldCheckpoint {
  /** null where the fold was not finished, or its file is damaged. */
  load(fold: number): Promise<FoldOutcome | null>;
  save(fold: number, outcome: FoldOutcome): Promise<void>;
  /** Removes all of it, once the result itself is stored. */
  clear(): Promise<void>;
}

/** @param key content hash of everything the outcome depends on */
export function foldCheckpoint(run: RunDirectory, key: string): FoldCheckpoint {
  const directory = join(run.file("results"), ".resume", key.slice(0, 16));
  const file = (fold: number): string => join(directory, `fold-${fold}.bin`);
  return {
    async load(fold) {
      const state = await readStoredState(file(fold)).catch(() => null);
      const { scores, unknown } = state?.arrays ?? {};
      if (state?.kind !== KIND || !(scores instanceof Float64Array) || !(unknown instanceof Uint8Array))
        return null;
      return {
        scores,
        unknown,
        fixedColumn: Number(state.header.fixedColumn),
        gate: state.header.gate as unknown as FoldOutcome["gate"],
      };
    },
    async save(fold, outcome) {
      await makeFolder(directory);
      await writeStoredState(file(fold), {
        kind: KIND,
        header: { fixedColumn: outcome.fixedColumn, gate: { ...outcome.gate } },
        arrays: { scores: outcome.scores, unknown: outcome.unknown },
      });
    },
    clear: () => rm(directory, { recursive: true, force: true }),
  };
}

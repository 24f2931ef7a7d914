import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  makeFolder,
  pathExists,
  type RunDirectory,
  readStoredState,
  writeStoredState,
} from "../data/index.ts";
import { ModelFileError } from "../errors.ts";
import type { NumericArray, StoredState } from "../types/index.ts";
import type { FoldOutcome, FoldShape } from "./fold-outcome.ts";
import { gateSchema } from "./gate-schema.ts";
import { areOfCandidates, pricedSchema } from "./trade-schemas.ts";

const KIND = "fold-outcome";

/** Finished folds of one evaluation, kept on disk so that an interrupted evaluation goes on where it stopped. */
export interface FoldCheckpoint {
  /**
   * null where the fold was not finished. A file that is damaged, of another evaluation or of another shape counts as
   * none, since the fold can be fitted anew, and `onWarning` is told.
   */
  load(fold: number, shape: FoldShape): Promise<FoldOutcome | null>;
  save(fold: number, outcome: FoldOutcome): Promise<void>;
  /** Removes all of it, once the result itself is stored. */
  clear(): Promise<void>;
}

/** @param key content hash of everything the outcome depends on */
export function foldCheckpoint(
  run: RunDirectory,
  key: string,
  onWarning?: (message: string) => void,
): FoldCheckpoint {
  const directory = join(run.file("results"), ".resume", key.slice(0, 16));
  const file = (fold: number): string => join(directory, `fold-${fold}.bin`);
  return {
    async load(fold, shape) {
      if (!(await pathExists(file(fold)))) return null;
      try {
        return restoreOutcome(await readStoredState(file(fold)), key, shape);
      } catch (error) {
        if (!(error instanceof ModelFileError)) throw error;
        onWarning?.(`${file(fold)} is damaged or of another evaluation; the fold is fitted anew`);
        return null;
      }
    },
    async save(fold, outcome) {
      await makeFolder(directory);
      await writeStoredState(file(fold), {
        kind: KIND,
        header: {
          key,
          fixedColumn: outcome.fixedColumn,
          gate: { ...outcome.gate },
          // As it is read again.
          priced: JSON.parse(JSON.stringify(outcome.priced)),
        },
        arrays: {
          scores: outcome.scores,
          chosen: outcome.chosen,
          fallback: outcome.fallback,
          neighbor: outcome.neighbor,
        },
      });
    },
    clear: () => rm(directory, { recursive: true, force: true }),
  };
}

/** @throws ModelFileError where the state is not an outcome of this evaluation and shape */
function restoreOutcome(
  { kind, header, arrays: { scores, chosen, fallback, neighbor } }: StoredState,
  key: string,
  { units, neighbors, trained, candidates }: FoldShape,
): FoldOutcome {
  const parsed = z
    .object({
      key: z.literal(key),
      fixedColumn: z.int().min(0).lt(trained),
      gate: gateSchema,
      priced: pricedSchema.nullable(),
    })
    .refine((own) => areOfCandidates(own, trained))
    .safeParse(header);
  const isWhole =
    kind === KIND &&
    scores instanceof Float64Array &&
    scores.length === units * candidates &&
    scores.every((score) => score >= 0 && score <= 1) &&
    areColumns(chosen, units, trained) &&
    areColumns(neighbor, neighbors, trained) &&
    fallback instanceof Uint8Array &&
    fallback.length === units &&
    fallback.every((code) => code <= 2);
  if (!parsed.success || !isWhole) throw new ModelFileError("not an outcome of this evaluation");
  return {
    scores,
    chosen,
    fallback,
    neighbor,
    fixedColumn: parsed.data.fixedColumn,
    gate: parsed.data.gate,
    priced: parsed.data.priced,
  };
}

function areColumns(values: NumericArray | undefined, length: number, columns: number): values is Int32Array {
  return (
    values instanceof Int32Array &&
    values.length === length &&
    values.every((column) => column >= 0 && column < columns)
  );
}

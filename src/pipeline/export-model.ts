import { existsSync } from "node:fs";
import { checkOutputFile, openRunDirectory, writeFileAtomic } from "../data/index.ts";
import { ExistsError, UsageError } from "../errors.ts";
import { type BoosterModel, getBooster, writeLightgbmModel, writeXgboostModel } from "../reward/index.ts";
import { readChooser } from "./chooser-files.ts";

/** A format of `exportModel`. */
export type ModelExportFormat = "xgboost-json" | "xgboost-ubj" | "lightgbm";

/** Every format, with the ending of its files. */
const FORMATS: Readonly<
  Record<ModelExportFormat, { ending: string; write: (model: BoosterModel) => Uint8Array }>
> = {
  "xgboost-json": { ending: "json", write: (model) => writeXgboostModel(model, "json") },
  "xgboost-ubj": { ending: "ubj", write: (model) => writeXgboostModel(model, "ubj") },
  lightgbm: { ending: "txt", write: writeLightgbmModel },
};

/** What `exportModel` wrote. */
export interface ModelExport {
  readonly file: string;
  readonly format: ModelExportFormat;
  readonly bytes: number;
  readonly trees: number;
  /** The model's features: first so many numbers of the question's embedding, … */
  readonly queryColumns: number;
  /** … then so many of the prompt's. */
  readonly promptColumns: number;
}

/**
 * Writes the boosted trees of a run's trained chooser as a file of XGBoost or LightGBM, which predicts the same from
 * [question embedding ; prompt embedding].
 * @param options.out @default `models/export.<ending>` in the run directory
 * @param options.force replace a file that is there @default false
 * @throws UsageError where nothing has been trained, the format is unknown, the model has no trees, or the file is one
 * the run is made from
 * @throws ExistsError where the file is there and `force` is not set
 */
export async function exportModel(
  directory: string,
  options: { readonly format: ModelExportFormat; readonly out?: string; readonly force?: boolean },
): Promise<ModelExport> {
  const { format } = options;
  if (!Object.hasOwn(FORMATS, format))
    throw new UsageError(
      `there is no format "${format}" of models; there are: ${Object.keys(FORMATS).join(", ")}`,
    );
  const { ending, write } = FORMATS[format];
  const run = await openRunDirectory(directory);
  const { policy } = await readChooser(run);
  const booster = getBooster(policy.model);
  const file = options.out ?? run.file(`models/export.${ending}`);
  if (options.force !== true && existsSync(file))
    throw new ExistsError(`${file} is there already; replace it with --force, or name another with --out`);
  await checkOutputFile(file, run);
  const bytes = write(booster);
  await writeFileAtomic(file, bytes);
  return {
    file,
    format,
    bytes: bytes.length,
    trees: booster.trees.length,
    queryColumns: booster.queryColumns,
    promptColumns: booster.promptColumns,
  };
}

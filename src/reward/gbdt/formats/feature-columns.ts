import { ConfigError, ModelFileError } from "../../../errors.ts";

/** How the features of a foreign model divide: the query's columns come first, the prompt's behind them. */
export interface FeatureColumns {
  /** Number of columns of the query features. */
  readonly queryColumns: number;
  /** Number of columns of the prompt features. */
  readonly promptColumns: number;
}

/**
 * @param found number of features the file was trained on
 * @throws ConfigError where the columns are no whole numbers
 * @throws ModelFileError where the file has another number of features
 */
export function checkFeatureColumns(which: string, found: number, columns: FeatureColumns): void {
  const { queryColumns, promptColumns } = columns;
  if (![queryColumns, promptColumns].every((count) => Number.isSafeInteger(count) && count >= 0))
    throw new ConfigError(
      `The model is to be read with ${queryColumns} query and ${promptColumns} prompt columns; expected whole numbers.`,
    );
  if (found !== queryColumns + promptColumns)
    throw new ModelFileError(
      `The ${which} model was trained on ${found} features, but ${queryColumns} of the query and ${promptColumns} of the prompt make ${queryColumns + promptColumns}. Read it with the embedders it was trained with.`,
      { found, expected: queryColumns + promptColumns },
    );
}

import koffi from "koffi";

/** Rows of features for a library, row-major. */
export interface PredictionRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * What the real XGBoost predicts with a model file: probabilities for binary:logistic, values for reg:squarederror.
 * Bound apart from the package's own binding, so that a mistake there cannot hide here.
 */
export function predictWithXgboost(
  library: string,
  model: Uint8Array,
  features: PredictionRows,
): Float64Array {
  const xgboost = koffi.load(library);
  const lastError = xgboost.func("const char *XGBGetLastError()");
  const check = (status: number): void => {
    if (status !== 0) throw new Error(`XGBoost: ${lastError()}`);
  };
  const createMatrix = xgboost.func(
    "int XGDMatrixCreateFromMat(const float *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **matrix)",
  );
  const create = xgboost.func("int XGBoosterCreate(void *matrices, uint64_t count, _Out_ void **booster)");
  const load = xgboost.func(
    "int XGBoosterLoadModelFromBuffer(void *booster, const void *buffer, uint64_t length)",
  );
  const predict = xgboost.func(
    "int XGBoosterPredict(void *booster, void *matrix, int options, unsigned int trees, int training, _Out_ uint64_t *length, _Out_ float **result)",
  );
  const matrix: [unknown] = [null];
  check(createMatrix(features.values, features.rows, features.columns, Number.NaN, matrix));
  const booster: [unknown] = [null];
  check(create(null, 0, booster));
  try {
    check(load(booster[0], model, model.length));
    const length: [number] = [0];
    const result: [unknown] = [null];
    check(predict(booster[0], matrix[0], 0, 0, 0, length, result));
    return Float64Array.from(
      koffi.decode(result[0], koffi.array("float", Number(length[0]))) as Float32Array,
    );
  } finally {
    check(xgboost.func("int XGBoosterFree(void *booster)")(booster[0]));
    check(xgboost.func("int XGDMatrixFree(void *matrix)")(matrix[0]));
  }
}

/** A model file as the real XGBoost reads and saves it again. */
export function resaveWithXgboost(library: string, model: Uint8Array, format: "json" | "ubj"): Uint8Array {
  const xgboost = koffi.load(library);
  const check = (status: number): void => {
    if (status !== 0) throw new Error(`XGBoost: ${xgboost.func("const char *XGBGetLastError()")()}`);
  };
  const booster: [unknown] = [null];
  check(
    xgboost.func("int XGBoosterCreate(void *matrices, uint64_t count, _Out_ void **booster)")(
      null,
      0,
      booster,
    ),
  );
  try {
    check(
      xgboost.func("int XGBoosterLoadModelFromBuffer(void *booster, const void *buffer, uint64_t length)")(
        booster[0],
        model,
        model.length,
      ),
    );
    const length: [number] = [0];
    const bytes: [unknown] = [null];
    check(
      xgboost.func(
        "int XGBoosterSaveModelToBuffer(void *booster, const char *config, _Out_ uint64_t *length, _Out_ uint8_t **bytes)",
      )(booster[0], `{"format": "${format}"}`, length, bytes),
    );
    return Uint8Array.from(koffi.decode(bytes[0], koffi.array("uint8_t", Number(length[0]))) as Uint8Array);
  } finally {
    check(xgboost.func("int XGBoosterFree(void *booster)")(booster[0]));
  }
}

/** What the real LightGBM predicts with a model's text. */
export function predictWithLightgbm(
  library: string,
  model: Uint8Array,
  features: PredictionRows,
): Float64Array {
  const lightgbm = koffi.load(library);
  const lastError = lightgbm.func("const char *LGBM_GetLastError()");
  const check = (status: number): void => {
    if (status !== 0) throw new Error(`LightGBM: ${lastError()}`);
  };
  const load = lightgbm.func(
    "int LGBM_BoosterLoadModelFromString(const char *text, _Out_ int *iterations, _Out_ void **booster)",
  );
  const predict = lightgbm.func(
    "int LGBM_BoosterPredictForMat(void *booster, const void *data, int type, int32_t rows, int32_t columns, int rowMajor, int kind, int start, int count, const char *parameters, _Out_ int64_t *length, double *result)",
  );
  const booster: [unknown] = [null];
  check(load(new TextDecoder().decode(model), [0], booster));
  try {
    const predictions = new Float64Array(features.rows);
    const { values, rows, columns } = features;
    check(
      predict(
        booster[0],
        values,
        0,
        rows,
        columns,
        1,
        0,
        0,
        -1,
        "verbosity=-1 num_threads=1",
        [0],
        predictions,
      ),
    );
    return predictions;
  } finally {
    check(lightgbm.func("int LGBM_BoosterFree(void *booster)")(booster[0]));
  }
}

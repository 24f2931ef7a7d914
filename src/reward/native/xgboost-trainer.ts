import { readXgboostModel } from "../gbdt/formats/xgboost-reader.ts";
import { findLibrary } from "./find-library.ts";
import { loadLibrary, type Out } from "./load-library.ts";
import type { NativeTrainer } from "./native-trainer.ts";

/** Environment variable that may name XGBoost's shared library. */
const XGBOOST_VARIABLE = "OIRL_XGBOOST_LIBRARY";

/**
 * XGBoost through its C interface (https://xgboost.readthedocs.io/en/stable/c.html). Each round blocks the thread.
 * @param path of the shared library; found by environment variable or Python where undefined
 * @throws ConfigError where library or koffi are absent
 */
export async function xgboostTrainer(path?: string): Promise<NativeTrainer> {
  const file = await findLibrary({
    name: "XGBoost",
    path,
    variable: XGBOOST_VARIABLE,
    pythonPackage: "xgboost",
    pipName: "xgboost-cpu",
    files: ["lib/libxgboost.so", "lib/libxgboost.dylib", "lib/xgboost.dll"],
  });
  const library = await loadLibrary("XGBoost", file, "XGBGetLastError");
  const createMatrix = library.bind(
    "int XGDMatrixCreateFromMat(const float *values, uint64_t rows, uint64_t columns, float missing, _Out_ void **matrix)",
  );
  const setNumbers = library.bind(
    "int XGDMatrixSetFloatInfo(void *matrix, const char *name, const float *values, uint64_t length)",
  );
  const freeMatrix = library.bind("int XGDMatrixFree(void *matrix)");
  const createBooster = library.bind(
    "int XGBoosterCreate(void **matrices, uint64_t count, _Out_ void **booster)",
  );
  const setParameter = library.bind(
    "int XGBoosterSetParam(void *booster, const char *name, const char *value)",
  );
  const update = library.bind("int XGBoosterUpdateOneIter(void *booster, int round, void *matrix)");
  const save = library.bind(
    "int XGBoosterSaveModelToBuffer(void *booster, const char *config, _Out_ uint64_t *length, _Out_ void **bytes)",
  );
  const freeBooster = library.bind("int XGBoosterFree(void *booster)");
  return {
    read: readXgboostModel,
    labels: "rate",
    async train(rows, parameters, rounds, afterRound) {
      const matrix: Out = [null];
      createMatrix(rows.features, rows.rows, rows.columns, Number.NaN, matrix);
      const booster: Out = [null];
      try {
        setNumbers(matrix[0], "label", rows.labels, rows.rows);
        setNumbers(matrix[0], "weight", rows.weights, rows.rows);
        createBooster([matrix[0]], 1, booster);
        for (const [name, value] of parameters) setParameter(booster[0], name, String(value));
        for (let round = 0; round < rounds; round++) {
          update(booster[0], round, matrix[0]);
          await afterRound(round + 1);
        }
        const length: Out = [0];
        const bytes: Out = [null];
        save(booster[0], '{"format": "ubj"}', length, bytes);
        return library.bytes(bytes[0], Number(length[0]));
      } finally {
        if (booster[0] !== null) freeBooster(booster[0]);
        freeMatrix(matrix[0]);
      }
    },
  };
}

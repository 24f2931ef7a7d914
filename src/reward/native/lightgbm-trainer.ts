import { readLightgbmModel } from "../gbdt/formats/lightgbm-reader.ts";
import { findLibrary } from "./find-library.ts";
import { loadLibrary, type Out } from "./load-library.ts";
import type { NativeTrainer } from "./native-trainer.ts";

/** Environment variable that may name LightGBM's shared library. */
const LIGHTGBM_VARIABLE = "OIRL_LIGHTGBM_LIBRARY";

/** `C_API_DTYPE_FLOAT32`. */
const FLOAT32 = 0;
const ALL_ROUNDS = -1;

/**
 * LightGBM through its C interface (https://lightgbm.readthedocs.io/en/stable/C-API.html). Each round blocks the
 * thread.
 * @param path of the shared library; found by environment variable or Python where undefined
 * @throws ConfigError where library or koffi are absent
 */
export async function lightgbmTrainer(path?: string): Promise<NativeTrainer> {
  const file = await findLibrary({
    name: "LightGBM",
    path,
    variable: LIGHTGBM_VARIABLE,
    pythonPackage: "lightgbm",
    pipName: "lightgbm",
    files: ["lib/lib_lightgbm.so", "lib/lib_lightgbm.dylib", "bin/lib_lightgbm.dll"],
  });
  const library = await loadLibrary("LightGBM", file, "LGBM_GetLastError");
  const createDataset = library.bind(
    "int LGBM_DatasetCreateFromMat(const void *values, int type, int32_t rows, int32_t columns, int isRowMajor, const char *parameters, void *reference, _Out_ void **dataset)",
  );
  const setField = library.bind(
    "int LGBM_DatasetSetField(void *dataset, const char *name, const void *values, int length, int type)",
  );
  const freeDataset = library.bind("int LGBM_DatasetFree(void *dataset)");
  const createBooster = library.bind(
    "int LGBM_BoosterCreate(void *dataset, const char *parameters, _Out_ void **booster)",
  );
  const update = library.bind("int LGBM_BoosterUpdateOneIter(void *booster, _Out_ int *isFinished)");
  const save = library.bind(
    "int LGBM_BoosterSaveModelToString(void *booster, int start, int rounds, int importance, int64_t room, _Out_ int64_t *length, void *text)",
  );
  const freeBooster = library.bind("int LGBM_BoosterFree(void *booster)");
  return {
    read: readLightgbmModel,
    labels: "binary",
    async train(rows, parameters, rounds, afterRound) {
      const words = Array.from(parameters, ([name, value]) => `${name}=${value}`).join(" ");
      const dataset: Out = [null];
      createDataset(rows.features, FLOAT32, rows.rows, rows.columns, 1, words, null, dataset);
      const booster: Out = [null];
      try {
        setField(dataset[0], "label", rows.labels, rows.rows, FLOAT32);
        setField(dataset[0], "weight", rows.weights, rows.rows, FLOAT32);
        createBooster(dataset[0], words, booster);
        const isFinished: Out = [0];
        for (let round = 0; round < rounds && isFinished[0] === 0; round++) {
          update(booster[0], isFinished);
          await afterRound(round + 1);
        }
        const length: Out = [0];
        save(booster[0], 0, ALL_ROUNDS, 0, 0, length, null);
        const text = new Uint8Array(Number(length[0]));
        save(booster[0], 0, ALL_ROUNDS, 0, text.length, length, text);
        // C strings end with a zero.
        return text.subarray(0, text.length - 1);
      } finally {
        if (booster[0] !== null) freeBooster(booster[0]);
        freeDataset(dataset[0]);
      }
    },
  };
}

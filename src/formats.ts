/**
 * File formats, from bytes and to bytes: tree models of XGBoost and LightGBM, NumPy arrays, and this package's own
 * stored states. Everything read is checked as coming from a stranger; nothing touches the file system.
 *
 * @example
 * import { readXgboostModel, writeLightgbmModel } from "prompt-oirl/formats";
 *
 * @module
 */
export type { EncodeNpyOptions, NpyArray, NpyDtype, NpyValues } from "./data/index.ts";
export { decodeNpy, decodeStoredState, encodeNpy, encodeStoredState } from "./data/index.ts";
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { PromptOirlError } from "./errors.ts";
export type { BoosterModel, FeatureColumns, TrainingPlan, Tree, XgboostFormat } from "./reward/index.ts";
export {
  readLightgbmModel,
  readXgboostModel,
  writeLightgbmModel,
  writeXgboostModel,
} from "./reward/index.ts";
export type { JsonValue, NumericArray, StoredState } from "./types/index.ts";

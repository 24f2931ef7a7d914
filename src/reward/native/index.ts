export type { LightgbmOptions, XgboostOptions } from "./native-options.ts";
export { lightgbm, xgboost } from "./native-reward-model.ts";

export type { Dataset, DatasetName } from "./catalog.ts";
export { DATASETS } from "./catalog.ts";
export { loadGsm8k } from "./gsm8k.ts";
export { loadMawps } from "./mawps.ts";
export type { PullDatasetOptions, PullSummary } from "./pull-dataset.ts";
export { pullDataset } from "./pull-dataset.ts";
export { loadSvamp } from "./svamp.ts";

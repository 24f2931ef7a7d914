export type { Dataset, DatasetFile, DatasetName } from "./catalogue.ts";
export { DATASETS } from "./catalogue.ts";
export { loadGsm8k } from "./gsm8k.ts";
export { loadMawps } from "./mawps.ts";
export type { PullDatasetOptions, PullSummary } from "./pull-dataset.ts";
export { pullDataset } from "./pull-dataset.ts";
export { loadSvamp } from "./svamp.ts";

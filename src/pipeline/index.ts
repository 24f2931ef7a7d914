export { loadChooser } from "./chooser.ts";
export { evaluateRun } from "./evaluate-run.ts";
export type { NpyExport } from "./export-npy.ts";
export { exportNpy } from "./export-npy.ts";
export { optimizeRun } from "./optimize-run.ts";
export type * from "./pipeline-types.ts";
export { scoreRun } from "./score-run.ts";
export { sweepSubsets } from "./sweep-subsets.ts";
export { trainRun } from "./train-run.ts";

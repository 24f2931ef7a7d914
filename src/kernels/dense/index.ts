export type { DenseKernels } from "./dense-kernels.ts";
export { REFLECTORS } from "./dense-kernels.ts";
export type { DenseWorkspace } from "./dense-workspace.ts";
export { denseWorkspace } from "./dense-workspace.ts";
export { typescriptDenseKernels } from "./typescript-kernels.ts";

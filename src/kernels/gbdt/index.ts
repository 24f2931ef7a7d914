export type { GbdtKernels } from "./gbdt-kernels.ts";
export { fillGradients, sigmoid } from "./gradients.ts";
export type { KernelViews } from "./kernel-views.ts";
export { kernelViews } from "./kernel-views.ts";
export * as gbdtLayout from "./layout.ts";
export { typescriptKernels } from "./typescript-kernels.ts";
export { wasmKernelModule, wasmKernels } from "./wasm-kernels.ts";

import type { GbdtKernels } from "./gbdt-kernels.ts";
import { KERNEL_BINARY } from "./kernel-binary.ts";

let compiled: WebAssembly.Module | null | undefined;

/** The compiled SIMD kernels, for any number of threads; null where WebAssembly or its SIMD is missing. */
export function wasmKernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const binary = typeof WebAssembly === "undefined" ? null : Buffer.from(KERNEL_BINARY, "base64");
    compiled = binary !== null && WebAssembly.validate(binary) ? new WebAssembly.Module(binary) : null;
  }
  return compiled;
}

/** The SIMD kernels on one memory, which must be shared and at least two pages long. */
export function wasmKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): GbdtKernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports.run as (stage: number, worker: number) => void;
  return { name: "wasm", run };
}

import {
  type GbdtKernels,
  gbdtLayout,
  typescriptKernels,
  wasmKernelModule,
  wasmKernels,
} from "../../kernels/index.ts";
import { startSharedMemoryPool } from "../../parallel/index.ts";
import type { StageRunner } from "./split-finder.ts";
import type { TrainingMemory } from "./training-memory.ts";

/** Which kernels to use. */
export type KernelChoice = GbdtKernels["name"];

/** Kernels at work on one memory. */
export interface KernelRunner {
  readonly name: KernelChoice;
  readonly run: StageRunner;
  readonly close: () => void;
}

const POOL_WORDS = {
  generation: gbdtLayout.CONTROL_GENERATION,
  stage: gbdtLayout.CONTROL_STAGE,
  done: gbdtLayout.CONTROL_DONE,
  failed: gbdtLayout.CONTROL_FAILED,
};

/** The SIMD kernels where they run, else plain TypeScript. */
export function bestKernels(): KernelChoice {
  return wasmKernelModule() === null ? "typescript" : "wasm";
}

/** Starts the kernels a memory was made for, on as many threads as it has scratch memory for. */
export function startKernels(memory: TrainingMemory): KernelRunner {
  const module = wasmKernelModule();
  if (memory.webAssembly === null || module === null) {
    const kernels = typescriptKernels(memory.buffer);
    return { name: kernels.name, run: (stage) => kernels.run(stage, 0), close: () => {} };
  }
  const kernels = wasmKernels(module, memory.webAssembly);
  const helpers = memory.sizes.workers - 1;
  if (helpers === 0) return { name: "wasm", run: (stage) => kernels.run(stage, 0), close: () => {} };
  const pool = startSharedMemoryPool(module, memory.webAssembly, POOL_WORDS, helpers);
  return {
    name: "wasm",
    run: (stage) => pool.run(stage, () => kernels.run(stage, 0)),
    close: () => pool.close(),
  };
}

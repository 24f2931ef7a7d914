import {
  type GbdtKernels,
  gbdtLayout,
  typescriptKernels,
  wasmKernelModule,
  wasmKernels,
} from "../../kernels/index.ts";
import { startSharedMemoryPool } from "../../parallel/index.ts";
import type { TrainingMemory } from "./training-memory.ts";

/** Which kernels to use. */
export type KernelChoice = GbdtKernels["name"];

/**
 * Runs one stage of the kernels, on this thread and others.
 * @param entries about how many entries it goes through; where they are few, waking other threads does not pay
 */
export type StageRunner = (stage: number, entries?: number) => void;

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

/** From so many entries on a stage that looks at each once is shared out among threads. */
const SHARED_ENTRIES = 20_000;

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
  const { i32, u32, context } = memory.views;
  const prepare = (): void => {
    i32[gbdtLayout.CONTROL_NEXT_TASK >> 2] = 0;
    u32.set(context, gbdtLayout.CONTEXT_WORDS_ADDRESS >> 2);
  };
  const runHere = (stage: number): void => {
    prepare();
    kernels.run(stage, 0);
  };
  const helpers = memory.sizes.workers - 1;
  if (helpers === 0) return { name: "wasm", run: runHere, close: () => {} };
  const pool = startSharedMemoryPool(module, memory.webAssembly, POOL_WORDS, helpers);
  return {
    name: "wasm",
    run: (stage, entries) => {
      if (entries !== undefined && entries < SHARED_ENTRIES) return runHere(stage);
      prepare();
      pool.run(stage, () => kernels.run(stage, 0));
    },
    close: () => pool.close(),
  };
}

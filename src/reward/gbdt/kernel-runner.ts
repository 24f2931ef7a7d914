import { type GbdtKernels, typescriptKernels } from "../../kernels/index.ts";
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

/** Starts the kernels a memory was made for, on as many threads as it has scratch space for. */
export function startKernels(memory: TrainingMemory): KernelRunner {
  const kernels = typescriptKernels(memory.buffer);
  return { name: kernels.name, run: (stage) => kernels.run(stage, 0), close: () => {} };
}

import { addProducts } from "./add-products.ts";
import { applyReflectors } from "./apply-reflectors.ts";
import type { DenseKernels } from "./dense-kernels.ts";
import { solveLowerRows } from "./solve-lower-rows.ts";
import { updateAndMultiply } from "./update-and-multiply.ts";

/** Plain TypeScript, for machines without WebAssembly SIMD and for matrices too small to be copied. */
export const typescriptDenseKernels: DenseKernels = {
  name: "typescript",
  addProducts,
  applyReflectors,
  solveLowerRows,
  updateAndMultiply,
};

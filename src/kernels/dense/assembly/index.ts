// SIMD kernels of dense matrices; ../dense-kernels.ts says what each does. Addresses in bytes, everything else in numbers.
export { addProducts } from "./add-products";
export { applyReflectors } from "./apply-reflectors";
export { solveLowerRows } from "./solve-lower-rows";
export { updateAndMultiply } from "./update-and-multiply";

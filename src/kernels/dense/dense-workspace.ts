import type { DenseKernels } from "./dense-kernels.ts";
import { DENSE_KERNEL_BINARY } from "./kernel-binary.ts";
import { typescriptDenseKernels } from "./typescript-kernels.ts";

/** Arrays, and the kernels that work on them. */
export interface DenseWorkspace<Name extends string> {
  readonly kernels: DenseKernels;
  /** Zeros, of the lengths that were asked for. */
  readonly arrays: Readonly<Record<Name, Float64Array>>;
}

const PAGE_BYTES = 65_536;
const MAX_PAGES = 65_536;
/** Whole SIMD vectors are read and written, so that each array begins at a multiple of one. */
const VECTOR_NUMBERS = 2;
/** With so few numbers in all there is too little to do for a memory of its own. */
const SMALL_NUMBERS = 4096;

let compiled: WebAssembly.Module | null | undefined;

/**
 * Room to compute in: WebAssembly memory with the SIMD kernels, or where that cannot be had, or is too small for the
 * arrays, ordinary memory with their twins.
 * @param lengths of the arrays, in numbers
 * @param choice which kernels to take where they can be had @default SIMD, but for small arrays
 */
export function denseWorkspace<Name extends string>(
  lengths: Readonly<Record<Name, number>>,
  choice?: DenseKernels["name"],
): DenseWorkspace<Name> {
  const entries = Object.entries(lengths) as [Name, number][];
  const numbers = entries.reduce((sum, [, length]) => sum + length, 0);
  const isWanted = choice === undefined ? numbers > SMALL_NUMBERS : choice === "wasm";
  return (isWanted ? webAssemblyWorkspace(entries) : null) ?? plainWorkspace(entries);
}

function plainWorkspace<Name extends string>(lengths: readonly [Name, number][]): DenseWorkspace<Name> {
  const arrays = lengths.map(([name, length]) => [name, new Float64Array(length)]);
  return { kernels: typescriptDenseKernels, arrays: Object.fromEntries(arrays) };
}

function webAssemblyWorkspace<Name extends string>(
  lengths: readonly [Name, number][],
): DenseWorkspace<Name> | null {
  const module = kernelModule();
  if (module === null) return null;
  let end = 0;
  const places = lengths.map(([name, length]) => {
    const start = end;
    end += Math.ceil(length / VECTOR_NUMBERS) * VECTOR_NUMBERS;
    return { name, length, start };
  });
  const pages = Math.max(1, Math.ceil((8 * end) / PAGE_BYTES));
  const memory = pages > MAX_PAGES ? null : allocateMemory(pages);
  if (memory === null) return null;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const arrays = places.map(({ name, length, start }) => [
    name,
    new Float64Array(memory.buffer, 8 * start, length),
  ]);
  return { kernels: webAssemblyKernels(exports), arrays: Object.fromEntries(arrays) };
}

/** Compiled once; null where WebAssembly or its SIMD is missing. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const binary = typeof WebAssembly === "undefined" ? null : decodeBase64(DENSE_KERNEL_BINARY);
    compiled = binary !== null && WebAssembly.validate(binary) ? new WebAssembly.Module(binary) : null;
  }
  return compiled;
}

/** null where the machine has no room for it. */
function allocateMemory(pages: number): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Kernel = (...values: number[]) => void;

function webAssemblyKernels(exports: WebAssembly.Exports): DenseKernels {
  const { addProducts, updateAndMultiply, solveLowerRows, applyReflectors } = exports as Record<
    string,
    Kernel
  >;
  return {
    name: "wasm",
    addProducts: (a, rowsA, b, rowsB, depth, from, to, target) =>
      addProducts!(a.byteOffset, rowsA, b.byteOffset, rowsB, depth, from, to, target.byteOffset),
    updateAndMultiply: (matrix, stride, count, next, last, partner, product) =>
      updateAndMultiply!(
        matrix.byteOffset,
        stride,
        count,
        next.byteOffset,
        last.byteOffset,
        partner.byteOffset,
        product.byteOffset,
      ),
    solveLowerRows: (lower, stride, count, rows, rowStride, rowCount) =>
      solveLowerRows!(lower.byteOffset, stride, count, rows.byteOffset, rowStride, rowCount),
    applyReflectors: (q, stride, height, vectors, factor, products) =>
      applyReflectors!(
        q.byteOffset,
        stride,
        height,
        vectors.byteOffset,
        factor.byteOffset,
        products.byteOffset,
      ),
  };
}

/** Without Node's Buffer, which browsers have not. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

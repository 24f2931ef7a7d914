import { CONTEXT_ADDRESS, CONTEXT_FIELDS } from "./layout.ts";

/** Typed views of the kernels' memory, all from address 0 on: index = address / element size. */
export interface KernelViews {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  /** The context fields, see layout.ts. */
  readonly context: Float64Array;
}

/** Views over `buffer`, whose length is a multiple of 8. */
export function kernelViews(buffer: ArrayBufferLike): KernelViews {
  return {
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
    context: new Float64Array(buffer, CONTEXT_ADDRESS, CONTEXT_FIELDS),
  };
}

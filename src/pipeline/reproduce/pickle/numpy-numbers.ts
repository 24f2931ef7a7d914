import type { PickledType } from "./pickled-value.ts";

type Reader = (view: DataView, at: number, little: boolean) => number;

/** Readers by NumPy's type code, each with its width in bytes. */
const READERS: ReadonlyMap<string, readonly [width: number, read: Reader]> = new Map([
  ["b1", [1, (view, at) => view.getUint8(at)]],
  ["u1", [1, (view, at) => view.getUint8(at)]],
  ["i1", [1, (view, at) => view.getInt8(at)]],
  ["u2", [2, (view, at, little) => view.getUint16(at, little)]],
  ["i2", [2, (view, at, little) => view.getInt16(at, little)]],
  ["u4", [4, (view, at, little) => view.getUint32(at, little)]],
  ["i4", [4, (view, at, little) => view.getInt32(at, little)]],
  ["u8", [8, (view, at, little) => Number(view.getBigUint64(at, little))]],
  ["i8", [8, (view, at, little) => Number(view.getBigInt64(at, little))]],
  ["f4", [4, (view, at, little) => view.getFloat32(at, little)]],
  ["f8", [8, (view, at, little) => view.getFloat64(at, little)]],
]);

/** The values of raw bytes; null where the type is unknown or the bytes are not so many values of it. */
export function numpyNumbers(
  raw: Uint8Array,
  { code, order }: PickledType,
  length: number,
): Float64Array | null {
  const [width, read] = READERS.get(code) ?? [0, undefined];
  if (read === undefined || raw.length !== width * length) return null;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from({ length }, (_, index) => read(view, index * width, order !== ">"));
}

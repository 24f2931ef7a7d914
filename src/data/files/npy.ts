import { DataError, ShapeError } from "../../errors.ts";
import { writeFileAtomic } from "./atomic-write.ts";
import { HOST_IS_LITTLE_ENDIAN, swapBytes } from "./byte-order.ts";
import { parseNpyHeader } from "./npy-header.ts";
import { readWholeFile } from "./read-whole-file.ts";

/** The numbers of an NPY file; `bool` comes as a Uint8Array of 0 and 1, `float16` widened to a Float32Array. */
export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** NumPy's names of the types that are read. */
export type NpyDtype =
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float16"
  | "float32"
  | "float64";

/** An array as NumPy stores it. */
export interface NpyArray {
  readonly dtype: NpyDtype;
  /** Sizes of the dimensions; empty for a single number. */
  readonly shape: readonly number[];
  /** In C order (last index fastest), whatever the order in the file. */
  readonly values: NpyValues;
}

interface ElementType {
  readonly dtype: NpyDtype;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly view: (buffer: ArrayBuffer, offset: number, length: number) => NpyValues;
}

const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ["b1", { dtype: "bool", bytes: 1, view: (buffer, at, length) => new Uint8Array(buffer, at, length) }],
  ["u1", { dtype: "uint8", bytes: 1, view: (buffer, at, length) => new Uint8Array(buffer, at, length) }],
  ["i1", { dtype: "int8", bytes: 1, view: (buffer, at, length) => new Int8Array(buffer, at, length) }],
  ["u2", { dtype: "uint16", bytes: 2, view: (buffer, at, length) => new Uint16Array(buffer, at, length) }],
  ["i2", { dtype: "int16", bytes: 2, view: (buffer, at, length) => new Int16Array(buffer, at, length) }],
  ["u4", { dtype: "uint32", bytes: 4, view: (buffer, at, length) => new Uint32Array(buffer, at, length) }],
  ["i4", { dtype: "int32", bytes: 4, view: (buffer, at, length) => new Int32Array(buffer, at, length) }],
  ["u8", { dtype: "uint64", bytes: 8, view: (buffer, at, length) => new BigUint64Array(buffer, at, length) }],
  ["i8", { dtype: "int64", bytes: 8, view: (buffer, at, length) => new BigInt64Array(buffer, at, length) }],
  ["f2", { dtype: "float16", bytes: 2, view: (buffer, at, length) => new Uint16Array(buffer, at, length) }],
  ["f4", { dtype: "float32", bytes: 4, view: (buffer, at, length) => new Float32Array(buffer, at, length) }],
  ["f8", { dtype: "float64", bytes: 8, view: (buffer, at, length) => new Float64Array(buffer, at, length) }],
]);

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** Headers of plain arrays take some hundred bytes; NumPy itself refuses more than 10000 by default. */
const MAX_HEADER_BYTES = 65_536;

/**
 * Reads NPY format 1, 2 or 3, as untrusted input: magic, version, header and the size of the data are checked before
 * anything is allocated. The result may share memory with `bytes`.
 * @param file name for messages
 * @throws DataError saying what was found and what was expected
 */
export function decodeNpy(bytes: Uint8Array, file?: string): NpyArray {
  const where = file === undefined ? {} : { file };
  if (bytes.length < 10)
    throw new DataError(`An NPY file has at least 10 bytes, found ${bytes.length}.`, where);
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    throw new DataError("This is not an NPY file: it does not begin with \\x93NUMPY.", where);
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw new DataError(`NPY format version ${version}.${bytes[7]} is unknown; expected 1, 2 or 3.`, where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  if (bytes.length < headerStart)
    throw new DataError(`The NPY header is cut off at byte ${bytes.length}.`, where);
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const available = bytes.length - headerStart;
  if (headerBytes > available || headerBytes > MAX_HEADER_BYTES)
    throw new DataError(
      `The NPY header is said to take ${headerBytes} bytes; the file has ${available} left, and at most ${MAX_HEADER_BYTES} are read.`,
      where,
    );
  const dataStart = headerStart + headerBytes;
  const headerText = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(
    bytes.subarray(headerStart, dataStart),
  );
  const header = parseNpyHeader(headerText, file);
  const element = elementType(header.descr, where);
  const length = countElements(header.shape, where);
  const found = bytes.length - dataStart;
  if (length * element.bytes !== found)
    throw new DataError(
      `Shape (${header.shape.join(", ")}) of ${element.dtype} takes ${length * element.bytes} bytes, but the file holds ${found} after its header; it is truncated or not one array.`,
      where,
    );
  const native = toNativeOrder(bytes, dataStart, element, header.descr.startsWith(">"), length);
  const values = header.fortranOrder && header.shape.length > 1 ? toRowMajor(native, header.shape) : native;
  if (element.dtype === "bool") checkBooleans(values as Uint8Array, where);
  return {
    dtype: element.dtype,
    shape: header.shape,
    values: element.dtype === "float16" ? widenHalves(values as Uint16Array) : values,
  };
}

/**
 * Reads an NPY file of any size that fits into memory.
 * @throws DataError where the file is missing or malformed, IoError where it cannot be read
 */
export async function readNpy(path: string): Promise<NpyArray> {
  return decodeNpy(await readWholeFile(path), path);
}

/** What may be written: a Uint8Array as `bool` (0 and 1) or, by default, `uint8`. */
export interface EncodeNpyOptions {
  /** @default "uint8" */
  readonly uint8As?: "uint8" | "bool";
}

/**
 * Writes NPY format 1.0, little-endian, C order.
 * @throws ShapeError if the shape does not hold as many numbers as `values`
 */
export function encodeNpy(
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  shape: readonly number[],
  options: EncodeNpyOptions = {},
): Uint8Array {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (expected !== values.length)
    throw new ShapeError(
      `Shape (${shape.join(", ")}) holds ${expected} numbers, but ${values.length} were given.`,
      {
        expected,
        found: values.length,
      },
    );
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const fields = `{'descr': '${describeType(values, options)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headerEnd = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const bytes = new Uint8Array(headerEnd + values.byteLength);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, headerEnd - 10, true);
  bytes.set(new TextEncoder().encode(`${fields.padEnd(headerEnd - 11)}\n`), 10);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), headerEnd);
  if (!HOST_IS_LITTLE_ENDIAN) swapBytes(bytes.subarray(headerEnd), values.BYTES_PER_ELEMENT);
  return bytes;
}

/** Writes an NPY file atomically; see `encodeNpy` and `writeFileAtomic`. */
export async function writeNpy(
  path: string,
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  shape: readonly number[],
  options: EncodeNpyOptions = {},
): Promise<void> {
  await writeFileAtomic(path, encodeNpy(values, shape, options));
}

function describeType(
  values: Float32Array | Float64Array | Int32Array | Uint8Array,
  options: EncodeNpyOptions,
): string {
  if (values instanceof Float32Array) return "<f4";
  if (values instanceof Float64Array) return "<f8";
  if (values instanceof Int32Array) return "<i4";
  return options.uint8As === "bool" ? "|b1" : "|u1";
}

function elementType(descr: string, where: { file?: string }): ElementType {
  const element = /^[<>|=]/.test(descr) ? ELEMENT_TYPES.get(descr.slice(1)) : undefined;
  if (element !== undefined) return element;
  const what = descr.endsWith("O")
    ? "Python objects, which are never loaded"
    : `dtype "${descr.slice(0, 40)}"`;
  throw new DataError(
    `The NPY file holds ${what}; expected bool, (u)int8–64 or float16–64. Save it with array.astype(float).`,
    where,
  );
}

function countElements(shape: readonly number[], where: { file?: string }): number {
  let count = 1;
  for (const size of shape) {
    count *= size;
    // A zero may follow, but no true file declares more than 2^53 elements on the way.
    if (count > Number.MAX_SAFE_INTEGER / 8)
      throw new DataError(`Shape (${shape.join(", ")}) is larger than any file.`, where);
  }
  return count;
}

function toNativeOrder(
  bytes: Uint8Array,
  start: number,
  element: ElementType,
  bigEndian: boolean,
  length: number,
): NpyValues {
  const mustSwap = element.bytes > 1 && bigEndian === HOST_IS_LITTLE_ENDIAN;
  const offset = bytes.byteOffset + start;
  if (!mustSwap && offset % element.bytes === 0 && bytes.buffer instanceof ArrayBuffer)
    return element.view(bytes.buffer, offset, length);
  const copy = new Uint8Array(length * element.bytes);
  copy.set(bytes.subarray(start));
  if (mustSwap) swapBytes(copy, element.bytes);
  return element.view(copy.buffer, 0, length);
}

/** Reorders values stored with the first index fastest into last index fastest. */
function toRowMajor(values: NpyValues, shape: readonly number[]): NpyValues {
  const result = values.slice();
  // One element type on both sides; TypeScript cannot see that the two unions agree.
  const from = values as Float64Array;
  const to = result as Float64Array;
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const index = new Array<number>(shape.length).fill(0);
  let source = 0;
  for (let target = 0; target < values.length; target++) {
    to[target] = from[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

function checkBooleans(values: Uint8Array, where: { file?: string }): void {
  const wrong = values.findIndex((value) => value > 1);
  if (wrong >= 0)
    throw new DataError(
      `Element ${wrong} of the bool array is the byte ${values[wrong]}; expected 0 or 1.`,
      where,
    );
}

/** IEEE 754 half precision to single: sign, 5 exponent bits, 10 fraction bits. */
function widenHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

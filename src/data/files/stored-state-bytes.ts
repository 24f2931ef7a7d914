import { z } from "zod";
import { ModelFileError } from "../../errors.ts";
import type { JsonValue, NumericArray, StoredState } from "../../types/index.ts";
import { HOST_IS_LITTLE_ENDIAN, swapBytes } from "./byte-order.ts";

/*
 * One buffer, little-endian:
 *
 *   0        8         12              16          48                48 + header bytes
 *   | OIRLMODL | version | header bytes | SHA-256 … | header JSON, padded | arrays, each on a multiple of 8 |
 *
 * The checksum covers everything but itself. The header lists the arrays in file order, each directly behind the
 * one before, so that a file has exactly one reading.
 */
const MAGIC = "OIRLMODL";
const FORMAT_VERSION = 1;
export const PREFIX_BYTES = 48;
export const CHECKSUM_START = 16;

const CONSTRUCTORS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;
type ArrayType = keyof typeof CONSTRUCTORS;

const headerSchema = z.object({
  kind: z.string(),
  header: z.record(z.string(), z.json()),
  arrays: z.array(
    z.object({
      name: z.string(),
      type: z.enum(["float64", "float32", "int32", "uint32", "uint16", "uint8"]),
      length: z.int().min(0),
    }),
  ),
});

/** SHA-256 of a buffer without the place of its checksum. */
export type Checksum = (bytes: Uint8Array) => Uint8Array;

/**
 * Lays a state out as one buffer.
 * @throws ModelFileError if the header holds a number JSON cannot hold (NaN, infinity)
 */
export function layOutState(state: StoredState, checksum: Checksum): Uint8Array {
  checkFinite(state.header, "header");
  const names = Object.keys(state.arrays);
  const json = new TextEncoder().encode(
    JSON.stringify({
      kind: state.kind,
      header: state.header,
      arrays: names.map((name) => {
        const values = state.arrays[name]!;
        return { name, type: findType(values), length: values.length };
      }),
    }),
  );
  const headerBytes = multipleOf8(json.length);
  const total = names.reduce(
    (bytes, name) => bytes + multipleOf8(state.arrays[name]!.byteLength),
    PREFIX_BYTES + headerBytes,
  );
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, headerBytes, true);
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  bytes.set(json, PREFIX_BYTES);
  let offset = PREFIX_BYTES + headerBytes;
  for (const name of names) {
    const values = state.arrays[name]!;
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    if (!HOST_IS_LITTLE_ENDIAN)
      swapBytes(bytes.subarray(offset, offset + values.byteLength), values.BYTES_PER_ELEMENT);
    offset += multipleOf8(values.byteLength);
  }
  bytes.set(checksum(bytes), CHECKSUM_START);
  return bytes;
}

/**
 * Reads what {@link layOutState} wrote, as untrusted input. The arrays may share memory with `bytes`.
 * @param file name for messages
 * @throws ModelFileError for every truncation or change
 */
export function readLaidOutState(bytes: Uint8Array, checksum: Checksum, file?: string): StoredState {
  const fail = (message: string, cause?: unknown): never => {
    const place = file === undefined ? "" : `${file}: `;
    throw new ModelFileError(
      `${place}${message} Train again, or restore the file from a copy.`,
      file === undefined ? {} : { file },
      cause,
    );
  };
  if (bytes.length < PREFIX_BYTES)
    fail(`A stored model has at least ${PREFIX_BYTES} bytes, found ${bytes.length}.`);
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 8)) !== MAGIC)
    fail(`This is not a stored model: it does not begin with ${MAGIC}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION)
    fail(`The stored model has format version ${version}; this release reads version ${FORMAT_VERSION}.`);
  const headerBytes = view.getUint32(12, true);
  if (headerBytes > bytes.length - PREFIX_BYTES)
    fail(`The header is said to take ${headerBytes} bytes, but ${bytes.length - PREFIX_BYTES} are left.`);
  const expected = checksum(bytes);
  if (!bytes.subarray(CHECKSUM_START, PREFIX_BYTES).every((byte, place) => byte === expected[place]))
    fail("The checksum does not match: the file is truncated or was changed.");
  const parsed = parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes), fail);

  let offset = PREFIX_BYTES + headerBytes;
  if (offset % 8 !== 0) fail(`The header takes ${headerBytes} bytes; expected a multiple of 8.`);
  // Typed arrays need an aligned start; a slice of a pooled buffer rarely has one.
  const aligned = bytes.byteOffset % 8 === 0 && HOST_IS_LITTLE_ENDIAN ? bytes : bytes.slice();
  const arrays = new Map<string, NumericArray>();
  for (const { name, type, length } of parsed.arrays) {
    if (arrays.has(name)) fail(`The array "${name}" stands twice.`);
    const TypedArray = CONSTRUCTORS[type];
    const byteLength = length * TypedArray.BYTES_PER_ELEMENT;
    if (multipleOf8(byteLength) > bytes.length - offset)
      fail(`The array "${name}" is said to take ${byteLength} bytes, but ${bytes.length - offset} are left.`);
    if (!HOST_IS_LITTLE_ENDIAN)
      swapBytes(aligned.subarray(offset, offset + byteLength), TypedArray.BYTES_PER_ELEMENT);
    arrays.set(name, new TypedArray(aligned.buffer as ArrayBuffer, aligned.byteOffset + offset, length));
    offset += multipleOf8(byteLength);
  }
  if (offset !== bytes.length) fail(`The arrays end at byte ${offset}, but the file has ${bytes.length}.`);
  return { kind: parsed.kind, header: parsed.header, arrays: Object.fromEntries(arrays) };
}

function parseHeader(
  bytes: Uint8Array,
  fail: (message: string, cause?: unknown) => never,
): z.infer<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return fail("The header is not JSON.", error);
  }
  const result = headerSchema.safeParse(value);
  return result.success ? result.data : fail("The header is malformed.", result.error);
}

function multipleOf8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function findType(values: NumericArray): ArrayType {
  for (const type of Object.keys(CONSTRUCTORS) as ArrayType[])
    if (values instanceof CONSTRUCTORS[type]) return type;
  throw new ModelFileError("A stored model holds typed arrays of numbers only.");
}

function checkFinite(value: JsonValue, path: string): void {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new ModelFileError(`The stored model's ${path} is ${value}, which JSON cannot hold.`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) checkFinite(inner as JsonValue, `${path}.${key}`);
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DataError, ShapeError } from "../../errors.ts";
import { decodeNpy, encodeNpy, readNpy, writeNpy } from "./npy.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-npy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An NPY file put together by hand, independent of the writer under test. */
function npyFile(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? Buffer.alloc(2) : Buffer.alloc(4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY"),
    Buffer.from([version, 0]),
    length,
    text,
    data,
  ]);
}
const readHeader = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

test("what is written is read back", async () => {
  const path = join(folder, "a.npy");
  await writeNpy(path, Float64Array.of(1, -2.5, Number.NaN, 4, 5, 6), [2, 3]);
  const array = await readNpy(path);
  expect(array.dtype).toBe("float64");
  expect(array.shape).toEqual([2, 3]);
  expect([...(array.values as Float64Array)]).toEqual([1, -2.5, Number.NaN, 4, 5, 6]);
});

test("any array survives the round trip, and the data begin on a 64-byte boundary", () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 40 }), fc.integer({ min: 0, max: 9 }), (values, offset) => {
      const bytes = encodeNpy(values, [values.length]);
      expect((bytes.length - values.byteLength) % 64).toBe(0);
      const unaligned = new Uint8Array(bytes.length + offset);
      unaligned.set(bytes, offset);
      expect(decodeNpy(unaligned.subarray(offset)).values).toEqual(values);
    }),
  );
});

test("bytes as NumPy writes them: bool, big endian, all three versions, a single number", () => {
  const bool = decodeNpy(npyFile(readHeader("|b1", "(3,)"), Uint8Array.of(1, 0, 1)));
  expect([bool.dtype, ...(bool.values as Uint8Array)]).toEqual(["bool", 1, 0, 1]);
  const big = decodeNpy(npyFile(readHeader(">i4", "(2,)"), Uint8Array.of(0, 0, 0, 5, 255, 255, 255, 254)));
  expect([...(big.values as Int32Array)]).toEqual([5, -2]);
  for (const version of [1, 2, 3])
    expect(decodeNpy(npyFile(readHeader("<u2", "(1, 1)"), Uint8Array.of(1, 2), version)).values[0]).toBe(513);
  const single = decodeNpy(npyFile(readHeader("<i8", "()"), new Uint8Array(BigInt64Array.of(-7n).buffer)));
  expect(single.values[0]).toBe(-7n);
  expect(decodeNpy(npyFile(readHeader("<f4", "(0, 5)"), new Uint8Array(0))).values.length).toBe(0);
});

test("half precision is widened exactly", () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0xfc00, 0x3555, 0x8000);
  const { dtype, values } = decodeNpy(npyFile(readHeader("<f2", "(7,)"), new Uint8Array(halves.buffer)));
  expect(dtype).toBe("float16");
  expect([...(values as Float32Array)]).toEqual([1, -2, 2 ** -24, Infinity, -Infinity, 0.333251953125, -0]);
});

test("Fortran order comes out in C order, in any number of dimensions", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }), (shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      // The value at index (i, j, k …) is its C-order position; lay the values out with the first index fastest.
      const stored = new Int32Array(length);
      for (let position = 0; position < length; position++) {
        const index: number[] = [];
        let rest = position;
        for (const size of [...shape].reverse()) {
          index.unshift(rest % size);
          rest = Math.floor(rest / size);
        }
        let fortran = 0;
        for (let axis = shape.length - 1; axis >= 0; axis--) fortran = fortran * shape[axis]! + index[axis]!;
        stored[fortran] = position;
      }
      const file = npyFile(readHeader("<i4", `(${shape.join(", ")})`, "True"), new Uint8Array(stored.buffer));
      expect([...(decodeNpy(file).values as Int32Array)]).toEqual(Array.from({ length }, (_, at) => at));
    }),
  );
});

const good = npyFile(readHeader("<f8", "(2, 2)"), new Uint8Array(32));
const malformed: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["empty", new Uint8Array(0), /at least 10 bytes, found 0/],
  ["not NPY", new TextEncoder().encode("id,reward\n1,1\n"), /does not begin with/],
  ["unknown version", npyFile(readHeader("<f8", "(1,)"), new Uint8Array(8), 9), /version 9\.0 is unknown/],
  ["header longer than the file", good.subarray(0, 30), /said to take \d+ bytes; the file has 20 left/],
  ["truncated data", good.subarray(0, good.length - 1), /takes 32 bytes, but the file holds 31/],
  ["trailing data", Buffer.concat([good, Buffer.alloc(8)]), /takes 32 bytes, but the file holds 40/],
  ["Python objects", npyFile(readHeader("|O", "(1,)"), new Uint8Array(8)), /Python objects/],
  ["text", npyFile(readHeader("<U5", "(1,)"), new Uint8Array(20)), /dtype "<U5"/],
  ["complex", npyFile(readHeader("<c16", "(1,)"), new Uint8Array(16)), /dtype "<c16"/],
  [
    "structured",
    npyFile("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", new Uint8Array(8)),
    /structured/,
  ],
  ["negative size", npyFile(readHeader("<f8", "(-1,)"), new Uint8Array(8)), /found "-1/],
  ["fractional size", npyFile(readHeader("<f8", "(1.5,)"), new Uint8Array(8)), /found "1\.5/],
  [
    "huge shape",
    npyFile(readHeader("<f8", "(1000000, 1000000, 1000000)"), new Uint8Array(8)),
    /larger than any file/,
  ],
  [
    "large shape",
    npyFile(readHeader("<f8", "(4000000000,)"), new Uint8Array(8)),
    /takes 32000000000 bytes, but the file holds 8/,
  ],
  [
    "code in the header",
    npyFile("{'descr': __import__('os'), 'shape': (1,)}", new Uint8Array(8)),
    /found "__import__/,
  ],
  ["missing shape", npyFile("{'descr': '<f8', 'fortran_order': False}", new Uint8Array(8)), /no "shape"/],
  ["a key twice", npyFile("{'shape': (1,), 'shape': (1,)}", new Uint8Array(8)), /stands twice/],
  ["text after the dict", npyFile("{'shape': (1,)} x", new Uint8Array(8)), /nothing after/],
  ["a bool of 7", npyFile(readHeader("|b1", "(2,)"), Uint8Array.of(1, 7)), /Element 1 .* byte 7/],
  ["no brace", npyFile("'descr'", new Uint8Array(8)), /expected "{"/],
  ["too deep", npyFile("{'shape': ((((((((1,),),),),),),),)}", new Uint8Array(8)), /nesting/],
];
test.each(malformed)("malformed: %s", (_name, bytes, message) => {
  expect(() => decodeNpy(bytes, "x.npy")).toThrow(DataError);
  expect(() => decodeNpy(bytes, "x.npy")).toThrow(message);
  expect(() => decodeNpy(bytes, "x.npy")).toThrow(/^x\.npy: /);
});

test("changed or cut bytes give an error or an array, never a crash", () => {
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (position, value, length) => {
      const bytes = good.slice(0, length);
      if (position < length) bytes[position] = value;
      try {
        expect(decodeNpy(bytes).values.byteLength).toBeLessThanOrEqual(64);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 1000 },
  );
});

test("a shape that does not hold the values is refused before writing", () => {
  expect(() => encodeNpy(Float32Array.of(1, 2, 3), [2, 2])).toThrow(ShapeError);
});

test("a missing file, a folder and a text file are named", async () => {
  await expect(readNpy(join(folder, "missing.npy"))).rejects.toThrow(
    /missing\.npy: cannot be read: .*ENOENT/,
  );
  await expect(readNpy(folder)).rejects.toThrow(/EISDIR/);
  await writeFile(join(folder, "text.npy"), "hello, this is text");
  await expect(readNpy(join(folder, "text.npy"))).rejects.toThrow(/text\.npy: .*not an NPY file/);
});

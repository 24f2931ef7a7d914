import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModelFileError } from "../../errors.ts";
import type { StoredState } from "../../types/index.ts";
import {
  decodeStoredState,
  encodeStoredState,
  readStoredState,
  writeStoredState,
} from "./stored-state-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-state-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const state: StoredState = {
  kind: "kernel-ridge",
  header: { lambda: 3, words: ["näme", "x"], nested: { deep: null, yes: true } },
  arrays: {
    dual: Float64Array.of(1, Number.NaN, -0, 5e-324),
    odd: Uint8Array.of(1, 2, 3),
    empty: Float32Array.of(),
    single: Float32Array.of(0.1),
    rows: Int32Array.of(-1, 2),
    columns: Uint32Array.of(4_000_000_000),
    codes: Uint16Array.of(65_535),
  },
};
const encoded = encodeStoredState(state);

/** Recomputes the checksum, so that what lies behind it is reached. */
function resealed(bytes: Uint8Array): Uint8Array {
  const digest = createHash("sha256").update(bytes.subarray(0, 16)).update(bytes.subarray(48)).digest();
  const copy = bytes.slice();
  copy.set(digest, 16);
  return copy;
}

/** A file with any header, correctly sealed. */
function fileWith(header: string, arrayBytes = 0): Uint8Array {
  const json = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8));
  const prefix = Buffer.alloc(48);
  prefix.write("OIRLMODL");
  prefix.writeUInt32LE(1, 8);
  prefix.writeUInt32LE(json.length, 12);
  return resealed(Buffer.concat([prefix, json, Buffer.alloc(arrayBytes)]));
}

test("a state comes back bit for bit, from a file and from an unaligned slice", async () => {
  const path = join(folder, "model.oirl");
  await writeStoredState(path, state);
  expect(await readStoredState(path)).toEqual(state);
  const shifted = new Uint8Array(encoded.length + 3);
  shifted.set(encoded, 3);
  expect(decodeStoredState(shifted.subarray(3))).toEqual(state);
  expect(await readdir(folder)).toEqual(["model.oirl"]);
});

test("every array lies on a multiple of 8 and the same state gives the same bytes", () => {
  expect(encodeStoredState(state)).toEqual(encoded);
  for (const values of Object.values(decodeStoredState(encoded).arrays))
    expect(values.byteOffset % 8).toBe(0);
});

test("every single flipped bit is noticed", () => {
  for (let position = 0; position < encoded.length; position++) {
    const bytes = encoded.slice();
    bytes[position]! ^= 1 << (position % 8);
    expect(() => decodeStoredState(bytes, "m"), `byte ${position}`).toThrow(ModelFileError);
  }
});

test("every truncation and every appended byte is noticed", () => {
  for (let length = 0; length < encoded.length; length++)
    expect(() => decodeStoredState(encoded.slice(0, length))).toThrow(ModelFileError);
  expect(() => decodeStoredState(Buffer.concat([encoded, Buffer.alloc(1)]))).toThrow(/checksum/);
});

test("a change behind a forged checksum gives an error or a well-formed state, never a crash", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(encoded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 40, max: encoded.length }),
      (changes, length) => {
        const bytes = encoded.slice();
        for (const [position, value] of changes) bytes[position] = value;
        const cut = bytes.slice(0, length);
        try {
          const decoded = decodeStoredState(cut.length < 48 ? cut : resealed(cut));
          const bytesHeld = Object.values(decoded.arrays).reduce((sum, values) => sum + values.byteLength, 0);
          expect(bytesHeld).toBeLessThanOrEqual(length);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFileError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

const array = (length: string, name = "a"): string =>
  `{"kind":"k","header":{},"arrays":[{"name":"${name}","type":"float64","length":${length}}]}`;
const crafted: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    "an array longer than the file",
    fileWith(array("1e15"), 8),
    /said to take 8000000000000000 bytes, but 8 are left/,
  ],
  ["a negative length", fileWith(array("-1"), 8), /malformed/],
  ["a fractional length", fileWith(array("0.5"), 8), /malformed/],
  ["a length beyond 2^53", fileWith(array("1e300"), 8), /malformed/],
  ["bytes behind the arrays", fileWith(array("1"), 16), /end at byte \d+, but the file has/],
  ["an unknown type", fileWith(array("1").replace("float64", "object"), 8), /malformed/],
  ["a header that is not JSON", fileWith("{"), /not JSON/],
  ["a header nested without end", fileWith("[".repeat(200_000)), /not JSON|malformed/],
  ["no kind", fileWith('{"header":{},"arrays":[]}'), /malformed/],
];
test.each(crafted)("correctly sealed, but with %s", (_name, bytes, message) => {
  expect(() => decodeStoredState(bytes, "m.oirl")).toThrow(ModelFileError);
  expect(() => decodeStoredState(bytes, "m.oirl")).toThrow(message);
});

test("a name like __proto__ pollutes nothing", () => {
  const decoded = decodeStoredState(fileWith(array("1", "__proto__"), 8));
  expect(Object.keys(decoded.arrays)).toEqual(["__proto__"]);
  expect(({} as { length?: number }).length).toBeUndefined();
});

test("a huge declared header length is refused before it is read", () => {
  const bytes = encoded.slice();
  new DataView(bytes.buffer).setUint32(12, 0xffffffff, true);
  expect(() => decodeStoredState(bytes)).toThrow(/said to take 4294967295 bytes/);
});

test("NaN in the header is refused on writing, since JSON would turn it into null", () => {
  expect(() => encodeStoredState({ ...state, header: { a: { b: [1, Number.NaN] } } })).toThrow(
    /header\.a\.b\.1 is NaN/,
  );
});

test("a missing file and another format are named", async () => {
  await expect(readStoredState(join(folder, "none"))).rejects.toThrow(ModelFileError);
  await expect(readStoredState(join(folder, "none"))).rejects.toThrow(/no stored model at .*none; train one/);
  const other = join(folder, "other");
  await writeFile(other, "x".repeat(100));
  await expect(readStoredState(other)).rejects.toThrow(/other: This is not a stored model/);
  expect(await readFile(other, "utf8")).toHaveLength(100);
});

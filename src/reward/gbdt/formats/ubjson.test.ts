import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelFileError } from "../../../errors.ts";
import type { DocumentValue } from "./document-writer.ts";
import { readUbjson } from "./ubjson-reader.ts";
import { writeUbjson } from "./ubjson-writer.ts";
import { float32Text, writeXgboostJson } from "./xgboost-json-writer.ts";

/** Documents as the writers take them, also with names an object has by itself. */
const { document } = fc.letrec<{ document: DocumentValue }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.float32Array({ noNaN: true, noDefaultInfinity: true }),
    fc.int32Array(),
    fc.uint8Array(),
    fc.array(tie("document"), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor")), tie("document")))
      .map((entries): DocumentValue => Object.fromEntries(entries)),
  ),
}));

/** Lists for typed arrays, so that what was read can be compared. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as Iterable<number>, (number) => number + 0);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number") return value + 0;
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([name, entry]) => [name, plain(entry)]);
}

/** Rounds what was read as text to 32 bits where floats of 32 bits were written. */
function asFloat32(written: DocumentValue, read: unknown): unknown {
  if (written instanceof Float32Array) return (read as number[]).map(Math.fround);
  if (typeof written !== "object" || ArrayBuffer.isView(written)) return read;
  if (Array.isArray(written))
    return written.map((entry, index) => asFloat32(entry, (read as unknown[])[index]));
  const entries = Object.entries(written as { [name: string]: DocumentValue });
  const found = new Map(Object.entries(read as object));
  return Object.fromEntries(entries.map(([name, entry]) => [name, asFloat32(entry, found.get(name))]));
}

function toBytes(...parts: readonly (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : [...part].map((letter) => letter.charCodeAt(0)),
    ),
  );
}

describe("UBJSON", () => {
  test("what is written is read again, names like __proto__ too", () => {
    fc.assert(
      fc.property(document, (value) => {
        expect(plain(readUbjson(writeUbjson(value)))).toEqual(plain(value));
      }),
    );
    const object = readUbjson(writeUbjson(Object.fromEntries([["__proto__", "polluted"]])));
    expect(Object.getPrototypeOf(object)).toBeNull();
    expect(Object.hasOwn(object as object, "__proto__")).toBe(true);
  });

  test.each<[string, Uint8Array, unknown]>([
    ["small integers", toBytes("[", "i", 0xff, "U", 0xff, "I", 1, 2, "]"), [-1, 255, 258]],
    ["wide numbers", toBytes("[$D#i", 1, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0), [1]],
    ["constants", toBytes("[ZTFC", "x", "]"), [null, true, false, "x"]],
    ["fillers", toBytes("N[N", "i", 1, "N]"), [1]],
    ["objects with a count", toBytes("{#i", 1, "i", 1, "a", "i", 7), [["a", 7]]],
    [
      "objects of one type",
      toBytes("{$i#i", 2, "i", 1, "a", 7, "i", 1, "b", 8),
      [
        ["a", 7],
        ["b", 8],
      ],
    ],
    ["lists of lists", toBytes("[$[#i", 2, "i", 1, "]", "]"), [[1], []]],
  ])("%s", (_, bytes, expected) => {
    expect(plain(readUbjson(bytes))).toEqual(expected);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", toBytes(), /ends too soon/u],
    ["a torn list", toBytes("[$d#i", 2, 0, 0, 0, 0), /more than its bytes can/u],
    ["a torn string", toBytes("SL", 0, 0, 0, 0, 0, 0, 0, 9, "abc"), /ends too soon/u],
    ["a negative length", toBytes("Si", 0xff), /no whole number/u],
    ["a fractional length", toBytes("Sd", 0x3f, 0x80, 0, 0), /no whole number/u],
    ["a huge count", toBytes("[#L", 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), /more than its bytes/u],
    ["constants without end", toBytes("[$Z#l", 0x7f, 0xff, 0xff, 0xff), /container of constants/u],
    ["a type without a count", toBytes("[$d", 0, 0), /without a count/u],
    ["a marker that is none", toBytes("[", "q", "]"), /unknown marker 0x71/u],
    ["a name twice", toBytes("{", "i", 1, "a", "i", 1, "i", 1, "a", "i", 2, "}"), /"a" twice/u],
    ["something behind the end", toBytes("i", 1, "i"), /1 more bytes follow/u],
    ["endless depth", toBytes("[".repeat(100_000)), /deeper than 64/u],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => readUbjson(bytes)).toThrow(ModelFileError);
    expect(() => readUbjson(bytes)).toThrow(message);
  });

  test("any bytes are read or refused by name", () => {
    const marks = fc.constantFrom(..."[]{}$#iUIlLdDSCNTFZ".split("").map((letter) => letter.charCodeAt(0)));
    fc.assert(
      fc.property(fc.array(fc.oneof(marks, fc.nat(255)), { maxLength: 60 }), (bytes) => {
        try {
          readUbjson(Uint8Array.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFileError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("JSON as XGBoost has it", () => {
  test("is JSON, and holds the same", () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = new TextDecoder().decode(writeXgboostJson(value));
        expect(plain(asFloat32(value, JSON.parse(text)))).toEqual(plain(value));
      }),
    );
  });

  test("floats have an exponent, nine digits at most, and come back", () => {
    expect([0, 0.5, -1, 4096, Math.fround(1e-7)].map(float32Text)).toEqual([
      "0E0",
      "5E-1",
      "-1E0",
      "4.096E3",
      "1E-7",
    ]);
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = float32Text(value);
        expect(text).toMatch(/^-?\d(?:\.\d{1,8})?E-?\d+$/u);
        expect(Math.fround(Number(text)) === value).toBe(true);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pickledResults } from "../../../../test/support/pickled-results.ts";
import { DataError } from "../../../errors.ts";
import { isKind, type PickledValue } from "./pickled-value.ts";
import { readPickle } from "./read-pickle.ts";

/** The pickle behind the NPY header. */
function makePickle(protocol: 3 | 4): Uint8Array {
  const bytes = pickledResults(protocol);
  return bytes.subarray(10 + new DataView(bytes.buffer).getUint16(8, true));
}

function entry(root: PickledValue, ...path: string[]): PickledValue | undefined {
  let value: PickledValue | undefined = root;
  for (const name of path) value = value instanceof Map ? value.get(name) : undefined;
  return value;
}

describe.for([3, 4] as const)("what NumPy saved by protocol %i", (protocol) => {
  const whole = readPickle(makePickle(protocol), "results.npy");
  if (!isKind(whole, "array")) throw new Error("not an array");
  const results = whole.values[0]! as PickledValue;

  test("a dictionary of models, with vectors, matrices, tuples and scalars", () => {
    const name = "gsm8k_xgboost_0_1.model_10";
    expect(entry(results, name, "in_dom_prompt_test_q")).toEqual({
      kind: "array",
      shape: [20],
      values: Float64Array.from({ length: 20 }, (_, row) => Number(row % 3 === 0)),
    });
    expect(entry(results, name, "smart_combined")).toEqual(entry(results, name, "in_dom_prompt_test_q"));
    expect(entry(results, name, "acc")).toMatchObject({ shape: [2, 20], values: new Float64Array(40) });
    expect(entry(results, name, "train_gold")).toMatchObject({ values: Float64Array.of(0.2, 0.4) });
    expect(entry(results, name, "test_query_metric")).toEqual({
      kind: "list",
      items: [0.5, Number.NaN, 0.1],
    });
    expect(entry(results, name, "note")).toBe("x");
    expect(entry(results, name, "none")).toBeNull();
    expect(entry(results, name, "big")).toBe(12345678901);
  });

  test("cut short anywhere, it is refused", () => {
    const bytes = makePickle(protocol);
    for (let length = 0; length < bytes.length; length++)
      expect(() => readPickle(bytes.subarray(0, length), "f"), `${length} bytes`).toThrow(DataError);
  });

  test("damaged anywhere, it is read or refused, and nothing else happens", () => {
    const original = makePickle(protocol);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = original.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            readPickle(bytes, "f");
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
          }
        },
      ),
      { numRuns: 400, seed: 3 },
    );
  });
});

describe("hostile pickles", () => {
  const refusal = (bytes: Uint8Array | string): string => {
    try {
      readPickle(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, "evil.npy");
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      return (error as Error).message;
    }
    throw new Error("it was read");
  };

  test("names outside the few of NumPy are not even looked up", () => {
    expect(refusal("\x80\x03cos\nsystem\nX\x02\x00\x00\x00ls\x85R.")).toMatch(
      /^evil\.npy: .*refers to "os\.system"/,
    );
    expect(refusal("\x80\x04\x8c\x08builtins\x8c\x04eval\x93.")).toContain('"builtins.eval"');
    expect(refusal("\x80\x04\x8c\x09__proto__\x8c\x0bconstructor\x93.")).toContain("which no result needs");
  });

  test("other opcodes, such as those that make instances, are refused by number", () => {
    expect(refusal("\x80\x03(i__main__\nX\n.")).toContain("opcode 0x69");
    expect(refusal("\x80\x02\x81.")).toContain("opcode 0x81");
  });

  test("stacks, marks and memos that do not fit", () => {
    expect(refusal("\x80\x03.")).toContain("takes more values than it made");
    expect(refusal("\x80\x03t.")).toContain("a mark is missing");
    expect(refusal("\x80\x03h\x07.")).toContain("never kept (7)");
    expect(refusal("\x80\x03K\x01K\x02a.")).toContain("no list");
    expect(refusal("\x80\x03(.")).toContain("half-made");
  });

  test("lists nested without end, or holding themselves, are refused, not followed", () => {
    expect(refusal(`\x80\x03${"]".repeat(40)}${"a".repeat(39)}.`)).toContain("more than 32 deep");
    expect(refusal("\x80\x03]q\x00h\x00a.")).toContain("more than 32 deep");
  });

  test("a length beyond the file is refused before anything is made", () => {
    expect(refusal("\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.")).toContain("ends early");
    expect(refusal("\x80\x03X\xff\xff\xff\xffab.")).toContain("ends early");
  });

  test("a dictionary may have any key: none of them acts", () => {
    const value = readPickle(Buffer.from("\x80\x04}\x8c\x09__proto__K\x01s.", "latin1"), "f");
    expect(value).toEqual(new Map([["__proto__", 1]]));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

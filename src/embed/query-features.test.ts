import { describe, expect, test } from "vitest";
import { brokenStates, denseRows } from "../../test/support/embed/embedder-contract.ts";
import { decodeStoredState, encodeStoredState } from "../data/index.ts";
import { AbortedError, ModelFileError, UsageError } from "../errors.ts";
import type { QueryFeatures } from "../types/index.ts";
import { type FittedQueryFeatures, queryFeatures } from "./query-features.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

async function fitFeatures(
  names: readonly string[],
  features: readonly (QueryFeatures | undefined)[],
): Promise<FittedQueryFeatures> {
  const texts = features.map((_, index) => `text ${index}`);
  return (await queryFeatures(names).fit(texts, { features })) as FittedQueryFeatures;
}

const listRows = (
  fitted: FittedQueryFeatures,
  features: readonly (QueryFeatures | undefined)[],
): number[][] => denseRows(fitted.embed(new Array(features.length).fill("any"), { features }));

/** What the kernel of standardized measurements takes the exponent of: |x − x′|² over the columns. */
function distance(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, column) => sum + (value - right[column]!) ** 2, 0) / left.length;
}

describe("one feature", () => {
  test("a number is its standard deviations from the mean, up to four; 0 where missing", async () => {
    const fitted = await fitFeatures(["n"], [{ n: 1 }, { n: 3 }, {}, undefined]);
    expect(
      listRows(fitted, [{ n: 1 }, { n: 3 }, { n: 2 }, { n: 1000 }, { n: -1000 }, {}, undefined]),
    ).toEqual([...[[-1], [1], [0], [4], [-4], [0], [0]]]);
  });

  test("a number that never varies divides by one", async () => {
    expect(listRows(await fitFeatures(["n"], [{ n: 7 }, { n: 7 }]), [{ n: 7 }, { n: 8 }])).toEqual([
      [0],
      [1],
    ]);
  });

  test("a text has a column for each value that comes twice, the frequent ones first; others are zeros", async () => {
    const of = (...values: string[]): QueryFeatures[] => values.map((t) => ({ t }));
    const fitted = await fitFeatures(["t"], of("b", "c", "b", "a", "c", "b", "d"));
    expect(fitted.columns).toBe(2);
    expect(fitted.save().header).toEqual({ scales: [{ name: "t", kind: "text", values: ["b", "c"] }] });
    const [b, c, d, other] = listRows(fitted, of("b", "c", "d", "never seen"));
    expect(b!.map(Math.sign)).toEqual([1, 0]);
    expect(c!.map(Math.sign)).toEqual([0, 1]);
    expect([d, other]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    // As far apart as numbers that differ by two standard deviations.
    expect(distance(b!, c!)).toBeCloseTo(4, 6);
  });

  test("at most 64 values have a column", async () => {
    const features = Array.from({ length: 200 }, (_, index) => ({ t: `v${index >> 1}` }));
    expect((await fitFeatures(["t"], features)).columns).toBe(64);
  });

  test("of numbers and texts is a text", async () => {
    const fitted = await fitFeatures(["t"], [{ t: 1 }, { t: "1" }, { t: "x" }, { t: "x" }]);
    const [one, same] = listRows(fitted, [{ t: 1 }, { t: "1" }]);
    expect(one).toEqual(same);
    expect(one!.some((value) => value !== 0)).toBe(true);
  });

  test("a text whose values never come twice tells nothing", async () => {
    const fitted = await fitFeatures(["t"], [{ t: "a" }, { t: "b" }]);
    const [a, b] = listRows(fitted, [{ t: "a" }, { t: "b" }]);
    expect(a!.length).toBeGreaterThan(0);
    expect(distance(a!, b!)).toBe(0);
  });
});

test("each feature counts alike, however many columns it has", async () => {
  const features = Array.from({ length: 40 }, (_, index) => ({ t: `v${index % 10}`, n: (index % 2) * 2 }));
  const fitted = await fitFeatures(["t", "n"], features);
  expect(fitted).toMatchObject({ name: "features:t,n", kernel: "gaussian", columns: 11 });
  const [base, otherText, otherNumber] = listRows(fitted, [
    { t: "v0", n: 0 },
    { t: "v1", n: 0 },
    { t: "v0", n: 2 },
  ]);
  // Both differ by two standard deviations, and there are two features.
  expect(distance(base!, otherText!)).toBeCloseTo(4 / 2, 5);
  expect(distance(base!, otherNumber!)).toBeCloseTo(4 / 2, 5);
});

test("texts are not looked at, and names of the language's own are features like any", async () => {
  const fitted = await fitFeatures(["constructor", "toString"], [
    { constructor: 1, toString: "a" },
    { toString: "a" },
  ] as never);
  expect(listRows(fitted, [{}, undefined])).toEqual([new Array(2).fill(0), new Array(2).fill(0)]);
  expect(fitted.embed(["a", "b"])).toEqual(fitted.embed(["c", "d"]));
});

test("a feature that no question has is refused, with those there are", async () => {
  await expect(fitFeatures(["tenant"], [{ b: 1 }, { a: "x" }])).rejects.toThrow(
    /no question to learn from has a feature "tenant"; there are: a, b/,
  );
  await expect(fitFeatures(["tenant"], [undefined, {}])).rejects.toThrow(/--feature-columns/);
  await expect(queryFeatures(["tenant"]).fit(["a"])).rejects.toThrow(UsageError);
  await expect(queryFeatures(["n"]).fit([], { features: [] })).rejects.toThrow(UsageError);
  const signal = AbortSignal.abort();
  await expect(queryFeatures(["n"]).fit(["a"], { features: [{ n: 1 }], signal })).rejects.toThrow(
    AbortedError,
  );
});

test("a text where the log has numbers is refused", async () => {
  const fitted = await fitFeatures(["n"], [{ n: 1 }, { n: 2 }]);
  expect(() => listRows(fitted, [{ n: "two" }])).toThrow(/"n" is the text "two"; a number is expected/);
});

describe("stored", () => {
  const FEATURES = Array.from({ length: 6 }, (_, index) => ({ t: `v${index % 2}`, n: index }));

  test("and restored, it embeds alike, bit for bit", async () => {
    const fitted = await fitFeatures(["t", "n"], FEATURES);
    const restored = restoreEmbedder(
      decodeStoredState(encodeStoredState(fitted.save())),
    ) as FittedQueryFeatures;
    expect(restored).toMatchObject({ name: fitted.name, columns: fitted.columns, kernel: "gaussian" });
    expect(listRows(restored, FEATURES)).toEqual(listRows(fitted, FEATURES));
  });

  test("a state that contradicts itself is refused", async () => {
    const state = (await fitFeatures(["t", "n"], FEATURES)).save();
    for (const broken of brokenStates(state)) expect(() => restoreEmbedder(broken)).toThrow(ModelFileError);
    for (const scales of [
      [],
      [{ name: "t", kind: "text" }],
      [{ name: "t", kind: "color" }],
      [{ kind: "number" }, { name: "n", kind: "number" }],
      [
        { name: "t", kind: "text", values: new Array(65).fill("v") },
        { name: "n", kind: "number" },
      ],
    ])
      expect(() => restoreEmbedder({ ...state, header: { scales } })).toThrow(ModelFileError);
    for (const [name, value] of [
      ["means", Number.NaN],
      ["deviations", 0],
      ["deviations", Number.POSITIVE_INFINITY],
    ] as const) {
      const arrays = { ...state.arrays, [name]: new Float64Array(2).fill(value) };
      expect(() => restoreEmbedder({ ...state, arrays }), `${name} ${value}`).toThrow(ModelFileError);
    }
  });
});

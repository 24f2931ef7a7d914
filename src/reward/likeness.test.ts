import { describe, expect, test } from "vitest";
import { damagedStates } from "../../test/support/reward/damaged-states.ts";
import { decodeStoredState, encodeStoredState } from "../data/index.ts";
import { ModelFileError, ShapeError } from "../errors.ts";
import type {
  DenseFeatures,
  EmbeddedQueries,
  FeatureBlock,
  FeatureMatrix,
  SparseFeatures,
} from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { fitLikeness, restoreLikeness } from "./likeness.ts";

function dense(rows: readonly (readonly number[])[]): DenseFeatures {
  return {
    kind: "dense",
    rows: rows.length,
    columns: rows[0]!.length,
    values: Float32Array.from(rows.flat()),
  };
}

function sparse({ rows, columns, values }: DenseFeatures): SparseFeatures {
  const entries = [...values.keys()].filter((cell) => values[cell] !== 0);
  return {
    ...{ kind: "sparse", rows, columns },
    rowStart: Int32Array.from(
      { length: rows + 1 },
      (_, row) => entries.filter((cell) => cell < row * columns).length,
    ),
    columnIndex: Int32Array.from(entries, (cell) => cell % columns),
    values: Float32Array.from(entries, (cell) => values[cell]!),
  };
}

function blocks(
  ...parts: readonly (readonly [kernel: FeatureBlock["kernel"], features: FeatureMatrix])[]
): EmbeddedQueries {
  return {
    kind: "blocks",
    rows: parts[0]![1].rows,
    blocks: parts.map(([kernel, features], index) => ({ name: `${index}`, kernel, features })),
    sums: [[0]],
  };
}

/** Counts of up to six words; every tenth text holds none. */
function counts(rows: number, seed: number): DenseFeatures {
  const random = seededRandom(seed);
  return dense(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: 6 }, (__, column) => {
        if (row % 10 === 9) return 0;
        return column === row % 6 || random.next() < 0.4 ? 1 + random.nextInteger(3) : 0;
      }),
    ),
  );
}

const alone = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

function cosine(
  { columns, values }: DenseFeatures,
  row: number,
  other: DenseFeatures,
  otherRow: number,
): number {
  let product = 0;
  let square = 0;
  let otherSquare = 0;
  for (let column = 0; column < columns; column++) {
    const one = values[row * columns + column]!;
    const two = other.values[otherRow * columns + column]!;
    product += one * two;
    square += one * one;
    otherSquare += two * two;
  }
  return square === 0 || otherSquare === 0 ? 0 : product / Math.sqrt(square * otherSquare);
}

/** The definition, over all training questions that a group does not exclude. */
function naive(
  asked: DenseFeatures,
  trained: DenseFeatures,
  isExcluded = (_row: number, _other: number) => false,
): number[] {
  return Array.from({ length: asked.rows }, (_, row) =>
    Array.from({ length: trained.rows }, (__, other) => other)
      .filter((other) => !isExcluded(row, other))
      .reduce((most, other) => Math.max(most, cosine(asked, row, trained, other)), 0),
  );
}

describe("similarities", () => {
  const trained = counts(60, 1);
  const asked = counts(40, 2);

  test.each(["dense", "sparse"] as const)("are the largest cosine to a question of the log, %s", (kind) => {
    const as = (features: DenseFeatures): FeatureMatrix => (kind === "dense" ? features : sparse(features));
    const { likeness } = fitLikeness(as(trained), alone(60), 1);
    naive(asked, trained).forEach((expected, row) => {
      expect(likeness.similarities(as(asked))[row]).toBeCloseTo(expected, 5);
    });
    likeness.similarities(as(trained)).forEach((value, row) => {
      // Questions of no known word are like nothing.
      expect(value).toBeCloseTo(row % 10 === 9 ? 0 : 1, 5);
    });
  });

  test("of several embeddings are the largest of those compared by cosines", () => {
    const second = counts(60, 3);
    const askedSecond = counts(40, 4);
    const measured = dense(new Array(60).fill([1]));
    const both = blocks(["cosine", trained], ["gaussian", measured], ["cosine", second]);
    const { likeness } = fitLikeness(both, alone(60), 1);
    const found = likeness.similarities(
      blocks(["cosine", asked], ["gaussian", dense(new Array(40).fill([1]))], ["cosine", askedSecond]),
    );
    const [one, two] = [naive(asked, trained), naive(askedSecond, second)];
    one.forEach((expected, row) => {
      expect(found[row]).toBeCloseTo(Math.max(expected, two[row]!), 5);
    });
  });

  test("of a question do not depend on those beside it", () => {
    const { likeness } = fitLikeness(trained, alone(60), 1);
    const together = likeness.similarities(asked);
    for (const row of [0, 7, 39])
      expect(likeness.similarities(dense([[...asked.values.subarray(row * 6, row * 6 + 6)]]))[0]).toBe(
        together[row],
      );
    expect(likeness.similarities(dense([[1, 0, 0, 0, 0, 0]]))).toHaveLength(1);
  });

  test("embedded otherwise are refused", () => {
    const { likeness } = fitLikeness(trained, alone(60), 1);
    expect(() => likeness.similarities(dense([[1, 2]]))).toThrow(ShapeError);
    expect(() => likeness.similarities(sparse(asked))).toThrow(ShapeError);
    expect(() => likeness.similarities(blocks(["cosine", asked], ["cosine", asked]))).toThrow(
      /1 embeddings of each question are expected/,
    );
  });
});

describe("out of group", () => {
  test("is each training question's likeness to those of other groups, ascending, unknown ones left out", () => {
    const trained = counts(60, 5);
    const groups = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 3));
    const { outOfGroup } = fitLikeness(trained, groups, 1);
    const expected = naive(trained, trained, (row, other) => groups[row] === groups[other])
      .filter((value) => value > 0)
      .sort((one, other) => one - other);
    expect(outOfGroup).toHaveLength(expected.length);
    expected.forEach((value, index) => {
      expect(outOfGroup[index]).toBeCloseTo(value, 5);
    });
  });

  test("copies of a question in its group make it no more alike", () => {
    const rows = [
      [1, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 1],
    ];
    const { outOfGroup } = fitLikeness(dense(rows), Int32Array.of(0, 0, 1, 2), 1);
    expect([...outOfGroup].map((value) => value.toFixed(4))).toEqual([
      "0.5000",
      "0.7071",
      "0.7071",
      "0.7071",
    ]);
  });

  test("one group alone tells nothing", () => {
    expect(fitLikeness(counts(20, 6), new Int32Array(20), 1).outOfGroup).toHaveLength(0);
  });

  test("is the same every time, and a sample of a large log", () => {
    const trained = counts(1500, 7);
    const first = fitLikeness(trained, alone(1500), 3);
    const second = fitLikeness(trained, alone(1500), 3);
    expect(second.outOfGroup).toEqual(first.outOfGroup);
    expect(second.likeness.save()).toEqual(first.likeness.save());
    expect(first.outOfGroup.length).toBeLessThanOrEqual(1000);
    const whole = naive(counts(30, 8), trained);
    first.likeness.similarities(counts(30, 8)).forEach((value, row) => {
      expect(value).toBeLessThanOrEqual(whole[row]! + 1e-6);
    });
  });
});

describe("stored", () => {
  const trained = counts(30, 9);
  const asked = counts(20, 10);

  test.each<[name: string, of: (features: DenseFeatures) => EmbeddedQueries]>([
    ["dense", (features) => features],
    ["sparse", (features) => sparse(features)],
    ["blocks", (features) => blocks(["cosine", sparse(features)], ["cosine", features])],
    ["no embedding compared by cosines", (features) => blocks(["gaussian", features])],
  ])("and restored, it finds the same: %s", (_name, of) => {
    const { likeness } = fitLikeness(of(trained), alone(30), 1);
    const restored = restoreLikeness(decodeStoredState(encodeStoredState(likeness.save())));
    expect(restored.similarities(of(asked))).toEqual(likeness.similarities(of(asked)));
    expect(restored.similarities(of(asked))).toHaveLength(20);
    expect(restored.save()).toEqual(likeness.save());
  });

  test("a damaged state is refused", () => {
    for (const features of [trained, sparse(trained)]) {
      const state = structuredClone(fitLikeness(features, alone(30), 1).likeness.save());
      for (const damaged of damagedStates(state)) {
        if (damaged.what === "unknown kind") continue;
        expect(() => restoreLikeness(damaged.state), damaged.what).toThrow(ModelFileError);
      }
      expect(() => restoreLikeness({ ...state, header: { ...state.header, matrices: 17 } })).toThrow(
        /at most 16/,
      );
    }
  });
});

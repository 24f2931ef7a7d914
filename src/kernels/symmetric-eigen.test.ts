import fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Checks A v = λ v, orthonormal vectors and descending values. */
function expectEigen(matrix: Float64Array, size: number): void {
  const { values, vectors } = symmetricEigen(matrix.slice(), size);
  const scale = Math.max(1e-300, ...matrix.map(Math.abs)) * size;
  for (let i = 0; i < size; i++) {
    if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
    for (let row = 0; row < size; row++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += matrix[row * size + k]! * vectors[i * size + k]!;
      expect(Math.abs(product - values[i]! * vectors[i * size + row]!)).toBeLessThan(1e-13 * scale);
    }
    for (let j = 0; j <= i; j++) {
      let scalar = 0;
      for (let k = 0; k < size; k++) scalar += vectors[i * size + k]! * vectors[j * size + k]!;
      expect(Math.abs(scalar - (i === j ? 1 : 0))).toBeLessThan(1e-12);
    }
  }
}

function symmetric(size: number, entry: (i: number, j: number) => number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = entry(i, j);
  return matrix;
}

test("any small symmetric matrix, with ties, zeros and huge or tiny entries", () => {
  const entry = fc.oneof(
    fc.constantFrom(0, 0, 1, 1, -1, 1e-9, 1e9),
    fc.double({ min: -10, max: 10, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 8 })
        .chain((size) =>
          fc.tuple(fc.constant(size), fc.array(entry, { minLength: size * size, maxLength: size * size })),
        ),
      ([size, entries]) =>
        expectEigen(
          symmetric(size, (i, j) => entries[i * size + j]!),
          size,
        ),
    ),
    { numRuns: 300 },
  );
});

test("a larger matrix, a Gram matrix of low rank, and the identity", () => {
  const random = seededRandom(4);
  expectEigen(
    symmetric(60, () => random.nextNormal()),
    60,
  );
  const factor = Array.from({ length: 50 }, () => Array.from({ length: 4 }, () => random.nextNormal()));
  expectEigen(
    symmetric(50, (i, j) => factor[i]!.reduce((sum, value, k) => sum + value * factor[j]![k]!, 0)),
    50,
  );
  expectEigen(
    symmetric(20, (i, j) => (i === j ? 1 : 0)),
    20,
  );
});

test("the smallest numbers there are couple nothing", () => {
  expectEigen(
    symmetric(3, (i, j) => (i === 2 && j === 1 ? Number.MIN_VALUE : i === 0 && j === 0 ? 1 : 0)),
    3,
  );
  expectEigen(
    symmetric(2, (i, j) => (i === j ? 0 : Number.MIN_VALUE)),
    2,
  );
});

test("known values: the second-difference matrix has 2 - 2 cos(π k / (n + 1))", () => {
  const size = 12;
  const { values } = symmetricEigen(
    symmetric(size, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0)),
    size,
  );
  for (const [i, value] of values.entries())
    expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (size - i)) / (size + 1)), 12);
});

test("the upper triangle is not read", () => {
  const whole = symmetric(6, (i, j) => Math.cos(i * 7 + j));
  const lower = whole.map((value, index) => (index % 6 > Math.floor(index / 6) ? Number.NaN : value));
  expect(symmetricEigen(lower, 6)).toEqual(symmetricEigen(whole, 6));
});

test("nothing has nothing, and NaN is refused", () => {
  expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0);
  expect(() =>
    symmetricEigen(
      symmetric(5, () => Number.NaN),
      5,
    ),
  ).toThrow(ShapeError);
});

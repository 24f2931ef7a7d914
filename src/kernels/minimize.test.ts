import fc from "fast-check";
import { expect, test } from "vitest";
import { multiplyTransposedNaive, solveNaive } from "../../test/support/kernels/dense-naive.ts";
import { seededRandom } from "../util/index.ts";
import { minimize } from "./minimize.ts";

test("finds the minimum of any convex quadratic, where elimination finds it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (size, seed) => {
      const random = seededRandom(seed);
      const draw = (length: number): Float64Array => Float64Array.from({ length }, () => random.nextNormal());
      const root = draw(size * size);
      const matrix = multiplyTransposedNaive(root, size, root, size, size);
      for (let i = 0; i < size; i++) matrix[i * size + i]! += 0.5;
      const right = draw(size);
      const { point } = minimize(
        (x, gradient) => {
          const product = multiplyTransposedNaive(matrix, size, x, 1, size);
          let value = 0;
          for (let i = 0; i < size; i++) {
            gradient[i] = product[i]! - right[i]!;
            value += x[i]! * (product[i]! / 2 - right[i]!);
          }
          return value;
        },
        new Float64Array(size),
        { tolerance: 1e-9 },
      );
      const expected = solveNaive(matrix, size, right);
      for (let i = 0; i < size; i++) expect(Math.abs(point[i]! - expected[i]!)).toBeLessThan(1e-6);
    }),
    { numRuns: 50 },
  );
});

test("follows Rosenbrock's valley to its end", () => {
  const rosenbrock = (point: Float64Array, gradient: Float64Array): number => {
    const [x, y] = point as unknown as [number, number];
    gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
    gradient[1] = 200 * (y - x * x);
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  };
  const found = minimize(rosenbrock, Float64Array.from([-1.2, 1]), { tolerance: 1e-10 });
  expect(found.point[0]).toBeCloseTo(1, 6);
  expect(found.point[1]).toBeCloseTo(1, 6);
  expect(found.value).toBeLessThan(1e-12);
  expect(found.iterations).toBeLessThan(100);
});

test("stays where the gradient is already 0, and stops at the limit of iterations", () => {
  const bowl = (point: Float64Array, gradient: Float64Array): number => {
    gradient[0] = 4 * point[0]! ** 3;
    return point[0]! ** 4;
  };
  expect(minimize(bowl, Float64Array.from([0]))).toEqual({
    point: Float64Array.from([0]),
    value: 0,
    iterations: 0,
  });
  expect(minimize(bowl, Float64Array.from([9]), { maxIterations: 3, tolerance: 0 }).iterations).toBe(3);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyTransposedNaive } from "../../../test/support/kernels/dense-naive.ts";
import { seededRandom } from "../../util/index.ts";
import { choleskyFactor, solveLowerRows } from "../cholesky.ts";
import { multiplyTransposed } from "../multiply-transposed.ts";
import { finishSteps } from "../steps.ts";
import { tridiagonalizeSteps } from "../tridiagonalize.ts";
import { denseWorkspace } from "./dense-workspace.ts";

const sizes = fc.record({ size: fc.integer({ min: 1, max: 41 }), seed: fc.integer() });

function randomNumbers(length: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => random.nextNormal());
}

/** L of a system that is well conditioned. */
function randomLower(size: number, seed: number): Float64Array {
  const lower = randomNumbers(size * size, seed).map((value) => value / size);
  for (let i = 0; i < size; i++) lower[i * size + i] = 1 + Math.abs(lower[i * size + i]!);
  return lower;
}

/** What both kernels make of the same arrays. */
function withBoth<Name extends string>(
  arrays: Readonly<Record<Name, Float64Array>>,
  work: (
    kernels: ReturnType<typeof denseWorkspace>["kernels"],
    arrays: Readonly<Record<Name, Float64Array>>,
  ) => void,
): Record<Name, Float64Array>[] {
  const names = Object.keys(arrays) as Name[];
  const lengths = Object.fromEntries(names.map((name) => [name, arrays[name].length]));
  return (["typescript", "wasm"] as const).map((choice) => {
    const workspace = denseWorkspace(lengths as Record<Name, number>, choice);
    expect(workspace.kernels.name).toBe(choice);
    for (const name of names) workspace.arrays[name].set(arrays[name]);
    work(workspace.kernels, workspace.arrays);
    return Object.fromEntries(names.map((name) => [name, workspace.arrays[name].slice()])) as Record<
      Name,
      Float64Array
    >;
  });
}

describe("SIMD kernels give the numbers of their plain twins, bit for bit", () => {
  test("updating and multiplying a triangle, and it is what the formula says", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 3 }), ({ size, seed }, beyond) => {
        const stride = size + beyond;
        const matrix = randomNumbers(stride * stride, seed);
        const [next, last, partner, product] = [1, 2, 3, 4].map((step) => randomNumbers(size, seed + step));
        const given = { matrix, next: next!, last: last!, partner: partner!, product: product! };
        const [plain, simd] = withBoth(given, (kernels, arrays) =>
          kernels.updateAndMultiply(
            arrays.matrix,
            stride,
            size,
            arrays.next,
            arrays.last,
            arrays.partner,
            arrays.product,
          ),
        );
        expect(simd).toEqual(plain);
        const updated = (i: number, j: number): number =>
          i < j
            ? updated(j, i)
            : matrix[i * stride + j]! - last![i]! * partner![j]! - partner![i]! * last![j]!;
        for (let i = 0; i < size; i++) {
          let expected = product![i]!;
          for (let j = 0; j < size; j++) expected += updated(i, j) * next![j]!;
          expect(plain!.product[i]).toBeCloseTo(expected, 9);
          for (let j = 0; j <= i; j++) expect(plain!.matrix[i * stride + j]).toBeCloseTo(updated(i, j), 11);
        }
      }),
    );
  });

  test("products of rows, whichever rows stand beside them", () => {
    const shapes = fc.record({
      rowsA: fc.integer({ min: 1, max: 9 }),
      rowsB: fc.integer({ min: 1, max: 5 }),
      depth: fc.integer({ min: 0, max: 9 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(shapes, fc.nat(9), ({ rowsA, rowsB, depth, seed }, first) => {
        const from = Math.min(first, depth);
        const a = randomNumbers(rowsA * depth, seed);
        const b = randomNumbers(rowsB * depth, seed + 1);
        const target = randomNumbers(rowsA * rowsB, seed + 2);
        const [plain, simd] = withBoth({ a, b, target }, (kernels, arrays) =>
          kernels.addProducts(arrays.a, rowsA, arrays.b, rowsB, depth, from, depth, arrays.target),
        );
        expect(simd).toEqual(plain);
        for (let i = 0; i < rowsA; i++)
          for (let j = 0; j < rowsB; j++) {
            let expected = target[i * rowsB + j]!;
            for (let k = from; k < depth; k++) expected += a[i * depth + k]! * b[j * depth + k]!;
            expect(plain!.target[i * rowsB + j]).toBeCloseTo(expected, 10);
          }
      }),
    );
  });

  test("solving rows, whichever rows stand beside them", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), ({ size, seed }, count) => {
        const given = { lower: randomLower(size, seed), rows: randomNumbers(count * size, seed + 1) };
        const [plain, simd] = withBoth(given, (kernels, { lower, rows }) =>
          kernels.solveLowerRows(lower, size, size, rows, size, count),
        );
        expect(simd).toEqual(plain);
        const last = { ...given, rows: given.rows.slice((count - 1) * size) };
        const [alone] = withBoth(last, (kernels, { lower, rows }) =>
          kernels.solveLowerRows(lower, size, size, rows, size, 1),
        );
        expect(alone!.rows).toEqual(plain!.rows.slice((count - 1) * size));
      }),
    );
  });

  test("a whole reduction", () => {
    fc.assert(
      fc.property(sizes, ({ size, seed }) => {
        const x = randomNumbers(size * size, seed);
        const matrix = multiplyTransposedNaive(x, size, x, size, size);
        const simd = finishSteps(tridiagonalizeSteps(matrix, size, "wasm"));
        expect(simd).toEqual(finishSteps(tridiagonalizeSteps(matrix, size, "typescript")));
      }),
    );
  });
});

test("a triangle large enough for SIMD is factored, and more rows than are copied at a time are solved", () => {
  for (const size of [47, 48, 49, 66, 67]) {
    const lower = randomLower(size, size);
    for (let i = 0; i < size; i++) lower.fill(0, i * size + i + 1, (i + 1) * size);
    const matrix = multiplyTransposedNaive(lower, size, lower, size, size);
    choleskyFactor(matrix, size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) expect(matrix[i * size + j]).toBeCloseTo(lower[i * size + j]!, 10);
    const count = 2 * 512 + 3;
    const solution = randomNumbers(count * size, 5);
    const rows = multiplyTransposedNaive(solution, count, lower, size, size);
    solveLowerRows(lower, size, rows);
    let largest = 0;
    rows.forEach((value, place) => {
      largest = Math.max(largest, Math.abs(value - solution[place]!));
    });
    expect(largest).toBeLessThan(1e-9);
  }
});

test("products of more rows than are copied at a time are those of each row alone", () => {
  const [rowsA, rowsB, depth] = [256 + 5, 2 * 256 + 3, 513];
  const a = randomNumbers(rowsA * depth, 1);
  const b = randomNumbers(rowsB * depth, 2);
  const found = new Float64Array(rowsA * rowsB).fill(7);
  multiplyTransposed(a, rowsA, b, rowsB, depth, found);
  const alone = new Float64Array(rowsB);
  for (const row of [0, 3, 4, 255, 256, rowsA - 1]) {
    multiplyTransposed(a.subarray(row * depth, (row + 1) * depth), 1, b, rowsB, depth, alone);
    expect(found.slice(row * rowsB, (row + 1) * rowsB)).toEqual(alone);
  }
  const lower = new Float64Array(rowsB * rowsB);
  multiplyTransposed(b, rowsB, b, rowsB, depth, lower, true);
  for (const row of [0, 3, 255, 256, 511, 512, rowsB - 1]) {
    multiplyTransposed(b.subarray(row * depth, (row + 1) * depth), 1, b, rowsB, depth, alone);
    expect(lower.slice(row * rowsB, row * rowsB + row + 1)).toEqual(alone.slice(0, row + 1));
  }
});

test("any number of workspaces can be had one after the other", () => {
  for (let round = 0; round < 2000; round++)
    expect(denseWorkspace({ numbers: 8192 }).arrays.numbers.length).toBe(8192);
});

/** As `DenseKernels.addProducts`, two rows by two at a time. */
export function addProducts(
  a: Float64Array,
  rowsA: number,
  b: Float64Array,
  rowsB: number,
  depth: number,
  from: number,
  to: number,
  target: Float64Array,
): void {
  const readRow = (matrix: Float64Array, row: number): Float64Array =>
    matrix.subarray(row * depth + from, row * depth + to);
  for (let i = 0; i < rowsA; i += 2) {
    const isPair = i + 1 < rowsA;
    let j = 0;
    if (isPair)
      for (; j + 1 < rowsB; j += 2)
        addTile(
          readRow(a, i),
          readRow(a, i + 1),
          readRow(b, j),
          readRow(b, j + 1),
          target,
          i * rowsB + j,
          rowsB,
        );
    for (; j < rowsB; j++)
      for (let row = i; row < Math.min(i + 2, rowsA); row++)
        target[row * rowsB + j]! += multiply(readRow(a, row), readRow(b, j));
  }
}

/** Two rows of A by two of B. */
function addTile(
  a0: Float64Array,
  a1: Float64Array,
  b0: Float64Array,
  b1: Float64Array,
  target: Float64Array,
  place: number,
  width: number,
): void {
  let even00 = 0;
  let even01 = 0;
  let even10 = 0;
  let even11 = 0;
  let odd00 = 0;
  let odd01 = 0;
  let odd10 = 0;
  let odd11 = 0;
  const length = a0.length;
  let k = 0;
  for (; k + 1 < length; k += 2) {
    const p = a0[k]!;
    const q = a1[k]!;
    const x = b0[k]!;
    const y = b1[k]!;
    even00 += p * x;
    even01 += p * y;
    even10 += q * x;
    even11 += q * y;
    const r = a0[k + 1]!;
    const s = a1[k + 1]!;
    const u = b0[k + 1]!;
    const v = b1[k + 1]!;
    odd00 += r * u;
    odd01 += r * v;
    odd10 += s * u;
    odd11 += s * v;
  }
  if (k < length) {
    even00 += a0[k]! * b0[k]!;
    even01 += a0[k]! * b1[k]!;
    even10 += a1[k]! * b0[k]!;
    even11 += a1[k]! * b1[k]!;
  }
  target[place]! += even00 + odd00;
  target[place + 1]! += even01 + odd01;
  target[place + width]! += even10 + odd10;
  target[place + width + 1]! += even11 + odd11;
}

function multiply(a: Float64Array, b: Float64Array): number {
  let even = 0;
  let odd = 0;
  let k = 0;
  for (; k + 1 < a.length; k += 2) {
    even += a[k]! * b[k]!;
    odd += a[k + 1]! * b[k + 1]!;
  }
  if (k < a.length) even += a[k]! * b[k]!;
  return even + odd;
}

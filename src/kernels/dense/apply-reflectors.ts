/** As `DenseKernels.applyReflectors`, two rows at a time. */
export function applyReflectors(
  q: Float64Array,
  stride: number,
  height: number,
  vectors: Float64Array,
  factor: Float64Array,
  products: Float64Array,
): void {
  const readRow = (matrix: Float64Array, row: number): Float64Array =>
    matrix.subarray(row * stride, row * stride + height);
  const [v0, v1, v2, v3] = [
    readRow(vectors, 0),
    readRow(vectors, 1),
    readRow(vectors, 2),
    readRow(vectors, 3),
  ];
  const [p0, p1, p2, p3] = [
    readRow(products, 0),
    readRow(products, 1),
    readRow(products, 2),
    readRow(products, 3),
  ];
  for (const product of [p0, p1, p2, p3]) product.fill(0);
  let r = 0;
  for (; r + 1 < height; r += 2) {
    const a = readRow(q, r);
    const b = readRow(q, r + 1);
    const a0 = v0[r]!;
    const a1 = v1[r]!;
    const a2 = v2[r]!;
    const a3 = v3[r]!;
    const b0 = v0[r + 1]!;
    const b1 = v1[r + 1]!;
    const b2 = v2[r + 1]!;
    const b3 = v3[r + 1]!;
    for (let j = 0; j < height; j++) {
      const x = a[j]!;
      const y = b[j]!;
      p0[j] = p0[j]! + (a0 * x + b0 * y);
      p1[j] = p1[j]! + (a1 * x + b1 * y);
      p2[j] = p2[j]! + (a2 * x + b2 * y);
      p3[j] = p3[j]! + (a3 * x + b3 * y);
    }
  }
  if (r < height) {
    const a = readRow(q, r);
    for (const [vector, product] of [
      [v0, p0],
      [v1, p1],
      [v2, p2],
      [v3, p3],
    ] as const)
      for (let j = 0; j < height; j++) product[j] = product[j]! + vector[r]! * a[j]!;
  }
  // S is lower triangular: replace the products by S · products.
  for (let j = 0; j < height; j++) {
    const x0 = p0[j]!;
    const x1 = p1[j]!;
    const x2 = p2[j]!;
    const x3 = p3[j]!;
    p0[j] = factor[0]! * x0;
    p1[j] = factor[4]! * x0 + factor[5]! * x1;
    p2[j] = factor[8]! * x0 + factor[9]! * x1 + factor[10]! * x2;
    p3[j] = factor[12]! * x0 + factor[13]! * x1 + factor[14]! * x2 + factor[15]! * x3;
  }
  for (r = 0; r + 1 < height; r += 2) {
    const a = readRow(q, r);
    const b = readRow(q, r + 1);
    const a0 = v0[r]!;
    const a1 = v1[r]!;
    const a2 = v2[r]!;
    const a3 = v3[r]!;
    const b0 = v0[r + 1]!;
    const b1 = v1[r + 1]!;
    const b2 = v2[r + 1]!;
    const b3 = v3[r + 1]!;
    for (let j = 0; j < height; j++) {
      const x0 = p0[j]!;
      const x1 = p1[j]!;
      const x2 = p2[j]!;
      const x3 = p3[j]!;
      a[j] = a[j]! - (a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3));
      b[j] = b[j]! - (b0 * x0 + b1 * x1 + (b2 * x2 + b3 * x3));
    }
  }
  if (r < height) {
    const a = readRow(q, r);
    for (const [vector, product] of [
      [v0, p0],
      [v1, p1],
      [v2, p2],
      [v3, p3],
    ] as const)
      for (let j = 0; j < height; j++) a[j] = a[j]! - vector[r]! * product[j]!;
  }
}

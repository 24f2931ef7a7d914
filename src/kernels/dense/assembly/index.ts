// SIMD kernels of dense matrices; ../dense-kernels.ts says what each does, ../typescript-kernels.ts is their twin.
// Addresses in bytes, everything else in numbers. Sums of scalar products are kept apart by the parity of the index.

// @ts-ignore: decorator
@inline
function bothOf(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

export function updateAndMultiply(
  matrix: usize,
  stride: usize,
  count: usize,
  next: usize,
  last: usize,
  partner: usize,
  product: usize,
): void {
  const rowBytes = stride << 3;
  let r: usize = 0;
  for (; r + 1 < count; r += 2) {
    const a = matrix + r * rowBytes;
    const b = a + rowBytes;
    const at = r << 3;
    const ua = f64.load(last + at);
    const qa = f64.load(partner + at);
    const xa = f64.load(next + at);
    const ub = f64.load(last + at, 8);
    const qb = f64.load(partner + at, 8);
    const xb = f64.load(next + at, 8);
    const uas = f64x2.splat(ua);
    const qas = f64x2.splat(qa);
    const xas = f64x2.splat(xa);
    const ubs = f64x2.splat(ub);
    const qbs = f64x2.splat(qb);
    const xbs = f64x2.splat(xb);
    let sumA = f64x2.splat(0);
    let sumB = f64x2.splat(0);
    for (let j: usize = 0; j < at; j += 16) {
      const q = v128.load(partner + j);
      const u = v128.load(last + j);
      const x = v128.load(next + j);
      const va = f64x2.sub(v128.load(a + j), f64x2.add(f64x2.mul(uas, q), f64x2.mul(qas, u)));
      const vb = f64x2.sub(v128.load(b + j), f64x2.add(f64x2.mul(ubs, q), f64x2.mul(qbs, u)));
      v128.store(a + j, va);
      v128.store(b + j, vb);
      sumA = f64x2.add(sumA, f64x2.mul(va, x));
      sumB = f64x2.add(sumB, f64x2.mul(vb, x));
      v128.store(
        product + j,
        f64x2.add(v128.load(product + j), f64x2.add(f64x2.mul(va, xas), f64x2.mul(vb, xbs))),
      );
    }
    const aa = f64.load(a + at) - 2 * ua * qa;
    const ba = f64.load(b + at) - (ub * qa + qb * ua);
    const bb = f64.load(b + at, 8) - 2 * ub * qb;
    f64.store(a + at, aa);
    f64.store(b + at, ba);
    f64.store(b + at, bb, 8);
    f64.store(product + at, f64.load(product + at) + bothOf(sumA) + aa * xa + ba * xb);
    f64.store(product + at, f64.load(product + at, 8) + bothOf(sumB) + ba * xa + bb * xb, 8);
  }
  if (r >= count) return;
  const a = matrix + r * rowBytes;
  const at = r << 3;
  const ua = f64.load(last + at);
  const qa = f64.load(partner + at);
  const xa = f64.load(next + at);
  let sumA = f64x2.splat(0);
  for (let j: usize = 0; j < at; j += 16) {
    const update = f64x2.add(
      f64x2.mul(f64x2.splat(ua), v128.load(partner + j)),
      f64x2.mul(f64x2.splat(qa), v128.load(last + j)),
    );
    const va = f64x2.sub(v128.load(a + j), update);
    v128.store(a + j, va);
    sumA = f64x2.add(sumA, f64x2.mul(va, v128.load(next + j)));
    v128.store(product + j, f64x2.add(v128.load(product + j), f64x2.mul(va, f64x2.splat(xa))));
  }
  const aa = f64.load(a + at) - 2 * ua * qa;
  f64.store(a + at, aa);
  f64.store(product + at, f64.load(product + at) + bothOf(sumA) + aa * xa);
}

export function solveLowerRows(
  lower: usize,
  stride: usize,
  count: usize,
  rows: usize,
  rowStride: usize,
  rowCount: usize,
): void {
  const lowerBytes = stride << 3;
  const rowBytes = rowStride << 3;
  let r: usize = 0;
  for (; r + 3 < rowCount; r += 4) {
    const x0 = rows + r * rowBytes;
    const x1 = x0 + rowBytes;
    const x2 = x1 + rowBytes;
    const x3 = x2 + rowBytes;
    let j: usize = 0;
    for (; j + 1 < count; j += 2) {
      const first = lower + j * lowerBytes;
      const second = first + lowerBytes;
      const at = j << 3;
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      let t0 = f64x2.splat(0);
      let t1 = f64x2.splat(0);
      let t2 = f64x2.splat(0);
      let t3 = f64x2.splat(0);
      for (let k: usize = 0; k < at; k += 16) {
        const one = v128.load(first + k);
        const other = v128.load(second + k);
        const v0 = v128.load(x0 + k);
        s0 = f64x2.add(s0, f64x2.mul(one, v0));
        t0 = f64x2.add(t0, f64x2.mul(other, v0));
        const v1 = v128.load(x1 + k);
        s1 = f64x2.add(s1, f64x2.mul(one, v1));
        t1 = f64x2.add(t1, f64x2.mul(other, v1));
        const v2 = v128.load(x2 + k);
        s2 = f64x2.add(s2, f64x2.mul(one, v2));
        t2 = f64x2.add(t2, f64x2.mul(other, v2));
        const v3 = v128.load(x3 + k);
        s3 = f64x2.add(s3, f64x2.mul(one, v3));
        t3 = f64x2.add(t3, f64x2.mul(other, v3));
      }
      const pivot = f64.load(first + at);
      const between = f64.load(second + at);
      const nextPivot = f64.load(second + at, 8);
      solveTwo(x0 + at, s0, t0, pivot, between, nextPivot);
      solveTwo(x1 + at, s1, t1, pivot, between, nextPivot);
      solveTwo(x2 + at, s2, t2, pivot, between, nextPivot);
      solveTwo(x3 + at, s3, t3, pivot, between, nextPivot);
    }
    if (j < count)
      for (let row: usize = r; row < r + 4; row++) solveOne(lower + j * lowerBytes, rows + row * rowBytes, j);
  }
  for (; r < rowCount; r++)
    for (let j: usize = 0; j < count; j++) solveOne(lower + j * lowerBytes, rows + r * rowBytes, j);
}

/** Coordinates j and j + 1, j even, of one row: `at` is the address of the first. */
// @ts-ignore: decorator
@inline
function solveTwo(at: usize, s: v128, t: v128, pivot: f64, between: f64, nextPivot: f64): void {
  const first = (f64.load(at) - bothOf(s)) / pivot;
  const even = f64x2.extract_lane(t, 0) + between * first;
  f64.store(at, first);
  f64.store(at, (f64.load(at, 8) - (even + f64x2.extract_lane(t, 1))) / nextPivot, 8);
}

/** Coordinate j of one row. */
function solveOne(lower: usize, row: usize, j: usize): void {
  const at = j << 3;
  let sum = f64x2.splat(0);
  let k: usize = 0;
  for (; k + 8 < at; k += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(lower + k), v128.load(row + k)));
  let even = f64x2.extract_lane(sum, 0);
  if (k < at) even += f64.load(lower + k) * f64.load(row + k);
  f64.store(row + at, (f64.load(row + at) - (even + f64x2.extract_lane(sum, 1))) / f64.load(lower + at));
}

/** Vectors and products: four each, `stride` numbers apart. Columns are done by twos, one behind the last if need be. */
export function applyReflectors(
  q: usize,
  stride: usize,
  height: usize,
  vectors: usize,
  factor: usize,
  products: usize,
): void {
  const rowBytes = stride << 3;
  const end = ((height + 1) & ~1) << 3;
  const v0 = vectors;
  const v1 = v0 + rowBytes;
  const v2 = v1 + rowBytes;
  const v3 = v2 + rowBytes;
  const p0 = products;
  const p1 = p0 + rowBytes;
  const p2 = p1 + rowBytes;
  const p3 = p2 + rowBytes;
  const zero = f64x2.splat(0);
  for (let j: usize = 0; j < end; j += 16) {
    v128.store(p0 + j, zero);
    v128.store(p1 + j, zero);
    v128.store(p2 + j, zero);
    v128.store(p3 + j, zero);
  }
  let r: usize = 0;
  for (; r + 1 < height; r += 2) {
    const a = q + r * rowBytes;
    const b = a + rowBytes;
    const at = r << 3;
    const a0 = v128.load64_splat(v0 + at);
    const a1 = v128.load64_splat(v1 + at);
    const a2 = v128.load64_splat(v2 + at);
    const a3 = v128.load64_splat(v3 + at);
    const b0 = v128.load64_splat(v0 + at, 8);
    const b1 = v128.load64_splat(v1 + at, 8);
    const b2 = v128.load64_splat(v2 + at, 8);
    const b3 = v128.load64_splat(v3 + at, 8);
    for (let j: usize = 0; j < end; j += 16) {
      const x = v128.load(a + j);
      const y = v128.load(b + j);
      v128.store(p0 + j, f64x2.add(v128.load(p0 + j), f64x2.add(f64x2.mul(a0, x), f64x2.mul(b0, y))));
      v128.store(p1 + j, f64x2.add(v128.load(p1 + j), f64x2.add(f64x2.mul(a1, x), f64x2.mul(b1, y))));
      v128.store(p2 + j, f64x2.add(v128.load(p2 + j), f64x2.add(f64x2.mul(a2, x), f64x2.mul(b2, y))));
      v128.store(p3 + j, f64x2.add(v128.load(p3 + j), f64x2.add(f64x2.mul(a3, x), f64x2.mul(b3, y))));
    }
  }
  if (r < height) {
    const a = q + r * rowBytes;
    for (let c: usize = 0; c < 4; c++) {
      const scale = v128.load64_splat(vectors + c * rowBytes + (r << 3));
      const p = products + c * rowBytes;
      for (let j: usize = 0; j < end; j += 16)
        v128.store(p + j, f64x2.add(v128.load(p + j), f64x2.mul(scale, v128.load(a + j))));
    }
  }
  for (let j: usize = 0; j < end; j += 16) {
    const x0 = v128.load(p0 + j);
    const x1 = v128.load(p1 + j);
    const x2 = v128.load(p2 + j);
    const x3 = v128.load(p3 + j);
    v128.store(p0 + j, times(factor, 0, x0));
    v128.store(p1 + j, f64x2.add(times(factor, 4, x0), times(factor, 5, x1)));
    v128.store(p2 + j, f64x2.add(f64x2.add(times(factor, 8, x0), times(factor, 9, x1)), times(factor, 10, x2)));
    v128.store(
      p3 + j,
      f64x2.add(
        f64x2.add(f64x2.add(times(factor, 12, x0), times(factor, 13, x1)), times(factor, 14, x2)),
        times(factor, 15, x3),
      ),
    );
  }
  for (r = 0; r + 1 < height; r += 2) {
    const a = q + r * rowBytes;
    const b = a + rowBytes;
    const at = r << 3;
    const a0 = v128.load64_splat(v0 + at);
    const a1 = v128.load64_splat(v1 + at);
    const a2 = v128.load64_splat(v2 + at);
    const a3 = v128.load64_splat(v3 + at);
    const b0 = v128.load64_splat(v0 + at, 8);
    const b1 = v128.load64_splat(v1 + at, 8);
    const b2 = v128.load64_splat(v2 + at, 8);
    const b3 = v128.load64_splat(v3 + at, 8);
    for (let j: usize = 0; j < end; j += 16) {
      const x0 = v128.load(p0 + j);
      const x1 = v128.load(p1 + j);
      const x2 = v128.load(p2 + j);
      const x3 = v128.load(p3 + j);
      const da = f64x2.add(
        f64x2.add(f64x2.mul(a0, x0), f64x2.mul(a1, x1)),
        f64x2.add(f64x2.mul(a2, x2), f64x2.mul(a3, x3)),
      );
      v128.store(a + j, f64x2.sub(v128.load(a + j), da));
      const db = f64x2.add(
        f64x2.add(f64x2.mul(b0, x0), f64x2.mul(b1, x1)),
        f64x2.add(f64x2.mul(b2, x2), f64x2.mul(b3, x3)),
      );
      v128.store(b + j, f64x2.sub(v128.load(b + j), db));
    }
  }
  if (r < height) {
    const a = q + r * rowBytes;
    for (let c: usize = 0; c < 4; c++) {
      const scale = v128.load64_splat(vectors + c * rowBytes + (r << 3));
      const p = products + c * rowBytes;
      for (let j: usize = 0; j < end; j += 16)
        v128.store(a + j, f64x2.sub(v128.load(a + j), f64x2.mul(scale, v128.load(p + j))));
    }
  }
}

// @ts-ignore: decorator
@inline
function times(factor: usize, index: usize, x: v128): v128 {
  return f64x2.mul(v128.load64_splat(factor + (index << 3)), x);
}

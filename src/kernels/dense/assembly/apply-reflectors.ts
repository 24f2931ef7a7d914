// The plain twin is ../apply-reflectors.ts.
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

@inline
function times(factor: usize, index: usize, x: v128): v128 {
  return f64x2.mul(v128.load64_splat(factor + (index << 3)), x);
}

// The plain twin is ../update-and-multiply.ts.
import { addLanes } from "./lanes";

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
    f64.store(product + at, f64.load(product + at) + addLanes(sumA) + aa * xa + ba * xb);
    f64.store(product + at, f64.load(product + at, 8) + addLanes(sumB) + ba * xa + bb * xb, 8);
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
  f64.store(product + at, f64.load(product + at) + addLanes(sumA) + aa * xa);
}

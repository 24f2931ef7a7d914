/** As `DenseKernels.solveLowerRows`, two rows at a time. */
export function solveLowerRows(
  lower: Float64Array,
  stride: number,
  count: number,
  rows: Float64Array,
  rowStride: number,
  rowCount: number,
): void {
  let r = 0;
  for (; r + 1 < rowCount; r += 2) {
    const x = rows.subarray(r * rowStride, r * rowStride + count);
    const y = rows.subarray((r + 1) * rowStride, (r + 1) * rowStride + count);
    for (let j = 0; j < count; j++) {
      const l = lower.subarray(j * stride, j * stride + j + 1);
      let evenX = 0;
      let oddX = 0;
      let evenY = 0;
      let oddY = 0;
      let k = 0;
      for (; k + 1 < j; k += 2) {
        const l0 = l[k]!;
        const l1 = l[k + 1]!;
        evenX += l0 * x[k]!;
        oddX += l1 * x[k + 1]!;
        evenY += l0 * y[k]!;
        oddY += l1 * y[k + 1]!;
      }
      if (k < j) {
        evenX += l[k]! * x[k]!;
        evenY += l[k]! * y[k]!;
      }
      x[j] = (x[j]! - (evenX + oddX)) / l[j]!;
      y[j] = (y[j]! - (evenY + oddY)) / l[j]!;
    }
  }
  if (r >= rowCount) return;
  const x = rows.subarray(r * rowStride, r * rowStride + count);
  for (let j = 0; j < count; j++) {
    const sums = [0, 0];
    for (let k = 0; k < j; k++) sums[k & 1]! += lower[j * stride + k]! * x[k]!;
    x[j] = (x[j]! - (sums[0]! + sums[1]!)) / lower[j * stride + j]!;
  }
}

/** Side of the square tiles copied at a time, so that both sides stay in cache. */
const TILE = 32;

/** The transpose of a row-major `rows × columns` matrix, as a new row-major `columns × rows` one. */
export function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(rows, top + TILE);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(columns, left + TILE);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) result[j * rows + i] = matrix[i * columns + j]!;
      }
    }
  }
  return result;
}

/**
 * The candidates with the largest similarities, the most similar first; among equals the earlier candidate.
 * Keeps the best `count` in a heap whose root is the worst of them, so that most candidates cost one comparison.
 * @param similarities one a row
 * @param candidates ascending rows to choose among
 * @param count at least 1
 * @param isExcluded rows never to return
 */
export function nearest(
  similarities: Float64Array,
  candidates: Int32Array,
  count: number,
  isExcluded: (row: number) => boolean = () => false,
): Int32Array {
  // A stored model may ask for more neighbors than there are questions in the world.
  count = Math.min(count, candidates.length);
  const heap = new Int32Array(count);
  let size = 0;
  // Whether `one` is the worse choice.
  const isWorse = (one: number, other: number): boolean => {
    const difference = similarities[one]! - similarities[other]!;
    return difference < 0 || (difference === 0 && one > other);
  };
  const sink = (start: number, row: number): void => {
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && isWorse(heap[child + 1]!, heap[child]!)) child++;
      if (!isWorse(heap[child]!, row)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = row;
  };
  const rise = (row: number): void => {
    let place = size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isWorse(row, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = row;
  };
  for (const row of candidates) {
    if (size === count && !isWorse(heap[0]!, row)) continue;
    if (isExcluded(row)) continue;
    if (size < count) rise(row);
    else sink(0, row);
  }
  const found = new Int32Array(size);
  while (size > 0) {
    const worst = heap[0]!;
    size--;
    found[size] = worst;
    if (size > 0) sink(0, heap[size]!);
  }
  return found;
}

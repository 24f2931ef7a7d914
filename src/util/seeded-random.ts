/** A seeded source of randomness: the same seed gives the same sequence on every machine. */
export interface SeededRandom {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform whole number in [0, bound), bound ≥ 1. */
  nextInteger(bound: number): number;
  /** Standard normal. */
  nextNormal(): number;
}

/**
 * The sfc32 generator (Chris Doty-Humphrey's PractRand), seeded by one whole number.
 * @param seed any safe integer
 */
export function seededRandom(seed: number): SeededRandom {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 0x100000000) | 0;
  let counter = 1;
  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) draw();
  const next = (): number => draw() / 0x100000000;
  return {
    next,
    nextInteger: (bound) => Math.floor(next() * bound),
    nextNormal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** A uniformly random order of 0 … length - 1 (Fisher–Yates). */
export function shuffledIndices(length: number, random: SeededRandom): Int32Array {
  const order = Int32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = random.nextInteger(last + 1);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}

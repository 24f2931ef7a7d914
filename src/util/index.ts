export { withAsciiDigits } from "./ascii-digits.ts";
export { contentHash } from "./content-hash.ts";
export { DisjointSets } from "./disjoint-sets.ts";
export { quickHash } from "./quick-hash.ts";
export type { SeededRandom } from "./seeded-random.ts";
export { seededRandom, shuffledIndices } from "./seeded-random.ts";
export { withinTimeLimit } from "./time-limit.ts";
export { warnOnce } from "./warn-once.ts";

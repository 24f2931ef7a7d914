export { contentHash } from "./content-hash.ts";
export type { SeededRandom } from "./seeded-random.ts";
export { seededRandom, shuffledIndices } from "./seeded-random.ts";
export { withinTimeLimit } from "./time-limit.ts";

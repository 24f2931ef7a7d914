/* What the benchmark takes of the product's sources, bundled by `bundle-parts.mjs` since Node 20 reads no TypeScript. */
export {
  assignGroupFolds,
  assignQuestionGroups,
  countRewards,
  openRunDirectory,
  readRewardLog,
} from "../../src/data/index.ts";
export { clusteredMean } from "../../src/evaluate/index.ts";
export { seededRandom } from "../../src/util/index.ts";

/* What the benchmark takes of sources in TypeScript, bundled by `bundle-parts.mjs` since Node 20 reads no TypeScript. */
export {
  assignGroupFolds,
  assignQuestionGroups,
  countRewards,
  openRunDirectory,
  readRewardLog,
} from "../../src/data/index.ts";
export { seededRandom } from "../../src/util/index.ts";
export { comparePeers, estimateGain, meanGains } from "./compare.ts";

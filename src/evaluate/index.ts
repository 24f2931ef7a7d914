export type { Agreement } from "./agreement.ts";
export { agreement } from "./agreement.ts";
export { attainableOracle } from "./attainable-oracle.ts";
export { auc, withinQueryAuc } from "./auc.ts";
export { bestFixedPrompt } from "./best-fixed-prompt.ts";
export { calibrationBins } from "./calibration.ts";
export { classification } from "./classification.ts";
export { clusterPlaces, sumByCluster } from "./cluster-sums.ts";
export type { ClusteredMean } from "./clustered-mean.ts";
export { clusteredMean } from "./clustered-mean.ts";
export { ConfidenceSequence } from "./confidence-sequence.ts";
export { costTable } from "./cost-table.ts";
export type { Policy } from "./doubly-robust.ts";
export {
  doublyRobustDifferences,
  doublyRobustScores,
  doublyRobustTable,
  inversePropensityEstimate,
  meanCorrection,
} from "./doubly-robust.ts";
export { fixedPromptCertainty } from "./fixed-prompt-certainty.ts";
export { labeledPairs } from "./labeled-pairs.ts";
export { mcnemarOfRewards } from "./mcnemar.ts";
export type { MeanEstimate } from "./mean-interval.ts";
export { meanInterval, meanIntervals } from "./mean-interval.ts";
export { normalCdf } from "./normal.ts";
export type { ObservationDesign, ObservationOptions } from "./observation-design.ts";
export { observationDesign } from "./observation-design.ts";
export { observationWeights } from "./observation-weights.ts";
export { measureOverlap } from "./overlap.ts";
export type { PolicyGainInput } from "./policy-gain.ts";
export { policyGain } from "./policy-gain.ts";
export { quantileOfSorted } from "./quantile.ts";
export { rewardModelQuality } from "./reward-model-quality.ts";
export { selectColumns, selectValues } from "./select-columns.ts";
export { selectionToUndo } from "./sensitivity.ts";

export type { Agreement } from "./agreement.ts";
export { agreement } from "./agreement.ts";
export type { AttainableOracle } from "./attainable-oracle.ts";
export { attainableOracle } from "./attainable-oracle.ts";
export { auc, withinQueryAuc } from "./auc.ts";
export type { BestFixedPrompt } from "./best-fixed-prompt.ts";
export { bestFixedPrompt } from "./best-fixed-prompt.ts";
export type { BettingOptions } from "./betting-interval.ts";
export { bettingInterval } from "./betting-interval.ts";
export type { CalibrationBin } from "./calibration.ts";
export { calibrationBins, expectedCalibrationError, logLoss } from "./calibration.ts";
export type { Classification } from "./classification.ts";
export { classification } from "./classification.ts";
export { clopperPearsonInterval } from "./clopper-pearson-interval.ts";
export { clusterBootstrapInterval } from "./cluster-bootstrap-interval.ts";
export { clusterPlaces, sumByCluster } from "./cluster-sums.ts";
export type { ClusteredMean } from "./clustered-mean.ts";
export { clusteredMean } from "./clustered-mean.ts";
export type { ConfidenceSequenceOptions } from "./confidence-sequence.ts";
export { ConfidenceSequence } from "./confidence-sequence.ts";
export { costTable } from "./cost-table.ts";
export type { InversePropensityEstimate, Policy } from "./doubly-robust.ts";
export {
  doublyRobustDifferences,
  doublyRobustScores,
  doublyRobustTable,
  inversePropensityEstimate,
  meanCorrection,
  meanReward,
} from "./doubly-robust.ts";
export type { FixedPromptCertainty, PromptCertainty } from "./fixed-prompt-certainty.ts";
export { fixedPromptCertainty } from "./fixed-prompt-certainty.ts";
export type { LabeledPairs } from "./labeled-pairs.ts";
export { labeledPairs } from "./labeled-pairs.ts";
export { mcnemarExact, mcnemarOfRewards } from "./mcnemar.ts";
export type { BoundedValues, IntervalMethod, MeanEstimate } from "./mean-interval.ts";
export { meanInterval, meanIntervals } from "./mean-interval.ts";
export { normalCdf } from "./normal.ts";
export type { ObservationDesign, ObservationOptions, PropensitySource } from "./observation-design.ts";
export { observationDesign } from "./observation-design.ts";
export { observationWeights } from "./observation-weights.ts";
export type { Overlap } from "./overlap.ts";
export { measureOverlap } from "./overlap.ts";
export type { PolicyGain, PolicyGainInput, PolicyPair } from "./policy-gain.ts";
export { policyGain } from "./policy-gain.ts";
export type { PropensityModelInput } from "./propensity-model.ts";
export { quantileOfSorted } from "./quantile.ts";
export type { BootstrapOptions } from "./resample-means.ts";
export { rewardModelQuality } from "./reward-model-quality.ts";
export { selectColumns, selectValues } from "./select-columns.ts";
export type { Sensitivity, SensitivityInput } from "./sensitivity.ts";
export { selectionToUndo } from "./sensitivity.ts";

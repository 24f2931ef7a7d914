import type { FeatureMatrix } from "../../types/index.ts";
import { type BinnedQueries, binQueries } from "./binning.ts";

const known = new WeakMap<FeatureMatrix, Map<number, BinnedQueries>>();

/**
 * As `binQueries`, once for every matrix object: models of many subsets of prompts on the same questions share it, and
 * what is kept with it. It is kept as long as the matrix itself, whose values must not change.
 */
export function sharedBinning(features: FeatureMatrix, maxBin: number): BinnedQueries {
  const byBins = known.get(features) ?? new Map<number, BinnedQueries>();
  const binned = byBins.get(maxBin) ?? binQueries(features, maxBin);
  known.set(features, byBins.set(maxBin, binned));
  return binned;
}

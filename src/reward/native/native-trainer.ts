import type { BoosterModel } from "../gbdt/booster-model.ts";
import type { FeatureColumns } from "../gbdt/formats/feature-columns.ts";
import type { PairRows } from "./pair-rows.ts";

/** Parameters under a library's own names. */
export type NativeParameters = ReadonlyMap<string, string | number | boolean>;

/** An original library as a trainer. */
export interface NativeTrainer {
  /** How it takes success counts, see `pairRows`. */
  readonly labels: "rate" | "binary";
  /** Reads what `train` gives. */
  readonly read: (file: Uint8Array, columns: FeatureColumns) => BoosterModel;
  /**
   * Trains one model.
   * @param afterRound called and waited for after every round; when it rejects, training ends and so does this
   * @returns the model as the library saves it
   * @throws ConfigError with the library's own words where it refuses
   */
  train(
    rows: PairRows,
    parameters: NativeParameters,
    rounds: number,
    afterRound: (round: number) => Promise<void>,
  ): Promise<Uint8Array>;
}

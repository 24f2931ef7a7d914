import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder } from "./embedder.ts";
import { fitTermFrequency } from "./term-frequency.ts";

/**
 * Masked TF: uni- and bigrams of the tokens with numbers masked, terms in at least two training texts, values 1 + ln tf,
 * no weighting by rarity, rows of length 1. Of fewer than 20 training texts every term is kept.
 */
export function maskedTf(): Embedder {
  return {
    name: "masked-tf",
    identity: async () => "masked-tf",
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      return fitTermFrequency("masked-tf", texts);
    },
  };
}

import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder } from "./embedder.ts";
import { fitTermFrequency } from "./term-frequency.ts";
import type { TextReader } from "./text-reader.ts";

/**
 * Symbol TF: as form TF, with operators, brackets, punctuation and ends of lines as tokens too, so that expressions,
 * code and layout are told apart.
 * @param reader shared with other embedders of the same texts
 */
export function symbolTf(reader?: TextReader): Embedder {
  return {
    name: "symbol-tf",
    identity: async () => "symbol-tf",
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      return fitTermFrequency("symbol-tf", texts, reader);
    },
  };
}

import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder } from "./embedder.ts";
import { fitTermFrequency } from "./term-frequency.ts";
import type { TextReader } from "./text-reader.ts";

/**
 * Form TF: as masked TF, but names become `name` and pronouns `pron`, n-grams go up to three tokens, and a term counts
 * once however often it stands in a text. What decides which prompt works is the form of a question rather than its topic,
 * and this keeps the form.
 * @param reader shared with other embedders of the same texts
 */
export function formTf(reader?: TextReader): Embedder {
  return {
    name: "form-tf",
    identity: async () => "form-tf",
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      return fitTermFrequency("form-tf", texts, reader);
    },
  };
}

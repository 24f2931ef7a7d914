import { UsageError } from "../errors.ts";
import { characterNgrams } from "./character-ngrams.ts";
import type { Embedder } from "./embedder.ts";
import { formTf } from "./form-tf.ts";
import { maskedTf } from "./masked-tf.ts";

/** One embedder, as help texts list it. */
export interface EmbedderDescription {
  /** As the user writes it; capitals stand for what the user fills in, brackets for what may be left out. */
  readonly name: string;
  /** One line. */
  readonly description: string;
}

/** Every embedder there is. */
export const EMBEDDERS: readonly EmbedderDescription[] = [
  {
    name: "form-tf",
    description: "word 1–3-grams; numbers, names and pronouns masked (default for questions)",
  },
  { name: "masked-tf", description: "word 1–2-grams; numbers masked" },
  { name: "character-ngrams", description: "character 3–5-grams within words (default for prompts)" },
];

/** What some embedders need beside their name. */
export interface EmbedderOptions {
  /** Texts of the log's queries, in its order: what the rows of `npy:FILE` belong to. */
  readonly texts?: readonly string[];
}

/**
 * Makes an embedder from its name.
 * @throws UsageError naming all embedders where there is none of that name, or where an option is missing
 * @example const fitted = await createEmbedder("form-tf").fit(trainingTexts);
 */
export function createEmbedder(specification: string, _options: EmbedderOptions = {}): Embedder {
  switch (specification) {
    case "form-tf":
      return formTf();
    case "masked-tf":
      return maskedTf();
    case "character-ngrams":
      return characterNgrams();
    default:
      throw unknownEmbedder(specification);
  }
}

function unknownEmbedder(specification: string): UsageError {
  const list = EMBEDDERS.map(({ name, description }) => `  ${name}: ${description}`).join("\n");
  return new UsageError(`There is no embedder "${specification.slice(0, 100)}". There are:\n${list}`, {
    embedder: specification.slice(0, 100),
  });
}

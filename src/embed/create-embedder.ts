import { UsageError } from "../errors.ts";
import { characterNgrams } from "./character-ngrams.ts";
import type { Embedder } from "./embedder.ts";
import type { RemoteOptions } from "./embedding-client.ts";
import { formTf } from "./form-tf.ts";
import { DEFAULT_DIMENSIONS, lsa, MAX_DIMENSIONS } from "./lsa.ts";
import { maskedTf } from "./masked-tf.ts";
import { npyEmbedder } from "./npy-embedder.ts";
import { openAiEmbedder } from "./openai-embedder.ts";
import { queryFeatures } from "./query-features.ts";
import { sideBySide } from "./side-by-side.ts";
import { STYLE, style } from "./style.ts";
import { symbolTf } from "./symbol-tf.ts";
import type { TextReader } from "./text-reader.ts";

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
    description: "word 1–3-grams; numbers, names and pronouns masked",
  },
  {
    name: "symbol-tf",
    description: "the same with operators, brackets, punctuation and ends of lines",
  },
  { name: "style", description: "13 measurements: length, lines, shares of digits, capitals and symbols, …" },
  { name: "masked-tf", description: "word 1–2-grams; numbers masked" },
  {
    name: "lsa:form-tf[:D]",
    description: `form-tf reduced to D dimensions by latent semantic analysis (default ${DEFAULT_DIMENSIONS})`,
  },
  { name: "lsa:masked-tf[:D]", description: "the same of masked-tf" },
  { name: "character-ngrams", description: "character 3–5-grams within words (default for prompts)" },
  { name: "npy:FILE", description: "your own embeddings: an NPY file, one row a question of the log" },
  {
    name: "openai:MODEL[@URL]",
    description:
      "an OpenAI-compatible endpoint; the key stands in OPENAI_API_KEY, the address in OPENAI_BASE_URL",
  },
  {
    name: "features:COLUMN[,COLUMN]",
    description: "what else the log says of a question: texts and numbers",
  },
  { name: "A+B", description: "several beside each other, for kernel-ridge" },
];

/** What some embedders need beside their name. */
export interface EmbedderOptions extends RemoteOptions {
  /** Texts of the log's queries, in its order: what the rows of `npy:FILE` belong to. */
  readonly texts?: readonly string[];
  /** Shared by embedders fitted on overlapping sets of texts, so that each text is read once. */
  readonly reader?: TextReader;
}

/** A + between two embedders, not one within the name of a file, a model or a column. */
const PART_SEPARATOR =
  /\+(?=(?:form-tf|symbol-tf|masked-tf|style|character-ngrams)(?:\+|$)|(?:lsa|npy|openai|features):)/;

/** Names of the embedders beside each other; one of itself for any other. */
export function embedderParts(specification: string): string[] {
  return specification.split(PART_SEPARATOR);
}

/**
 * Makes an embedder from its name.
 * @param specification one of EMBEDDERS, filled in
 * @throws UsageError naming all embedders where there is none of that name, or where an option is missing
 * @example const fitted = await createEmbedder("form-tf").fit(trainingTexts);
 */
export function createEmbedder(specification: string, options: EmbedderOptions = {}): Embedder {
  const parts = embedderParts(specification);
  if (parts.length > 1) return sideBySide(parts.map((part) => createEmbedder(part, options)));
  const separator = specification.indexOf(":");
  const kind = separator < 0 ? specification : specification.slice(0, separator);
  const rest = separator < 0 ? undefined : specification.slice(separator + 1);
  if (rest === undefined) {
    if (kind === "form-tf") return formTf(options.reader);
    if (kind === "symbol-tf") return symbolTf(options.reader);
    if (kind === STYLE) return style(options.reader);
    if (kind === "masked-tf") return maskedTf();
    if (kind === "character-ngrams") return characterNgrams();
  } else {
    if (kind === "lsa") return createLsa(specification, rest);
    if (kind === "npy" && rest !== "") return createNpy(specification, rest, options);
    if (kind === "openai" && rest !== "") return createOpenAi(rest, options);
    if (kind === "features" && rest !== "") return queryFeatures(rest.split(",").map((name) => name.trim()));
  }
  throw unknownEmbedder(specification);
}

/** Whether an embedder of this name is made from texts alone: it reads no file and asks no endpoint. */
export function learnsFromTexts(specification: string): boolean {
  return /^(?:form-tf|symbol-tf|masked-tf|style|character-ngrams|lsa:.*)$/s.test(specification);
}

function createLsa(specification: string, rest: string): Embedder {
  const [base, dimensions, ...more] = rest.split(":");
  if ((base !== "masked-tf" && base !== "form-tf") || more.length > 0) throw unknownEmbedder(specification);
  if (dimensions === undefined) return lsa(base);
  const count = /^\d+$/.test(dimensions) ? Number(dimensions) : 0;
  if (count < 1 || count > MAX_DIMENSIONS)
    throw new UsageError(
      `"${clip(specification)}" asks for "${clip(dimensions)}" dimensions, expected a whole number from 1 to ${MAX_DIMENSIONS}.`,
    );
  return lsa(base, count);
}

function createNpy(specification: string, path: string, { texts }: EmbedderOptions): Embedder {
  if (texts === undefined)
    throw new UsageError(
      `"${clip(specification)}" can only embed the questions of a log: its rows are theirs. Here another embedder is needed.`,
    );
  return npyEmbedder(path, texts);
}

function createOpenAi(rest: string, options: EmbedderOptions): Embedder {
  // The name of a model may hold an @ itself, but none is followed by an address.
  const [, model, baseUrl] = /^(.+?)(?:@([a-z]+:\/\/.*))?$/s.exec(rest)!;
  return openAiEmbedder(model!, baseUrl, options);
}

function unknownEmbedder(specification: string): UsageError {
  const list = EMBEDDERS.map(({ name, description }) => `  ${name}: ${description}`).join("\n");
  return new UsageError(`There is no embedder "${clip(specification)}". There are:\n${list}`, {
    embedder: clip(specification),
  });
}

function clip(text: string): string {
  return text.slice(0, 100);
}

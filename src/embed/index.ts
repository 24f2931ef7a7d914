export type { EmbedderDescription, EmbedderOptions } from "./create-embedder.ts";
export { createEmbedder, EMBEDDERS, embedderParts, learnsFromTexts } from "./create-embedder.ts";
export { embedQuestions, embedTexts } from "./embed-texts.ts";
export type {
  Embedder,
  EmbedOptions,
  FittedEmbedder,
  LocalFittedEmbedder,
  RemoteFittedEmbedder,
} from "./embedder.ts";
export type { RemoteOptions } from "./embedding-client.ts";
export { hasKnownToken, knownRows, normalizeRows, selectRows } from "./feature-rows.ts";
export { nearDuplicateGroups } from "./near-duplicate-groups.ts";
export { restoreEmbedder } from "./restore-embedder.ts";
export { restoreWithoutFiles } from "./restore-without-files.ts";
export { TextReader } from "./text-reader.ts";
export { maskNumbers, tokenize } from "./tokenizer.ts";

export type { EmbedderDescription, EmbedderOptions } from "./create-embedder.ts";
export { createEmbedder, EMBEDDERS, learnsFromTexts } from "./create-embedder.ts";
export { embedTexts } from "./embed-texts.ts";
export type { Embedder, FittedEmbedder, LocalFittedEmbedder, RemoteFittedEmbedder } from "./embedder.ts";
export type { RemoteOptions } from "./embedding-client.ts";
export { hasKnownToken, knownRows, normaliseRows, selectRows } from "./feature-rows.ts";
export { nearDuplicateGroups } from "./near-duplicate-groups.ts";
export { restoreEmbedder } from "./restore-embedder.ts";
export { maskNumbers, tokenise } from "./tokeniser.ts";

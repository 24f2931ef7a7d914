export type { Embedder, FittedEmbedder, LocalFittedEmbedder, RemoteFittedEmbedder } from "./embedder.ts";

import { z } from "zod";
import { UsageError } from "../errors.ts";
import { type Environment, isLoopback, OPENAI_BASE_URL, resolveBaseUrl } from "../llm/index.ts";
import type { StoredState } from "../types/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, RemoteFittedEmbedder } from "./embedder.ts";
import { EmbeddingClient, type EmbeddingEndpoint, isBlank, type RemoteOptions } from "./embedding-client.ts";
import { malformed, parseHeader } from "./stored-header.ts";

/** An endpoint, with the embedder's name as the user wrote it. */
interface Endpoint extends EmbeddingEndpoint {
  readonly name: string;
}

/**
 * Asks an OpenAI-compatible endpoint. Rows are scaled to length 1; a text of nothing but white space is not sent and gives
 * a row of zeros. Fitting learns only the width, from the first text.
 * @param model as the endpoint calls it
 * @param baseUrl without `/embeddings`; @default the variable OPENAI_BASE_URL, else OpenAI's own
 * @throws UsageError for a malformed address
 */
export function openAiEmbedder(
  model: string,
  baseUrl: string | undefined,
  options: RemoteOptions = {},
): Embedder {
  const resolved = resolveBaseUrl(baseUrl, options.environment ?? process.env);
  const endpoint: Endpoint = {
    model,
    baseUrl: resolved,
    name: baseUrl === undefined ? `openai:${model}` : `openai:${model}@${resolved}`,
  };
  return {
    name: endpoint.name,
    identity: async () => `openai ${model} at ${resolved}`,
    async fit(texts, work) {
      checkTrainingTexts(texts, work?.signal);
      const sample = texts.find((text) => !isBlank(text));
      if (sample === undefined)
        throw new UsageError(
          "All texts to learn from are blank; an embedding endpoint needs at least one word.",
        );
      const client = new EmbeddingClient(endpoint, undefined, options);
      const { columns } = await client.embed([sample], { ...work, onProgress: () => undefined });
      return assemble(endpoint, columns, client);
    },
  };
}

const headerSchema = z.object({
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are refused
  model: z.string().regex(/^[^\u0000-\u001f]+$/),
  name: z.string().startsWith("openai:"),
  baseUrl: z.string(),
  columns: z.int().min(1),
});

/**
 * @throws ModelFileError where the state is malformed, UsageError where it names an endpoint that the environment does not
 */
export function restoreOpenAi(state: StoredState, options: RemoteOptions = {}): RemoteFittedEmbedder {
  const { model, name, baseUrl, columns } = parseHeader(state, headerSchema);
  if (!isBaseUrl(baseUrl)) throw malformed(state, "its endpoint is not an address");
  checkRestoredBaseUrl(baseUrl, options.environment ?? process.env);
  const endpoint = { model, baseUrl, name };
  return assemble(endpoint, columns, new EmbeddingClient(endpoint, columns, options));
}

function assemble(endpoint: Endpoint, columns: number, client: EmbeddingClient): RemoteFittedEmbedder {
  const { model, baseUrl, name } = endpoint;
  return {
    isLocal: false,
    name,
    columns,
    embed: (texts, options) => client.embed(texts, options),
    save: () => ({ kind: "openai", header: { model, name, baseUrl, columns }, arrays: {} }),
  };
}

/**
 * A stored model says where its embeddings came from, but a model file may come from anyone, and must not decide where
 * texts and keys are sent: that is up to the environment of whoever loads it.
 */
function checkRestoredBaseUrl(baseUrl: string, environment: Environment): void {
  if (
    isLoopback(baseUrl) ||
    baseUrl === OPENAI_BASE_URL ||
    baseUrl === resolveBaseUrl(undefined, environment)
  )
    return;
  throw new UsageError(
    `This model embeds texts at ${baseUrl}. If you trust that address, set the environment variable OPENAI_BASE_URL=${baseUrl} and try again.`,
    { baseUrl },
  );
}

function isBaseUrl(address: string): boolean {
  try {
    return resolveBaseUrl(address, {}) === address;
  } catch {
    return false;
  }
}

import { z } from "zod";
import type {
  EmbeddedQueries,
  FeatureBlock,
  FeatureBlocks,
  FeatureMatrix,
  NumericArray,
  StoredState,
} from "../types/index.ts";
import { embedTexts } from "./embed-texts.ts";
import type { Embedder, EmbedOptions, FittedEmbedder } from "./embedder.ts";
import { malformed, parseHeader } from "./stored-header.ts";

const KIND = "side-by-side";
const MAX_PARTS = 16;

/**
 * Several embeddings of the same texts beside each other, for reward models that add up kernels. The sums worth trying
 * are the first alone, the others together, and all.
 * @param parts at least two, none of them several itself
 */
export function sideBySide(parts: readonly Embedder[]): Embedder {
  return {
    name: parts.map(({ name }) => name).join("+"),
    identity: async () => (await Promise.all(parts.map((part) => part.identity()))).join(" + "),
    async fit(texts, options) {
      const fitted: FittedEmbedder[] = [];
      for (const part of parts) fitted.push(await part.fit(texts, options));
      return assemble(fitted);
    },
  };
}

const partSchema = z.object({ kind: z.string(), header: z.record(z.string(), z.json()) });
const headerSchema = z.object({ parts: z.array(partSchema).min(2).max(MAX_PARTS) });

/**
 * @param restore of one part
 * @throws ModelFileError where the state contradicts itself
 */
export function restoreSideBySide(
  state: StoredState,
  restore: (part: StoredState) => FittedEmbedder,
): FittedEmbedder {
  const { parts } = parseHeader(state, headerSchema);
  const arrays = parts.map((): { [name: string]: NumericArray } => ({}));
  for (const [name, values] of Object.entries(state.arrays)) {
    const [, position, own] = /^(\d+):(.+)$/s.exec(name) ?? [];
    const target = arrays[Number(position)];
    if (target === undefined || own === undefined || own === "__proto__")
      throw malformed(state, `array "${name.slice(0, 100)}" belongs to none of its parts`);
    target[own] = values;
  }
  return assemble(
    parts.map(({ kind, header }, position) => {
      if (kind === KIND) throw malformed(state, "one of its parts has parts itself");
      return restore({ kind, header, arrays: arrays[position]! });
    }),
  );
}

function assemble(parts: readonly FittedEmbedder[]): FittedEmbedder {
  const about = {
    name: parts.map(({ name }) => name).join("+"),
    columns: parts.reduce((sum, { columns }) => sum + columns, 0),
    save: () => saveParts(parts),
  };
  if (parts.every((part) => part.isLocal))
    return {
      ...about,
      isLocal: true,
      embed: (texts, options) =>
        asBlocks(
          texts.length,
          parts.map((part) => toBlock(part, part.embed(texts, options))),
        ),
    };
  return {
    ...about,
    isLocal: false,
    async embed(texts, options: EmbedOptions = {}) {
      const blocks: FeatureBlock[] = [];
      for (const part of parts) blocks.push(toBlock(part, await embedTexts(part, texts, options)));
      return asBlocks(texts.length, blocks);
    },
  };
}

/** @param features one matrix, since no part has parts itself */
function toBlock({ name, kernel = "cosine" }: FittedEmbedder, features: EmbeddedQueries): FeatureBlock {
  return { name, kernel, features: features as FeatureMatrix };
}

function asBlocks(rows: number, blocks: readonly FeatureBlock[]): FeatureBlocks {
  const all = blocks.map((_, position) => position);
  const others = all.slice(1);
  return { kind: "blocks", rows, blocks, sums: [[0], others, all] };
}

function saveParts(parts: readonly FittedEmbedder[]): StoredState {
  const states = parts.map((part) => part.save());
  return {
    kind: KIND,
    header: { parts: states.map(({ kind, header }) => ({ kind, header })) },
    arrays: Object.fromEntries(
      states.flatMap(({ arrays }, position) =>
        Object.entries(arrays).map(([name, values]) => [`${position}:${name}`, values]),
      ),
    ),
  };
}

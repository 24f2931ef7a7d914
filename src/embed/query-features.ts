import { z } from "zod";
import { UsageError } from "../errors.ts";
import type { DenseFeatures, QueryFeatures, StoredState } from "../types/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, EmbedOptions, LocalFittedEmbedder } from "./embedder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";

const KIND = "features";
/** Values of a text feature that have a column of their own: the most frequent ones, in at least two questions. */
const MAX_VALUES = 64;
/** Farther from the mean than so many standard deviations counts as so many. */
const MAX_DEVIATIONS = 4;
/** How far apart two different values of a text feature stand, in standard deviations of a number. */
const VALUE_DISTANCE = 2;

/** How one feature becomes columns. */
type FeatureScale =
  | { readonly name: string; readonly kind: "text"; readonly values: readonly string[] }
  | { readonly name: string; readonly kind: "number"; readonly mean: number; readonly deviation: number };

/** What is known of questions beside their texts. Its rows are dense, and not scaled to length 1. */
export interface FittedQueryFeatures extends LocalFittedEmbedder {
  embed(texts: readonly string[], options?: EmbedOptions): DenseFeatures;
}

/**
 * Embeds the named features of a question and nothing of its text: numbers in standard deviations from their mean,
 * texts as one column a value. Values never seen, and features that a question lacks, are zeros. Scaled so that under
 * the kernel of standardized measurements each feature counts alike, however many columns it has.
 * @param names at least one
 * @throws (by `fit`) UsageError where no training question has one of the features
 */
export function queryFeatures(names: readonly string[]): Embedder {
  const name = `${KIND}:${names.join(",")}`;
  return {
    name,
    identity: async () => name,
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      const features = options?.features ?? [];
      return assemble(names.map((feature) => learnScale(feature, features)));
    },
  };
}

function learnScale(name: string, features: readonly (QueryFeatures | undefined)[]): FeatureScale {
  const found = features.flatMap((own) =>
    own !== undefined && Object.hasOwn(own, name) ? [own[name]!] : [],
  );
  if (found.length === 0) throw unknownFeature(name, features);
  if (found.every((value) => typeof value === "number")) {
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { name, kind: "number", mean, deviation: Math.sqrt(squares / found.length) || 1 };
  }
  const counts = new Map<string, number>();
  for (const value of found) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const values = [...counts]
    .filter(([, count]) => count > 1)
    .sort(([one, first], [other, second]) => second - first || (one < other ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([value]) => value);
  return { name, kind: "text", values };
}

function unknownFeature(name: string, features: readonly (QueryFeatures | undefined)[]): UsageError {
  const known = [...new Set(features.flatMap((own) => Object.keys(own ?? {})))].sort();
  return new UsageError(
    `no question to learn from has a feature "${name}"; ` +
      (known.length === 0
        ? "the log's questions have none: import it with the columns named by --feature-columns"
        : `there are: ${known.join(", ")}`),
    { feature: name },
  );
}

const headerSchema = z.object({
  scales: z
    .array(
      z.discriminatedUnion("kind", [
        z.object({ name: z.string(), kind: z.literal("text"), values: z.array(z.string()).max(MAX_VALUES) }),
        z.object({ name: z.string(), kind: z.literal("number") }),
      ]),
    )
    .min(1),
});

/** @throws ModelFileError where the state contradicts itself */
export function restoreQueryFeatures(state: StoredState): FittedQueryFeatures {
  const { scales } = parseHeader(state, headerSchema);
  const means = takeArray(state, "means", Float64Array, scales.length);
  const deviations = takeArray(state, "deviations", Float64Array, scales.length);
  if (!means.every(Number.isFinite) || !deviations.every((value) => value > 0 && Number.isFinite(value)))
    throw malformed(state, "a mean or a standard deviation is not a finite number");
  return assemble(
    scales.map(
      (scale, index): FeatureScale =>
        scale.kind === "text" ? scale : { ...scale, mean: means[index]!, deviation: deviations[index]! },
    ),
  );
}

function assemble(scales: readonly FeatureScale[]): FittedQueryFeatures {
  const starts: number[] = [];
  let columns = 0;
  for (const scale of scales) {
    starts.push(columns);
    columns += scale.kind === "text" ? scale.values.length : 1;
  }
  // Of texts that never come twice nothing is told, and one column of zeros says so.
  columns = Math.max(1, columns);
  const name = `${KIND}:${scales.map((scale) => scale.name).join(",")}`;
  // The kernel divides squared distances by the columns; here they are to be divided by the features.
  const unit = Math.sqrt(columns / scales.length);
  const places = scales.map((scale) =>
    scale.kind === "text" ? new Map(scale.values.map((value, place) => [value, place])) : null,
  );
  const write = (own: QueryFeatures, row: Float32Array): void => {
    scales.forEach((scale, index) => {
      const value = Object.hasOwn(own, scale.name) ? own[scale.name] : undefined;
      if (value === undefined) return;
      const start = starts[index]!;
      if (scale.kind === "text") {
        const place = places[index]!.get(String(value));
        if (place !== undefined) row[start + place] = (unit * VALUE_DISTANCE) / Math.SQRT2;
      } else if (typeof value === "number") {
        const deviation = (value - scale.mean) / scale.deviation;
        row[start] = unit * Math.max(-MAX_DEVIATIONS, Math.min(MAX_DEVIATIONS, deviation));
      } else
        throw new UsageError(
          `the feature "${scale.name}" is the text "${value.slice(0, 100)}"; a number is expected, as in the log`,
          { feature: scale.name },
        );
    });
  };
  return {
    isLocal: true,
    kernel: "gaussian",
    name,
    columns,
    embed(texts, options) {
      const values = new Float32Array(texts.length * columns);
      texts.forEach((_, row) => {
        const own = options?.features?.[row];
        if (own !== undefined) write(own, values.subarray(row * columns, (row + 1) * columns));
      });
      return { kind: "dense", rows: texts.length, columns, values };
    },
    save: () => ({
      kind: KIND,
      header: {
        scales: scales.map((scale) =>
          scale.kind === "text"
            ? { name: scale.name, kind: scale.kind, values: [...scale.values] }
            : { name: scale.name, kind: scale.kind },
        ),
      },
      arrays: {
        means: Float64Array.from(scales, (scale) => (scale.kind === "number" ? scale.mean : 0)),
        deviations: Float64Array.from(scales, (scale) => (scale.kind === "number" ? scale.deviation : 1)),
      },
    }),
  };
}

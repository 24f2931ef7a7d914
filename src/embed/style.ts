import { z } from "zod";
import type { DenseFeatures, StoredState } from "../types/index.ts";
import { checkTrainingTexts } from "./check-training-texts.ts";
import type { Embedder, LocalFittedEmbedder } from "./embedder.ts";
import { malformed, parseHeader, takeArray } from "./stored-header.ts";
import { TextReader } from "./text-reader.ts";

export const STYLE = "style";

/** Farther from the mean of the training texts than so many standard deviations counts as so many. */
const MAX_DEVIATIONS = 4;
/** Added to standard deviations, so that a measurement that never varied divides by something. */
const MIN_DEVIATION = 1e-6;

const NUMBER = /\p{Nd}+(?:,\p{Nd}{3})*(?:\.\p{Nd}+)?/gu;

/** Style of a text: see MEASUREMENTS. Dense rows of standard deviations from the training texts' means. */
export interface FittedStyle extends LocalFittedEmbedder {
  embed(texts: readonly string[]): DenseFeatures;
}

/**
 * How a text is laid out and written, whatever it says: 13 measurements, standardized on the training texts and clipped
 * at ±4. Rows are not scaled to length 1.
 */
export function style(reader?: TextReader): Embedder {
  return {
    name: STYLE,
    identity: async () => STYLE,
    async fit(texts, options) {
      checkTrainingTexts(texts, options?.signal);
      return fitStyle(texts, reader);
    },
  };
}

/** @param texts each distinct text once */
export function fitStyle(texts: readonly string[], reader: TextReader = new TextReader()): FittedStyle {
  const sums = new Float64Array(MEASUREMENTS);
  const squares = new Float64Array(MEASUREMENTS);
  for (const text of texts)
    reader.learnMeasurements(text, measure).forEach((value, column) => {
      sums[column]! += value;
      squares[column]! += value * value;
    });
  const means = sums.map((sum) => sum / texts.length);
  const deviations = squares.map(
    (square, column) => Math.sqrt(Math.max(0, square / texts.length - means[column]! ** 2)) + MIN_DEVIATION,
  );
  return assemble(means, deviations, reader);
}

/** @throws ModelFileError where the state contradicts itself */
export function restoreStyle(state: StoredState): FittedStyle {
  parseHeader(state, z.object({}));
  const means = takeArray(state, "means", Float64Array, MEASUREMENTS);
  const deviations = takeArray(state, "deviations", Float64Array, MEASUREMENTS);
  if (!means.every(Number.isFinite) || !deviations.every((value) => value > 0 && Number.isFinite(value)))
    throw malformed(state, "a mean or a standard deviation is not a finite number");
  return assemble(means, deviations, new TextReader());
}

function assemble(means: Float64Array, deviations: Float64Array, reader: TextReader): FittedStyle {
  return {
    isLocal: true,
    kernel: "gaussian",
    name: STYLE,
    columns: MEASUREMENTS,
    embed(texts) {
      const values = new Float32Array(texts.length * MEASUREMENTS);
      texts.forEach((text, row) => {
        reader.measure(text, measure).forEach((value, column) => {
          const deviation = (value - means[column]!) / deviations[column]!;
          values[row * MEASUREMENTS + column] = Math.max(
            -MAX_DEVIATIONS,
            Math.min(MAX_DEVIATIONS, deviation),
          );
        });
      });
      return { kind: "dense", rows: texts.length, columns: MEASUREMENTS, values };
    },
    save: () => ({ kind: STYLE, header: {}, arrays: { means, deviations } }),
  };
}

const MEASUREMENTS = 13;

/** Lengths and counts as ln(1 + n); shares of all characters; words are what stands between spaces. */
function measure(text: string): Float64Array {
  const counts = {
    all: 0,
    digits: 0,
    capitals: 0,
    symbols: 0,
    brackets: 0,
    foreign: 0,
    lines: 0,
    questions: 0,
  };
  for (const character of text) {
    counts.all++;
    const code = character.codePointAt(0)!;
    if (code > 127) {
      counts.foreign++;
      if (/\p{Lu}/u.test(character)) counts.capitals++;
      else if (/\p{Nd}/u.test(character)) counts.digits++;
      else if (!/[\p{L}\p{M}\p{N}\s]/u.test(character)) counts.symbols++;
    } else if (code >= 48 && code <= 57) counts.digits++;
    else if (code >= 65 && code <= 90) counts.capitals++;
    else if (code === 10) counts.lines++;
    else if (code > 32 && !(code >= 97 && code <= 122)) {
      counts.symbols++;
      if (character === "?") counts.questions++;
      else if (character === "(" || character === "[" || character === "{") counts.brackets++;
    }
  }
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const longest = words.reduce((most, word) => Math.max(most, word.length), 0);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const share = (count: number): number => count / Math.max(1, counts.all);
  return Float64Array.of(
    Math.log1p(counts.all),
    Math.log1p(words.length),
    Math.log1p(counts.lines),
    Math.log1p(text.match(NUMBER)?.length ?? 0),
    share(counts.digits),
    share(counts.capitals),
    share(counts.symbols),
    share(counts.brackets),
    share(counts.foreign),
    counts.questions / Math.max(1, words.length),
    /\?\s*$/u.test(text) ? 1 : 0,
    Math.log1p(longest),
    letters / Math.max(1, words.length),
  );
}

import { createEmbedder, embedTexts } from "../../embed/index.ts";
import { DataError } from "../../errors.ts";
import { cosineIndex, unitRows } from "../../kernels/index.ts";
import { type CallSettings, compilePrompt } from "../../llm/index.ts";
import type { Prompt } from "../../types/index.ts";
import type { RejectedCandidate } from "./propose-types.ts";

/**
 * Cosine of character n-grams from which two prompts count as nearly the same: a word's ending, or one small word
 * more. A little below it stand pairs such as "no explanation" and "with explanation" after the same five words.
 */
const NEARLY_SAME = 0.88;
/** A shorter question may stand in a prompt by chance. */
const SHORTEST_QUOTE = 20;

/** A prompt on trial: where it came from, and what it is for. */
export interface Candidate {
  readonly prompt: Prompt;
  readonly source: "llm" | "file";
  /** Scope it was written for. */
  readonly scopeId: string;
}

/** A candidate that is new, with the known prompt worded most like it. */
export interface DistinctCandidate extends Candidate {
  readonly nearestPromptId: string;
  readonly similarity: number;
}

/**
 * Keeps the candidates that are usable and new: each has its variables, quotes no question of the log, and is neither
 * worded like a known prompt nor like a candidate before it, exactly or nearly.
 * @param known the run's own prompts, at least one
 * @param questions texts of the log's questions
 */
export async function distinctCandidates(
  candidates: readonly Candidate[],
  known: readonly Prompt[],
  questions: readonly string[],
  settings: CallSettings,
): Promise<{ readonly kept: readonly DistinctCandidate[]; readonly rejected: readonly RejectedCandidate[] }> {
  const kept: DistinctCandidate[] = [];
  const rejected: RejectedCandidate[] = [];
  const quotes = questions.map(normalize).filter((text) => text.length >= SHORTEST_QUOTE);
  const wordings = [...known, ...candidates.map(({ prompt }) => prompt)];
  const normal = wordings.map(({ template }) => normalizeTemplate(template, settings));
  const cosines = await allCosines(normal);
  /** Positions of known prompts and of candidates kept so far. */
  const earlier = known.map((_, index) => index);
  for (const [index, candidate] of candidates.entries()) {
    const position = known.length + index;
    const { prompt } = candidate;
    const reason =
      whyUnusable(prompt, normal[position]!, quotes, settings) ??
      whyNotNew(position, earlier, wordings, normal, cosines);
    if (reason !== undefined) {
      rejected.push({ template: prompt.template, reason });
      continue;
    }
    earlier.push(position);
    const nearest = findNearest(
      position,
      known.map((_, each) => each),
      cosines,
    );
    kept.push({
      ...candidate,
      nearestPromptId: known[nearest]!.id,
      similarity: cosines[position]![nearest]!,
    });
  }
  return { kept, rejected };
}

function whyUnusable(
  prompt: Prompt,
  normal: string,
  quotes: readonly string[],
  settings: CallSettings,
): string | undefined {
  if (normal === "") return "It says nothing besides the question.";
  try {
    compilePrompt(prompt, settings);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return error.message;
  }
  const text = normalize(prompt.template);
  return quotes.some((quote) => text.includes(quote)) ? "It quotes a question of the log." : undefined;
}

function whyNotNew(
  position: number,
  earlier: readonly number[],
  wordings: readonly Prompt[],
  normal: readonly string[],
  cosines: readonly Float64Array[],
): string | undefined {
  const same = earlier.find((other) => normal[other] === normal[position]);
  if (same !== undefined) return `It says the same as "${wordings[same]!.id}".`;
  const nearest = findNearest(position, earlier, cosines);
  const cosine = cosines[position]![nearest]!;
  return cosine >= NEARLY_SAME
    ? `It says nearly the same as "${wordings[nearest]!.id}" (cosine ${cosine.toFixed(2)}).`
    : undefined;
}

function findNearest(position: number, others: readonly number[], cosines: readonly Float64Array[]): number {
  return others.reduce((best, other) =>
    cosines[position]![other]! > cosines[position]![best]! ? other : best,
  );
}

/** Cosines of all texts with all others by their character n-grams; rows are texts. */
async function allCosines(texts: readonly string[]): Promise<Float64Array[]> {
  const embedder = await createEmbedder("character-ngrams").fit([...new Set(texts)]);
  const rows = unitRows(await embedTexts(embedder, texts));
  const index = cosineIndex(rows);
  return texts.map((_, position) => {
    const cosines = new Float64Array(texts.length);
    index.cosines(rows, position, position + 1, cosines);
    return cosines;
  });
}

/**
 * Wordings that an LLM cannot be expected to tell apart become one: case, spaces, punctuation at either end, and a
 * question named where it would stand anyway.
 */
function normalizeTemplate(template: string, { questionPosition }: CallSettings): string {
  const text = normalize(template).replaceAll(/\{\{\s*(?:query|question)\s*\}\}/g, "{{query}}");
  const withoutQuestion =
    questionPosition === "before" ? text.replace(/^\{\{query\}\}/, "") : text.replace(/\{\{query\}\}$/, "");
  return withoutQuestion.includes("{{query}}") ? text : trimPunctuation(withoutQuestion);
}

function normalize(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/[‘’`]/g, "'").replaceAll(/\s+/g, " ").trim();
}

function trimPunctuation(text: string): string {
  return text.replace(/^[^\p{L}\p{N}{]+/u, "").replace(/[^\p{L}\p{N}}]+$/u, "");
}

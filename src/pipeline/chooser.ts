import { openRunDirectory } from "../data/index.ts";
import { embedTexts, knownRows } from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import { bestOfN } from "../select/index.ts";
import { readChooser } from "./chooser-files.ts";
import type { Chooser, Recommendation } from "./pipeline-types.ts";
import type { Policy } from "./policy.ts";

/**
 * Loads the chooser that `train` stored in a run directory.
 * @throws UsageError where nothing has been trained
 * @throws ModelFileError where the stored model is damaged
 * @example
 * const chooser = await loadChooser("runs/support");
 * const { prompt } = chooser.recommend("How do I reset my password?");
 */
export async function loadChooser(directory: string): Promise<Chooser> {
  const { policy } = await readChooser(await openRunDirectory(directory));
  return policyChooser(policy);
}

/** Makes recommendations from a fitted policy. */
export function policyChooser(policy: Policy): Chooser {
  const { embedder } = policy;
  return {
    promptIds: policy.prompts.map(({ id }) => id),
    fixedPromptId: policy.prompts[policy.fixedColumn]!.id,
    recommend(question) {
      const started = performance.now();
      checkQuestion(question);
      if (!embedder.isLocal)
        throw new UsageError(
          `the embedder ${embedder.name} asks a remote endpoint: use await chooser.recommendMany([question])`,
        );
      const features = embedder.embed([question]);
      const scores = policy.model.predict(features);
      const isKnown = knownRows(features)[0] === 1;
      return recommendation(policy, scores, isKnown, performance.now() - started);
    },
    async recommendMany(questions) {
      const started = performance.now();
      if (!Array.isArray(questions))
        throw new UsageError(`recommendMany takes a list of questions, found ${typeof questions}`);
      if (questions.length === 0) return [];
      questions.forEach(checkQuestion);
      const features = await embedTexts(embedder, questions);
      const scores = policy.model.predict(features);
      const known = knownRows(features);
      const width = policy.prompts.length;
      const elapsedMs = (performance.now() - started) / questions.length;
      return questions.map((_, row) =>
        recommendation(policy, scores.subarray(row * width, (row + 1) * width), known[row] === 1, elapsedMs),
      );
    },
  };
}

/** Programs without types may pass what is no text, such as a field that is missing. */
function checkQuestion(question: unknown): void {
  if (typeof question !== "string")
    throw new UsageError(
      `a question must be a text, found ${question === null ? "null" : typeof question}: pass the question's text`,
    );
}

function recommendation(
  policy: Policy,
  scores: Float64Array,
  isKnown: boolean,
  elapsedMs: number,
): Recommendation {
  const queryDependent = policy.gate.shipped && isKnown;
  const chosen = queryDependent
    ? bestOfN({ scores, prompts: scores.length, fixedColumn: policy.fixedColumn })[0]!
    : policy.fixedColumn;
  const ranked = policy.prompts
    .map(({ id }, column) => ({ promptId: id, score: scores[column]! }))
    .filter((_, column) => column !== chosen)
    .sort((one, other) => other.score - one.score);
  const { id, template } = policy.prompts[chosen]!;
  return {
    promptId: id,
    prompt: template,
    score: scores[chosen]!,
    fixedPromptId: policy.prompts[policy.fixedColumn]!.id,
    fixedScore: scores[policy.fixedColumn]!,
    queryDependent,
    reason: reasonFor(policy, scores, chosen, isKnown),
    alternatives: ranked,
    ms: elapsedMs,
  };
}

function reasonFor(policy: Policy, scores: Float64Array, chosen: number, isKnown: boolean): string {
  const fixed = policy.prompts[policy.fixedColumn]!.id;
  if (!isKnown) return `${unknownReason(policy)}, so the best fixed prompt ${fixed} is recommended.`;
  if (!policy.gate.shipped) return policy.gate.reason;
  const percent = (column: number): string => `${(100 * scores[column]!).toFixed(0)} %`;
  if (chosen === policy.fixedColumn)
    return `For this question the best fixed prompt ${fixed} is also the most promising: expected success ${percent(chosen)}.`;
  return (
    `For this question ${policy.prompts[chosen]!.id} is expected to succeed in ${percent(chosen)}, ` +
    `the best fixed prompt ${fixed} in ${percent(policy.fixedColumn)}. ${policy.gate.reason}`
  );
}

function unknownReason({ embedder: { name } }: Policy): string {
  if (name.startsWith("npy:"))
    return `${name} holds embeddings of the log's own questions and none of this one (train with an embedder that reads texts to choose for new ones)`;
  return name.startsWith("openai:") ? "The question is blank" : "The question holds no word the log knows";
}

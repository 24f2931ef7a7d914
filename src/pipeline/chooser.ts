import { embedderParts, embedQuestions } from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import type { Chooser, Recommendation, RenderedRecommendation } from "./pipeline-types.ts";
import {
  type ChoicePolicy,
  chooseColumns,
  type FallbackReason,
  type QuestionScores,
  scoreEmbedded,
} from "./policy.ts";
import { type LoggedRendering, PromptRenderer, withRendering } from "./rendering/prompt-renderer.ts";
import type { RenderSettings } from "./rendering/render-prompt.ts";

/**
 * Makes recommendations from a fitted policy.
 * @param logged how the answers of its log were asked for
 */
export function policyChooser(policy: ChoicePolicy, logged: LoggedRendering = {}): Chooser {
  const { embedder } = policy;
  const renderer = new PromptRenderer(policy.prompts, logged);
  return {
    promptIds: policy.prompts.map(({ id }) => id),
    fixedPromptId: policy.prompts[policy.fixedColumn]!.id,
    featureNames: embedderParts(embedder.name).flatMap((part) =>
      part.startsWith("features:") ? part.slice("features:".length).split(",") : [],
    ),
    recommend(question, { features, ...rendering } = {}) {
      const started = performance.now();
      checkQuestion(question);
      if (!embedder.isLocal)
        throw new UsageError(
          `the embedder ${embedder.name} asks a remote endpoint: use await chooser.recommendMany([question])`,
        );
      const scored = scoreEmbedded(policy, embedder.embed([question], { features: [features] }));
      return recommendations(policy, scored, { texts: [question], rendering, renderer, started })[0]!;
    },
    async recommendMany(questions, { features, ...rendering } = {}) {
      const started = performance.now();
      if (!Array.isArray(questions))
        throw new UsageError(`recommendMany takes a list of questions, found ${typeof questions}`);
      questions.forEach(checkQuestion);
      if (features !== undefined && features.length !== questions.length)
        throw new UsageError(
          `recommendMany needs features for each of ${questions.length} questions, found ${features.length}`,
        );
      if (questions.length === 0) return [];
      const scored = scoreEmbedded(policy, await embedQuestions(embedder, questions, { features }));
      return recommendations(policy, scored, { texts: questions, rendering, renderer, started });
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

/** Questions that were scored, and how a prompt is put to them. */
interface Asked {
  readonly texts: readonly string[];
  readonly renderer: PromptRenderer;
  readonly rendering: RenderSettings;
  readonly started: number;
}

function recommendations(
  policy: ChoicePolicy,
  scored: QuestionScores,
  { texts, renderer, rendering, started }: Asked,
): RenderedRecommendation[] {
  const width = policy.prompts.length;
  const chosen = chooseColumns(policy, scored);
  const ms = (performance.now() - started) / chosen.length;
  return Array.from(chosen, (column, row) => {
    const used = policy.gate.shipped ? column : policy.fixedColumn;
    const recommended = recommendation(policy, {
      scores: scored.scores.subarray(row * width, (row + 1) * width),
      // Rounding may leave a cosine a little above 1.
      similarity: Math.min(1, scored.similarity[row]!),
      fallback: scored.fallback[row]!,
      chosen: used,
      ms,
    });
    return withRendering(recommended, () => renderer.render(used, texts[row]!, rendering));
  });
}

/** What is known of one question. */
interface ScoredQuestion {
  readonly scores: Float64Array;
  readonly similarity: number;
  readonly fallback: FallbackReason | null;
  readonly chosen: number;
  readonly ms: number;
}

function recommendation(policy: ChoicePolicy, question: ScoredQuestion): Recommendation {
  const { scores, similarity, fallback, chosen, ms } = question;
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
    queryDependent: policy.gate.shipped && fallback === null,
    similarity,
    reason: reasonFor(policy, question),
    alternatives: ranked,
    ms,
  };
}

function reasonFor(policy: ChoicePolicy, { scores, chosen, fallback }: ScoredQuestion): string {
  const fixed = policy.prompts[policy.fixedColumn]!.id;
  if (fallback !== null)
    return `${fallbackReason(policy, fallback)}, so the best single prompt ${fixed} is recommended.`;
  if (!policy.gate.shipped)
    return `On the whole log choosing by question does not show enough gain, so the best single prompt ${fixed} is used for every question.`;
  const percent = (column: number): string => `${(100 * scores[column]!).toFixed(0)} %`;
  if (chosen !== policy.fixedColumn)
    return (
      `For this question ${policy.prompts[chosen]!.id} is expected to succeed in ${percent(chosen)}, ` +
      `the best single prompt ${fixed} in ${percent(policy.fixedColumn)}.`
    );
  const better = scores.reduce((most, score, column) => (score > scores[most]! ? column : most), chosen);
  return better === chosen
    ? `For this question the best single prompt ${fixed} is also the most promising: expected success ${percent(chosen)}.`
    : `For this question ${policy.prompts[better]!.id} is expected to succeed in ${percent(better)} and the best single prompt ` +
        `${fixed} in ${percent(chosen)}; a difference of at most ${(100 * policy.margin).toFixed(0)} points is not relied on.`;
}

function fallbackReason({ embedder: { name } }: ChoicePolicy, fallback: FallbackReason): string {
  if (fallback === "unlike") return "Nothing in the log is like this question";
  if (name.startsWith("npy:"))
    return `${name} holds embeddings of the log's own questions and none of this one (train with an embedder that reads texts to choose for new ones)`;
  return name.startsWith("openai:") ? "The question is blank" : "The question holds no word the log knows";
}

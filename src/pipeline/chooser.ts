import { embedderParts, embedQuestions } from "../embed/index.ts";
import { UsageError } from "../errors.ts";
import { predictCosts } from "../reward/index.ts";
import { bestSingle, candidateUnder, drawForQuestion, resolveKnob, settingAt } from "../select/index.ts";
import type { Knob } from "../types/index.ts";
import { knobFromOptions } from "./knob-options.ts";
import type { Chooser, KnobOptions, Recommendation, RenderedRecommendation } from "./pipeline-types.ts";
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
    candidates: policy.prompts.map(({ id, promptId, llm, template }) => ({ id, promptId, llm, template })),
    promptIds: policy.prompts.map(({ promptId }) => promptId),
    fixedPromptId: policy.prompts[policy.fixedColumn]!.promptId,
    fixedCandidateId: policy.prompts[policy.fixedColumn]!.id,
    featureNames: embedderParts(embedder.name).flatMap((part) =>
      part.startsWith("features:") ? part.slice("features:".length).split(",") : [],
    ),
    render(candidateId, question, settings) {
      const column = policy.prompts.findIndex(({ id }) => id === candidateId);
      if (column < 0)
        throw new UsageError(
          `there is no candidate "${candidateId}"; there are: ${policy.prompts.map(({ id }) => id).join(", ")}`,
        );
      return renderer.render(column, question, settings);
    },
    recommend(question, { features, worth, budget, keep, ...rendering } = {}) {
      const started = performance.now();
      checkQuestion(question);
      const knob = wantedKnob(policy, { worth, budget, keep });
      if (!embedder.isLocal)
        throw new UsageError(
          `the embedder ${embedder.name} asks a remote endpoint: use await chooser.recommendMany([question])`,
        );
      const scored = scoreEmbedded(policy, embedder.embed([question], { features: [features] }));
      return recommendations(policy, { texts: [question], scored, knob, rendering, renderer, started })[0]!;
    },
    async recommendMany(questions, { features, worth, budget, keep, ...rendering } = {}) {
      const started = performance.now();
      if (!Array.isArray(questions))
        throw new UsageError(`recommendMany takes a list of questions, found ${typeof questions}`);
      questions.forEach(checkQuestion);
      if (features !== undefined && features.length !== questions.length)
        throw new UsageError(
          `recommendMany needs features for each of ${questions.length} questions, found ${features.length}`,
        );
      const knob = wantedKnob(policy, { worth, budget, keep });
      if (questions.length === 0) return [];
      const scored = scoreEmbedded(policy, await embedQuestions(embedder, questions, { features }));
      return recommendations(policy, { texts: questions, scored, knob, rendering, renderer, started });
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

/** Questions, scored, and what is wanted of them. */
interface AskedChoice {
  readonly texts: readonly string[];
  readonly scored: QuestionScores;
  readonly knob: Knob | null;
  /** How a prompt is put to them. */
  readonly renderer: PromptRenderer;
  readonly rendering: RenderSettings;
  readonly started: number;
}

function recommendations(policy: ChoicePolicy, asked: AskedChoice): RenderedRecommendation[] {
  const { texts, scored, knob, renderer, rendering, started } = asked;
  const width = policy.prompts.length;
  const lengths = Float64Array.from(texts, (text) => text.length);
  const costs = policy.priced === null ? null : predictCosts(policy.priced.costModel, lengths);
  const latencies = policy.latencyModel === null ? null : predictCosts(policy.latencyModel, lengths);
  const choice =
    knob === null || costs === null
      ? chooseBySuccess(policy, scored)
      : chooseUnderKnob(policy, asked, costs, knob);
  const ms = (performance.now() - started) / texts.length;
  return texts.map((text, row) => {
    const chosen = choice(row);
    const own = (values: Float64Array | null): Float64Array | null =>
      values === null ? null : values.subarray(row * width, (row + 1) * width);
    const recommended = recommendation(policy, {
      scores: own(scored.scores)!,
      costs: own(costs),
      latencies: own(latencies),
      // Rounding may leave a cosine a little above 1.
      similarity: Math.min(1, scored.similarity[row]!),
      fallback: scored.fallback[row]!,
      knob,
      ...chosen,
      ms,
    });
    return withRendering(recommended, () => renderer.render(chosen.chosen, text, rendering));
  });
}

/** What is chosen for one question. */
interface ChosenCandidate {
  readonly chosen: number;
  /** What would be chosen for every question alike. */
  readonly fixed: number;
  readonly isOpen: boolean;
}

function chooseBySuccess(policy: ChoicePolicy, scored: QuestionScores): (row: number) => ChosenCandidate {
  const columns = chooseColumns(policy, scored);
  const fixed = policy.fixedColumn;
  const isOpen = policy.gate.open;
  return (row) => ({ chosen: isOpen ? columns[row]! : fixed, fixed, isOpen });
}

function chooseUnderKnob(
  policy: ChoicePolicy,
  { texts, scored: { scores, fallback } }: AskedChoice,
  costs: Float64Array,
  knob: Knob,
): (row: number) => ChosenCandidate {
  const { trade } = policy.priced!;
  const candidates = policy.prompts.length;
  const mixture = resolveKnob(trade, knob);
  return (row) => {
    const draw = drawForQuestion(texts[row]!);
    const { worth, isOpen } = settingAt(mixture, draw);
    const keepSingle = fallback[row] !== null;
    const priced = { scores, costs, candidates };
    return {
      chosen: candidateUnder(mixture, trade, priced, row * candidates, keepSingle, draw),
      fixed: bestSingle(trade, worth),
      isOpen,
    };
  };
}

/** What is known of one question. */
interface ScoredQuestion extends ChosenCandidate {
  readonly scores: Float64Array;
  /** null where unknown, as latencies. */
  readonly costs: Float64Array | null;
  readonly latencies: Float64Array | null;
  readonly similarity: number;
  readonly fallback: FallbackReason | null;
  readonly knob: Knob | null;
  readonly ms: number;
}

function recommendation(policy: ChoicePolicy, question: ScoredQuestion): Recommendation {
  const { scores, costs, latencies, similarity, fallback, chosen, fixed, isOpen, ms } = question;
  const ranked = policy.prompts
    .map(({ id, promptId, llm }, column) => ({ id, promptId, llm, score: scores[column]! }))
    .filter((_, column) => column !== chosen)
    .sort((one, other) => other.score - one.score);
  const { id, promptId, llm, template } = policy.prompts[chosen]!;
  const fixedCandidate = policy.prompts[fixed]!;
  return {
    candidateId: id,
    promptId,
    llm,
    prompt: template,
    score: scores[chosen]!,
    expectedCost: costs?.[chosen] ?? null,
    expectedLatencyMs: latencies?.[chosen] ?? null,
    fixedCandidateId: fixedCandidate.id,
    fixedPromptId: fixedCandidate.promptId,
    fixedScore: scores[fixed]!,
    queryDependent: isOpen && fallback === null,
    similarity,
    reason: reasonFor(policy, question),
    alternatives: ranked,
    ms,
  };
}

/**
 * What the caller wants, or what the chooser was trained with.
 * @throws UsageError for several wishes at once, a number out of range, or a chooser that knows no costs
 */
function wantedKnob({ priced }: ChoicePolicy, wishes: KnobOptions): Knob | null {
  const knob = knobFromOptions(wishes) ?? priced?.knob ?? null;
  if (knob === null || priced !== null) return knob;
  throw new UsageError(
    "this chooser knows no costs, so that success cannot be weighed against them: train it from a log with costs, or give each candidate's with --cost",
  );
}

function reasonFor(policy: ChoicePolicy, question: ScoredQuestion): string {
  const { scores, chosen, fallback } = question;
  if (question.knob !== null && fallback === null) return reasonUnderKnob(policy, question);
  const fixed = policy.prompts[question.fixed]!.id;
  if (fallback !== null)
    return `${fallbackReason(policy, fallback)}, so the best single prompt ${fixed} is recommended.`;
  if (!policy.gate.open)
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

function reasonUnderKnob(
  { prompts, priced }: ChoicePolicy,
  { scores, costs, chosen, fixed, isOpen }: ScoredQuestion,
): string {
  const expected = (column: number): string =>
    `${prompts[column]!.id} is expected to succeed in ${(100 * scores[column]!).toFixed(0)} % at ${costs![column]!.toPrecision(3)} ${priced!.costUnit}`;
  if (!isOpen)
    return `At this price choosing by question does not show enough gain, so ${prompts[chosen]!.id} is used for every question.`;
  return chosen === fixed
    ? `For this question ${expected(chosen)}, which is worth most, as for most questions.`
    : `For this question ${expected(chosen)}, which is worth more than the single best: ${expected(fixed)}.`;
}

function fallbackReason({ embedder: { name } }: ChoicePolicy, fallback: FallbackReason): string {
  if (fallback === "unlike") return "Nothing in the log is like this question";
  if (name.startsWith("npy:"))
    return `${name} holds embeddings of the log's own questions and none of this one (train with an embedder that reads texts to choose for new ones)`;
  return name.startsWith("openai:") ? "The question is blank" : "The question holds no word the log knows";
}

import type { z } from "zod";
import { PACKAGE_VERSION } from "../data/index.ts";
import { ServiceError } from "./http/service-error.ts";
import { findQuestion, putPrompt } from "./put-prompt.ts";
import {
  type CompletionRequest,
  completionRequestSchema,
  type FeedbackRequest,
  feedbackRequestSchema,
  feedbackResponseSchema,
  type RecommendRequest,
  type RecommendResponse,
  recommendRequestSchema,
  recommendResponseSchema,
  type ScoreRequest,
  type ScoreResponse,
  scoreRequestSchema,
  scoreResponseSchema,
} from "./schemas.ts";
import type { ServiceParts } from "./serve-types.ts";
import type { ServedChooser } from "./served-chooser.ts";

/** What a route is given: the request, and its body as its schema gave it. */
export interface RouteCall<Body> {
  readonly request: Request;
  readonly body: Body;
  readonly parts: ServiceParts;
  /** To be set where a choice was made, for the log. */
  note(id: string): void;
}

/** A route with a JSON body: its schemas, and what answers it. */
export interface Route<Body> {
  readonly path: string;
  readonly summary: string;
  readonly request: z.ZodType<Body>;
  /** Absent where the answer is passed on as it comes. */
  readonly response?: z.ZodType;
  /** Statuses it may answer besides 200 and those of all routes. */
  readonly statuses?: readonly number[];
  answer(call: RouteCall<Body>): Promise<Response>;
}

const RECOMMEND: Route<RecommendRequest> = {
  path: "/v1/recommend",
  summary: "Choose the prompt for a question, and keep the choice.",
  request: recommendRequestSchema,
  response: recommendResponseSchema,
  async answer({ body, parts, note }) {
    const served = findChooser(parts, body.chooser);
    const choice = await served.choose(body);
    note(choice.id);
    countChoice(parts, served, choice);
    const { recommended, rendered } = choice;
    const { messages, text, stableMessages } = rendered;
    return Response.json({
      ...{ id: choice.id, chooser: served.name, candidateId: choice.candidateId },
      ...{ promptId: choice.promptId, llm: choice.llm, prompt: choice.prompt },
      ...{ messages, text, stableMessages, score: choice.score },
      expectedCost: choice.explored ? null : recommended.expectedCost,
      expectedLatencyMs: choice.explored ? null : recommended.expectedLatencyMs,
      fixedCandidateId: recommended.fixedCandidateId,
      queryDependent: recommended.queryDependent,
      similarity: recommended.similarity,
      reason: choice.explored
        ? "Drawn by chance, so that the log tells of other prompts too."
        : recommended.reason,
      ...{ explored: choice.explored, propensity: choice.propensity },
    } satisfies RecommendResponse);
  },
};

const SCORE: Route<ScoreRequest> = {
  path: "/v1/score",
  summary: "Estimate the success of every prompt for a question; nothing is kept.",
  request: scoreRequestSchema,
  response: scoreResponseSchema,
  async answer({ body, parts }) {
    const served = findChooser(parts, body.chooser);
    const { candidateId, score, alternatives, ...about } = await served.recommend(body);
    const { fixedCandidateId, queryDependent, similarity, reason } = about;
    return Response.json({
      ...{ chooser: served.name, candidateId, fixedCandidateId, queryDependent, similarity, reason },
      scores: [
        { candidateId, score },
        ...alternatives.map((one) => ({ candidateId: one.id, score: one.score })),
      ].sort((one, other) => other.score - one.score),
    } satisfies ScoreResponse);
  },
};

const FEEDBACK: Route<FeedbackRequest> = {
  path: "/v1/feedback",
  summary: "Say what came of a choice. May come late, several times, and in any order.",
  request: feedbackRequestSchema,
  response: feedbackResponseSchema,
  statuses: [404],
  async answer({ body, parts }) {
    const { id, reward, cost, latencyMs, revision } = body;
    const served = parts.choosers.get(id.slice(0, Math.max(0, id.lastIndexOf("-"))));
    if (served === undefined || !/-[0-9a-f]{24}$/u.test(id))
      throw new ServiceError(404, "ID", "no chooser here has given this id");
    await served.store.append({
      ...{ kind: "feedback", id, at: new Date().toISOString(), revision },
      ...(reward !== undefined && { reward }),
      ...(cost !== undefined && { cost }),
      ...(latencyMs !== undefined && { latencyMs }),
    });
    const { metrics } = parts;
    metrics.count("oirl_feedback_total", "Feedback taken in.", { chooser: served.name });
    if (reward !== undefined)
      metrics.count("oirl_reward_sum", "Sum of the rewards taken in.", { chooser: served.name }, reward);
    return Response.json({ id, accepted: true });
  },
};

const COMPLETIONS: Route<CompletionRequest> = {
  path: "/v1/chat/completions",
  summary:
    "As OpenAI's: the chosen prompt is put in, the LLM's endpoint asked once, and its answer streamed through.",
  request: completionRequestSchema,
  statuses: [502, 504],
  async answer({ request, body, parts, note }) {
    const { upstream } = parts;
    if (upstream === undefined)
      throw new ServiceError(
        404,
        "NO_UPSTREAM",
        "this service asks no LLM: start it with --upstream ADDRESS",
      );
    const served = findChooser(parts, request.headers.get("x-oirl-chooser") ?? undefined);
    const question = findQuestion(body);
    if (question === null)
      throw new ServiceError(
        400,
        "QUESTION",
        "the request holds no text of the user's to choose a prompt for",
      );
    const choice = await served.choose({ question: question.text });
    note(choice.id);
    countChoice(parts, served, choice);
    const asked = JSON.stringify({
      ...putPrompt(body, choice.rendered.messages, question.place),
      ...(served.choosesLlm && { model: choice.llm }),
    });
    const answer = await upstream.complete(asked, request.signal);
    parts.metrics.count("oirl_upstream_total", "Answers of the LLM's endpoint.", {
      status: String(answer.status),
    });
    // A redirect would lead elsewhere; it is neither followed nor passed on.
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel();
      throw new ServiceError(502, "UPSTREAM_REDIRECT", "the LLM's endpoint answers with a redirect");
    }
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        "content-type": answer.headers.get("content-type") ?? "application/json",
        "cache-control": "no-store",
        "x-oirl-id": choice.id,
        "x-oirl-candidate": encodeURIComponent(choice.candidateId),
        "x-oirl-propensity": String(choice.propensity),
      },
    });
  },
};

/** All routes with a body. */
export const ROUTES: readonly Route<never>[] = [
  RECOMMEND,
  SCORE,
  FEEDBACK,
  COMPLETIONS,
] as unknown as readonly Route<never>[];

/** What the OpenAPI document calls itself. */
export const API_VERSION: string = PACKAGE_VERSION;

function findChooser({ choosers }: ServiceParts, name: string | undefined): ServedChooser {
  const names = [...choosers.keys()];
  if (name === undefined && names.length > 1)
    throw new ServiceError(400, "CHOOSER", `say which chooser: ${names.join(", ")}`);
  const found = choosers.get(name ?? names[0]!);
  if (found === undefined)
    throw new ServiceError(404, "CHOOSER", `there is no such chooser; there are: ${names.join(", ")}`);
  return found;
}

function countChoice(
  { metrics }: ServiceParts,
  { name }: ServedChooser,
  choice: Awaited<ReturnType<ServedChooser["choose"]>>,
): void {
  const { candidateId, explored, recommended } = choice;
  metrics.count("oirl_choices_total", "Choices made.", {
    ...{ chooser: name, candidate: candidateId, explored: String(explored) },
  });
  if (recommended.reason.startsWith("Nothing in the log is like"))
    metrics.count("oirl_unlike_total", "Questions unlike all of the log.", { chooser: name });
}

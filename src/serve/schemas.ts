import { z } from "zod";
import type { KnobOptions } from "../pipeline/index.ts";
import type { ErrorBody } from "./http/service-error.ts";

/*
 * What goes in and out of the service. These schemas are the only place where that is said: checks and the OpenAPI
 * document come from them, and the compiler holds the types to them.
 */

type Value = string | number;

/** Of `POST /v1/recommend`. */
export interface RecommendRequest extends ScoreRequest {
  readonly variables?: Readonly<Record<string, Value>> | undefined;
}

/** Of `POST /v1/score`. */
export interface ScoreRequest extends KnobOptions {
  readonly question: string;
  readonly chooser?: string | undefined;
  readonly features?: Readonly<Record<string, Value>> | undefined;
}

/** What `POST /v1/recommend` answers. */
export interface RecommendResponse {
  readonly id: string;
  readonly chooser: string;
  readonly candidateId: string;
  readonly promptId: string;
  readonly llm: string;
  readonly prompt: string;
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  readonly text: string;
  readonly stableMessages: number;
  readonly score: number;
  readonly expectedCost: number | null;
  readonly expectedLatencyMs: number | null;
  readonly fixedCandidateId: string;
  readonly queryDependent: boolean;
  readonly similarity: number;
  readonly reason: string;
  readonly explored: boolean;
  readonly propensity: number;
}

/** What `POST /v1/score` answers. */
export interface ScoreResponse {
  readonly chooser: string;
  readonly candidateId: string;
  readonly scores: readonly { readonly candidateId: string; readonly score: number }[];
  readonly fixedCandidateId: string;
  readonly queryDependent: boolean;
  readonly similarity: number;
  readonly reason: string;
}

/** Of `POST /v1/feedback`. */
export interface FeedbackRequest {
  readonly id: string;
  readonly reward?: number | undefined;
  readonly cost?: number | undefined;
  readonly latencyMs?: number | undefined;
  readonly revision: number;
}

/** A message of an OpenAI-compatible request, as far as it is looked at. */
export interface CompletionMessage {
  readonly [field: string]: unknown;
  readonly role: string;
  readonly content?:
    | string
    | readonly { readonly [field: string]: unknown; readonly type: string }[]
    | null
    | undefined;
}

/** Of `POST /v1/chat/completions`. */
export interface CompletionRequest {
  readonly [field: string]: unknown;
  readonly messages: readonly CompletionMessage[];
}

/** Longest question, in characters. */
const MAX_QUESTION_LENGTH = 200_000;

const value = z.union([z.string(), z.number()]);
const question = z.string().min(1).max(MAX_QUESTION_LENGTH).describe("The question's text.");
const chooser = z
  .string()
  .max(200)
  .describe("Name of the chooser, where the service has several: that of its run's folder.");
const features = z
  .record(z.string(), value)
  .describe("What is known of the question besides its text, as it was logged.");
const probability = z.number().min(0).max(1);
/** How success is to be weighed against cost: one of these at most. */
const knob = {
  worth: z.number().min(0).optional().describe("What a right answer is worth, in the unit of costs."),
  budget: z.number().min(0).optional().describe("What a question may cost on average."),
  keep: probability.optional().describe("Share of the best success to keep, as cheaply as possible."),
};

export const recommendRequestSchema: z.ZodType<RecommendRequest> = z.strictObject({
  question,
  chooser: chooser.optional(),
  features: features.optional(),
  ...knob,
  variables: z.record(z.string(), value).optional().describe("Values of the templates' variables."),
});

const messageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});

export const recommendResponseSchema: z.ZodType<RecommendResponse> = z.object({
  id: z.string().describe("Of this choice: what came of it is sent to /v1/feedback under it."),
  chooser: z.string(),
  candidateId: z.string().describe("The prompt's id, or the LLM's name, or both, as the log has several."),
  promptId: z.string(),
  llm: z.string().describe("The LLM to ask."),
  prompt: z.string().describe("The prompt's template."),
  messages: z.array(messageSchema).describe("The prompt with the question in it: what to send to the LLM."),
  text: z.string().describe("The same as one text."),
  stableMessages: z.number().describe("How many messages, from the first, are the same for every question."),
  score: probability.describe("Estimated success of the prompt for this question."),
  expectedCost: z
    .number()
    .nullable()
    .describe("Of a call, in the log's unit; null where unknown, or where chance took another prompt."),
  expectedLatencyMs: z.number().nullable().describe("Likewise."),
  fixedCandidateId: z.string(),
  queryDependent: z.boolean(),
  similarity: probability.describe("Likeness to the most similar question of the log."),
  reason: z.string(),
  explored: z.boolean().describe("Whether chance took another prompt than the recommended one."),
  propensity: probability.describe("Probability with which this prompt was to be chosen."),
});

export const scoreRequestSchema: z.ZodType<ScoreRequest> = z.strictObject({
  question,
  chooser: chooser.optional(),
  features: features.optional(),
  ...knob,
});

export const scoreResponseSchema: z.ZodType<ScoreResponse> = z.object({
  chooser: z.string(),
  candidateId: z.string().describe("What is recommended."),
  scores: z.array(z.object({ candidateId: z.string(), score: probability })).describe("Best first."),
  fixedCandidateId: z.string(),
  queryDependent: z.boolean(),
  similarity: probability,
  reason: z.string(),
});

export const feedbackRequestSchema: z.ZodType<FeedbackRequest> = z
  .strictObject({
    id: z.string().min(1).max(300).describe("Of the choice."),
    reward: probability.optional().describe("1 where the answer was right, 0 where it was wrong."),
    cost: z.number().min(0).optional().describe("In US dollars."),
    latencyMs: z.number().min(0).optional(),
    revision: z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(0)
      .describe("Of each value the highest revision counts, among equal ones the first that arrived."),
  })
  .refine(
    ({ reward, cost, latencyMs }) => reward !== undefined || cost !== undefined || latencyMs !== undefined,
    "give at least one of reward, cost, latencyMs",
  );

export const feedbackResponseSchema: z.ZodType<{ readonly id: string; readonly accepted: true }> = z.object({
  id: z.string(),
  accepted: z.literal(true),
});

/** Of the OpenAI-compatible request only this is looked at; everything else is passed on. */
export const completionRequestSchema: z.ZodType<CompletionRequest> = z.looseObject({
  messages: z
    .array(
      z.looseObject({
        role: z.string(),
        content: z.union([z.string(), z.array(z.looseObject({ type: z.string() })), z.null()]).optional(),
      }),
    )
    .min(1),
});

export const errorSchema: z.ZodType<ErrorBody> = z.object({
  error: z.object({ code: z.string(), message: z.string(), type: z.literal("prompt-oirl") }),
});

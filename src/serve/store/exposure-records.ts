import { z } from "zod";
import type { QueryFeatures } from "../../types/index.ts";

/** A choice that was answered with: a line of the store. */
export interface Exposure {
  readonly kind: "exposure";
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Which chooser chose, as hash of its log and settings. */
  readonly key: string;
  readonly question: string;
  readonly features?: QueryFeatures;
  readonly promptId: string;
  readonly llm: string;
  /** Probability with which this prompt was to be chosen, given the question; 1 without exploration. */
  readonly propensity: number;
  /** Share of the choices that were drawn; 0 says that the log tells nothing of other prompts. */
  readonly explore: number;
}

/** What became of a choice, or a part of it: a line of the store. */
export interface FeedbackRecord {
  readonly kind: "feedback";
  /** Of the exposure. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly revision: number;
  /** In [0, 1]; 1 is right. */
  readonly reward?: number;
  /** In US dollars. */
  readonly cost?: number;
  readonly latencyMs?: number;
}

/** A line of the store. */
export type StoreRecord = Exposure | FeedbackRecord;

const at = z.iso.datetime();
const id = z.string().min(1).max(512);

const exposureSchema: z.ZodType<Exposure> = z.object({
  kind: z.literal("exposure"),
  ...{ id, at, key: z.string(), question: z.string(), promptId: id, llm: id },
  features: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  propensity: z.number().gt(0).max(1),
  explore: z.number().min(0).max(1),
});

const feedbackSchema: z.ZodType<FeedbackRecord> = z.object({
  kind: z.literal("feedback"),
  ...{ id, at, revision: z.int().min(0) },
  reward: z.number().min(0).max(1).exactOptional(),
  cost: z.number().min(0).exactOptional(),
  latencyMs: z.number().min(0).exactOptional(),
});

export const storeRecordSchema: z.ZodType<StoreRecord> = z.union([exposureSchema, feedbackSchema]);

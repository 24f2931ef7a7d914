import { z } from "zod";
import { DataError } from "../../errors.ts";
import type { Interaction, Prompt, Query } from "../../types/index.ts";

/** Longest identifier of a query, prompt or model, in characters. */
const MAX_ID_LENGTH = 512;

const id = z.string().min(1).max(MAX_ID_LENGTH);
const finite = z.number();
const isUnitInterval = (value: number): boolean => value >= 0 && value <= 1;

export const querySchema: z.ZodType<Query> = z.object({
  id,
  text: z.string().min(1),
  answer: z.string().exactOptional(),
  group: z.string().exactOptional(),
  features: z.record(z.string().min(1), z.union([z.string(), finite])).exactOptional(),
  split: z.enum(["train", "test"]).exactOptional(),
});

export const promptSchema: z.ZodType<Prompt> = z.object({
  id,
  template: z.string(),
  split: z.enum(["training", "held-out"]),
});

export const interactionSchema: z.ZodType<Interaction> = z.object({
  queryId: id,
  promptId: id,
  llm: id,
  repetition: z.int32().min(0),
  reward: finite.refine(isUnitInterval, "must be in [0, 1]"),
  answer: z.string().exactOptional(),
  cost: finite.min(0).exactOptional(),
  latencyMs: finite.min(0).exactOptional(),
  split: z.enum(["train", "test"]).exactOptional(),
  propensity: finite.gt(0).max(1).exactOptional(),
  confidence: finite.exactOptional(),
  critic: finite.exactOptional(),
});

/** Whether `interactionSchema` accepts a record of its fields: the same, as comparisons. */
export function isInteraction(record: Interaction): boolean {
  const { queryId, promptId, llm, repetition, reward, answer, split, cost, latencyMs, propensity } = record;
  return (
    isId(queryId) &&
    isId(promptId) &&
    isId(llm) &&
    (repetition | 0) === repetition &&
    repetition >= 0 &&
    isNumberIn(reward, 0, 1) &&
    (answer === undefined || typeof answer === "string") &&
    (split === undefined || split === "train" || split === "test") &&
    isNotNegative(cost) &&
    isNotNegative(latencyMs) &&
    (propensity === undefined || (isNumberIn(propensity, 0, 1) && propensity > 0)) &&
    (record.confidence === undefined || Number.isFinite(record.confidence)) &&
    (record.critic === undefined || Number.isFinite(record.critic))
  );
}

function isId(text: string): boolean {
  return typeof text === "string" && text.length > 0 && text.length <= MAX_ID_LENGTH;
}

function isNotNegative(value: number | undefined): boolean {
  return value === undefined || isNumberIn(value, 0, Number.MAX_VALUE);
}

function isNumberIn(value: number, lowest: number, highest: number): boolean {
  return typeof value === "number" && value >= lowest && value <= highest;
}

/**
 * Checks a value that came from outside.
 * @param what how the value is called in messages, e.g. "query"
 * @throws DataError with file and line, naming the first wrong field, what was found and what was expected
 */
export function parseRecord<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  what: string,
  where: { readonly file: string; readonly line?: number },
): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = issue.path.length === 0 ? `The ${what}` : `The ${what}'s "${issue.path.join(".")}"`;
  const found = foundAt(value, issue.path);
  throw new DataError(`${place} is ${found}: ${issue.message}.`, where);
}

function foundAt(value: unknown, path: readonly PropertyKey[]): string {
  let found: unknown = value;
  for (const key of path)
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, key)
        ? (found as Record<PropertyKey, unknown>)[key]
        : undefined;
  if (found === undefined) return "missing";
  const text = JSON.stringify(found) ?? String(found);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

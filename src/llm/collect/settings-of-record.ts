import { z } from "zod";
import { MATCHER_NAMES, type MatcherOptions, type RunSettings } from "../../data/index.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";

/** How the answers of a collected run were asked for and graded. */
export interface RecordedSettings {
  readonly model: string;
  readonly settings: CallSettings;
  /** Undefined where the record does not hold all of it: a file of the user's, or no matcher at all. */
  readonly matcher: Pick<MatcherOptions, "matcher" | "pattern"> | undefined;
  /** Whether examples were shown, which the record knows by their hash only: `settings` has none. */
  readonly hadFewShot: boolean;
}

const recordSchema = z.object({
  model: z.string(),
  temperature: z.number().nullable(),
  topP: z.number().nullable(),
  maxTokens: z.number().nullable(),
  totalTokens: z.number().nullable(),
  system: z.string().nullable(),
  place: z.enum(["before", "after"]),
  separator: z.string(),
  variables: z.record(z.string(), z.string()),
  fewShot: z.string().nullable(),
  matcher: z.union([
    z.string(),
    z.object({
      name: z.string(),
      pattern: z.string().nullable().optional(),
      schema: z.string().nullable().optional(),
    }),
  ]),
});

/**
 * Reads what `settingsRecord` wrote, so that more can be asked in the same way.
 * @returns null where the record is of another kind, such as an older version's
 */
export function settingsOfRecord(record: RunSettings): RecordedSettings | null {
  const { success, data } = recordSchema.safeParse(record);
  if (!success) return null;
  const { temperature, topP, maxTokens, totalTokens, system, place, separator, variables } = data;
  return {
    model: data.model,
    matcher: matcherOfRecord(data.matcher),
    hadFewShot: data.fewShot !== null,
    settings: {
      sampling: {
        ...(temperature !== null && { temperature }),
        ...(topP !== null && { topP }),
        ...(maxTokens !== null && { maxTokens }),
      },
      ...(totalTokens !== null && { totalTokens }),
      ...(system !== null && { system }),
      place,
      separator,
      variables,
      fewShot: [],
    },
  };
}

function matcherOfRecord(record: z.infer<typeof recordSchema>["matcher"]): RecordedSettings["matcher"] {
  const { name, pattern, schema } =
    typeof record === "string" ? { name: record, pattern: null, schema: null } : record;
  // A schema for all questions is known by its hash, a module by its name and hash.
  if (!MATCHER_NAMES.includes(name) || (schema ?? null) !== null) return undefined;
  return { matcher: name, ...(typeof pattern === "string" && { pattern }) };
}

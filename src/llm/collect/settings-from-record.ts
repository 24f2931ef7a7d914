import { z } from "zod";
import { MATCHER_NAMES, type MatcherOptions, type RunSettings } from "../../data/index.ts";
import type { JsonValue } from "../../types/index.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";

/** What graded a run's answers, as far as its record says. */
export type RecordedMatcher =
  /** A name, and a pattern for all questions: all there is to know. */
  | { readonly kind: "named"; readonly options: Pick<MatcherOptions, "matcher" | "pattern"> }
  /** One JSON schema for all questions, by its hash. */
  | { readonly kind: "schema"; readonly hash: string }
  /** A function of the user's, by the name of its file. */
  | { readonly kind: "module"; readonly file: string }
  /** Nothing: the answers have no labels. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown" };

/** How the answers of a collected run were asked for and graded. */
export interface RecordedSettings {
  readonly llm: string;
  readonly settings: CallSettings;
  readonly matcher: RecordedMatcher;
  /** Whether examples were shown, which the record knows by their hash only: `settings` has none. */
  readonly hadFewShot: boolean;
}

const matcherPartsSchema = z.object({
  name: z.string(),
  pattern: z.string().nullable().optional(),
  schema: z.string().nullable().optional(),
  file: z.string().optional(),
});
const matcherSchema = z.union([z.string(), matcherPartsSchema]);

const recordSchema = z.object({
  llm: z.string(),
  temperature: z.number().nullable(),
  topP: z.number().nullable(),
  maxTokens: z.number().nullable(),
  totalTokens: z.number().nullable(),
  system: z.string().nullable(),
  questionPosition: z.enum(["before", "after"]),
  separator: z.string(),
  variables: z.record(z.string(), z.string()),
  fewShot: z.string().nullable(),
  matcher: matcherSchema,
});

/**
 * Reads what `settingsRecord` wrote, so that more can be asked in the same way.
 * @returns null where the record is of another kind, such as an older version's
 */
export function settingsFromRecord(record: RunSettings): RecordedSettings | null {
  const { success, data } = recordSchema.safeParse(record);
  if (!success) return null;
  const { temperature, topP, maxTokens, totalTokens, system, questionPosition, separator, variables } = data;
  return {
    llm: data.llm,
    matcher: toMatcher(data.matcher),
    hadFewShot: data.fewShot !== null,
    settings: {
      sampling: {
        ...(temperature !== null && { temperature }),
        ...(topP !== null && { topP }),
        ...(maxTokens !== null && { maxTokens }),
      },
      ...(totalTokens !== null && { totalTokens }),
      ...(system !== null && { system }),
      questionPosition,
      separator,
      variables,
      fewShot: [],
    },
  };
}

/** Reads what a grader says of itself, as runs keep it: `Grader.record`, or `none`. */
export function matcherOfRecord(record: JsonValue): RecordedMatcher {
  const { success, data } = matcherSchema.safeParse(record);
  return success ? toMatcher(data) : { kind: "unknown" };
}

function toMatcher(record: z.infer<typeof matcherSchema>): RecordedMatcher {
  const parts: z.infer<typeof matcherPartsSchema> = typeof record === "string" ? { name: record } : record;
  const { name, pattern, schema, file } = parts;
  if (name === "none") return { kind: "none" };
  if (name === "module" && file !== undefined) return { kind: "module", file };
  if (name === "json-schema" && typeof schema === "string") return { kind: "schema", hash: schema };
  if (!MATCHER_NAMES.includes(name)) return { kind: "unknown" };
  return { kind: "named", options: { matcher: name, ...(typeof pattern === "string" && { pattern }) } };
}

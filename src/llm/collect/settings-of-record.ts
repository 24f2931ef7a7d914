import { z } from "zod";
import { ANSWER_MATCHERS, type AnswerMatcherName, type RunSettings } from "../../data/index.ts";
import type { CallSettings } from "../prompting/prompt-settings.ts";

/** How the answers of a collected run were asked for and graded. */
export interface RecordedSettings {
  readonly model: string;
  readonly settings: CallSettings;
  readonly matcher: AnswerMatcherName;
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
  matcher: z.enum(Object.keys(ANSWER_MATCHERS) as [AnswerMatcherName, ...AnswerMatcherName[]]),
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
    matcher: data.matcher,
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

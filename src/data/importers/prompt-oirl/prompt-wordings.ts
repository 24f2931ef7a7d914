import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../../errors.ts";
import { readYaml } from "../../files/read-yaml.ts";
import { parseRecord } from "../../run/record-schemas.ts";
import { RELEASED_PROMPTS, type ReleasedPrompt } from "./released-prompts.ts";

const fileSchema = z.array(z.object({ alias: z.string(), text: z.string() }));

/**
 * The release's prompts, reworded by a `prompts.json` in its folder (a list of `{alias, text}`) where there is one.
 * @throws DataError for an alias the release does not have
 */
export async function readPromptWordings(
  directory: string,
): Promise<{ prompts: readonly ReleasedPrompt[]; file: string | undefined }> {
  const file = join(directory, "prompts.json");
  if ((await stat(file).catch(() => undefined))?.isFile() !== true)
    return { prompts: RELEASED_PROMPTS, file: undefined };
  const wordings = new Map<string, string>();
  const known = new Set(RELEASED_PROMPTS.map(({ alias }) => alias));
  for (const { alias, text } of parseRecord(fileSchema, await readYaml(file), "list of prompts", { file })) {
    if (!known.has(alias))
      throw new DataError(`The alias "${alias}" is unknown; expected ${[...known].join(", ")}.`, { file });
    wordings.set(alias, text);
  }
  const prompts = RELEASED_PROMPTS.map((prompt) => ({
    ...prompt,
    template: wordings.get(prompt.alias) ?? prompt.template,
  }));
  return { prompts, file };
}

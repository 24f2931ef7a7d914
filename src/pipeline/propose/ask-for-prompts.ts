import { LlmError } from "../../errors.ts";
import { type ProposedPrompts, proposePrompts } from "../../llm/index.ts";
import type { LogFindings } from "./log-findings.ts";
import type { ProposeOptions } from "./propose-types.ts";

/** Asks the LLM, unless all candidates come from a file. @throws LlmError where nothing comes of it */
export async function askForPrompts(
  folder: string,
  { briefs }: LogFindings,
  options: ProposeOptions,
  hasOthers: boolean,
): Promise<ProposedPrompts | null> {
  if (briefs.length === 0) return null;
  const asked = await proposePrompts({ ...options, run: folder, briefs });
  const [unreadable] = asked.unreadable;
  if (asked.proposals.length === 0 && unreadable !== undefined && !hasOthers)
    throw new LlmError(
      `None of ${asked.unreadable.length} replies of ${options.llm.name} holds a prompt between <prompt> and </prompt>, though each was asked for again. The first begins: ${JSON.stringify(unreadable.text.slice(0, 120))}. Ask another model, or write candidates by hand and give them by --prompts.`,
      false,
    );
  const { lastFailure } = asked.summary;
  if (lastFailure !== undefined) {
    if (asked.proposals.length === 0 && unreadable === undefined && !hasOthers)
      throw new LlmError(
        `${options.llm.name} answered none of the calls for prompts. The last: ${lastFailure}`,
        true,
      );
    options.onWarning?.(`A call of ${options.llm.name} for prompts was given up. The last: ${lastFailure}`);
  }
  for (const { briefId, text } of asked.unreadable)
    options.onWarning?.(
      `A reply (${briefId}) held no prompt between <prompt> and </prompt>: ${JSON.stringify(text.slice(0, 80))}`,
    );
  return asked;
}

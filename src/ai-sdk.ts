/**
 * The chosen prompt in an app that uses the AI SDK: one line of middleware.
 *
 * @example
 * import { choosePrompt } from "prompt-oirl/ai-sdk";
 *
 * @module
 */
export type { PromptChoiceOptions, RecordedChoice } from "./integrations/index.ts";
export { choosePrompt, METADATA_KEY } from "./integrations/index.ts";

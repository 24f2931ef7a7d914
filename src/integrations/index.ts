export type { PromptChoiceOptions, RecordedChoice } from "./ai-sdk.ts";
export { choosePrompt, METADATA_KEY } from "./ai-sdk.ts";

/**
 * Choosing by itself: a trained chooser is loaded from bytes and asked. No training, no file system, nothing of Node, so
 * that it works in a browser or an edge function. `saveChooser` of `prompt-oirl` makes the bytes.
 *
 * @example
 * import { loadChooser } from "prompt-oirl/chooser";
 *
 * @module
 */
export type { ErrorCode, ErrorDetails } from "./errors.ts";
export { PromptOirlError } from "./errors.ts";
export type {
  Chooser,
  Recommendation,
  RenderedPrompt,
  RenderedRecommendation,
  RenderSettings,
} from "./pipeline/index.ts";
export { loadSmallChooser as loadChooser, renderPrompt } from "./pipeline/index.ts";

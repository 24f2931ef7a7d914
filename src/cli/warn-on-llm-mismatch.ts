import type { Session } from "./session.ts";

/** Says so where another model is asked than the one whose answers the chooser has learned from. */
export function warnOnLlmMismatch(
  { model, trainedOn }: { readonly model: string; readonly trainedOn: string },
  session: Session,
): void {
  if (model === trainedOn || trainedOn === "unknown") return;
  session.note(
    `warning: The chooser has learned from answers of ${trainedOn}, and ${model} is asked now. Prompts that suit the one need not suit the other.`,
  );
}

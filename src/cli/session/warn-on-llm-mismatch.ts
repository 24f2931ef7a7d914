import type { Session } from "./session.ts";

/** Says so where another LLM is asked than the one whose answers the chooser has learned from. */
export function warnOnLlmMismatch(
  { llm, trainedOn }: { readonly llm: string; readonly trainedOn: string },
  session: Session,
): void {
  if (llm === trainedOn || trainedOn === "unknown") return;
  session.note(
    `warning: The chooser has learned from answers of ${trainedOn}, and ${llm} is asked now. Prompts that suit the one need not suit the other.`,
  );
}

import type { PageAnswers, PageChooser, PageLog, TriedQuestion } from "../src/serve/index.ts";

async function ask<Answer>(
  path: string,
  about: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(
    `${path}?${new URLSearchParams(about)}`,
    signal === undefined ? {} : { signal },
  );
  if (response.ok) return response.json() as Promise<Answer>;
  const { error } = (await response.json()) as { error: { message: string } };
  throw new Error(error.message);
}

export function askChoosers(): Promise<readonly PageChooser[]> {
  return ask("app/choosers", {});
}

export function askTry(chooser: string, question: string, signal: AbortSignal): Promise<TriedQuestion> {
  return ask("app/try", { chooser, question }, signal);
}

export function askLog(chooser: string): Promise<PageLog> {
  return ask("app/log", { chooser });
}

export function askAnswers(chooser: string, query: number): Promise<PageAnswers> {
  return ask("app/answers", { chooser, query: String(query) });
}

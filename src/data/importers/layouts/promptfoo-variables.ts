import { DEFAULT_NAMES, simplified } from "../column-names.ts";

/** Usual names of the variable that holds the question. */
const QUESTION_NAMES = ["question", "query", "input", "problem", "text", "message", "prompt"];

/** Variables that hold the right answer: tests compare with them, prompts do not show them. */
const ANSWER_NAMES: ReadonlySet<string> = new Set(
  DEFAULT_NAMES.filter(([key]) => key === "goldenAnswer" || key === "answer").flatMap(([, names]) => names),
);

/**
 * The variables that make the question: those that prompts were seen to show, else all but right answers.
 * @param shown by some prompt
 */
export function questionVariables(all: readonly string[], shown: ReadonlySet<string>): string[] {
  const inputs = all.filter((name) => shown.has(name));
  if (inputs.length > 0) return inputs;
  const others = all.filter((name) => !ANSWER_NAMES.has(simplified(name)));
  return others.length > 0 ? others : [...all];
}

/** The variable that is called like the question itself. */
export function usualQuestion(names: readonly string[]): string | undefined {
  return QUESTION_NAMES.map((usual) => names.find((name) => simplified(name) === usual)).find(
    (found) => found !== undefined,
  );
}

import { UsageError } from "../../errors.ts";
import type { Candidate, CandidateKind, Prompt } from "../../types/index.ts";
import { compareNaturally } from "../files/natural-order.ts";

/** What a log holds, before it is said what is chosen. */
export interface LoggedAnswers {
  readonly prompts: readonly Prompt[];
  /** Names, in order of appearance. */
  readonly llms: readonly string[];
  /** Of every answer: positions of its prompt and LLM, and its reward. */
  readonly answers: Iterable<{ readonly prompt: number; readonly llm: number; readonly reward: number }>;
}

/** The candidates of a log. */
export interface LogCandidates {
  readonly choose: CandidateKind;
  readonly candidates: readonly Candidate[];
  /** Position of the candidate, or -1 for an answer of none. */
  readonly candidateOf: (prompt: number, llm: number) => number;
  /** The LLM, or the names of several. */
  readonly llm: string;
}

/** What a log without answers calls its LLM. */
const UNKNOWN_LLM = "unknown";

/**
 * Decides what is chosen, and numbers it: all prompts of one LLM, all LLMs under one prompt (the one that does best over
 * all of them), or every pair that was tried.
 * @throws UsageError as `readRewardLog`
 */
export function logCandidates(
  log: LoggedAnswers,
  { llm, choose }: { readonly llm?: string | undefined; readonly choose?: CandidateKind | undefined },
): LogCandidates {
  const { prompts, llms } = log;
  if (llm !== undefined && choose !== undefined && choose !== "prompt")
    throw new UsageError(
      `an LLM is named ("${llm}"), and ${choose === "llm" ? "LLMs are" : "prompt and LLM are"} to be chosen; leave one of the two out`,
    );
  if (llm !== undefined && !llms.includes(llm))
    throw new UsageError(
      llms.length === 0
        ? `The log holds no interactions, so none of "${llm}".`
        : `The log holds no answers of "${llm}"; it has ${nameAll(llms)}.`,
      { llms: [...llms] },
    );
  if (llm !== undefined || llms.length < 2) return listPrompts(prompts, llms, llm ?? llms[0]);
  if (choose === "prompt")
    throw new UsageError(
      `The log holds answers of ${llms.length} LLMs: ${nameAll(llms)}. Choose one by --llm.`,
      { llms: [...llms] },
    );
  const tried = countTried(log);
  const kind = choose ?? (new Set(tried.map(({ prompt }) => prompt)).size > 1 ? "both" : "llm");
  const shown = kind === "both" ? tried : tried.filter(({ prompt }) => prompt === bestPrompt(tried));
  const places = new Map(shown.map(({ prompt, llm }, place) => [prompt * llms.length + llm, place]));
  return {
    choose: kind,
    candidates: shown.map(({ prompt, llm }): Candidate => {
      const { id, template, split } = prompts[prompt]!;
      return {
        id: kind === "both" ? `${id} @ ${llms[llm]}` : llms[llm]!,
        promptId: id,
        llm: llms[llm]!,
        template,
        split,
      };
    }),
    candidateOf: (prompt, llm) => places.get(prompt * llms.length + llm) ?? -1,
    llm: [...new Set(shown.map(({ llm }) => llms[llm]!))].join(", "),
  };
}

function listPrompts(
  prompts: readonly Prompt[],
  llms: readonly string[],
  named: string | undefined,
): LogCandidates {
  const llm = named ?? UNKNOWN_LLM;
  const number = llms.indexOf(llm);
  return {
    choose: "prompt",
    candidates: prompts.map((prompt) => ({ ...prompt, promptId: prompt.id, llm })),
    candidateOf: (prompt, own) => (own === number ? prompt : -1),
    llm,
  };
}

interface TriedPair {
  readonly prompt: number;
  readonly llm: number;
  readonly mean: number;
}

/** The pairs with answers, ordered by prompt and by the LLM's name. */
function countTried({ llms, answers }: LoggedAnswers): TriedPair[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { prompt, llm, reward } of answers) {
    const key = prompt * llms.length + llm;
    const known = sums.get(key) ?? { sum: 0, count: 0 };
    known.sum += reward;
    known.count++;
    sums.set(key, known);
  }
  return [...sums]
    .map(([key, { sum, count }]) => ({
      prompt: Math.floor(key / llms.length),
      llm: key % llms.length,
      mean: sum / count,
    }))
    .sort((one, other) => one.prompt - other.prompt || compareNaturally(llms[one.llm]!, llms[other.llm]!));
}

/** The prompt put to the most LLMs; of those, the one with the best mean over them. */
function bestPrompt(tried: readonly TriedPair[]): number {
  const byPrompt = new Map<number, number[]>();
  for (const { prompt, mean } of tried) byPrompt.set(prompt, [...(byPrompt.get(prompt) ?? []), mean]);
  const computeMean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...byPrompt].reduce((best, own) =>
    own[1].length > best[1].length ||
    (own[1].length === best[1].length && computeMean(own[1]) > computeMean(best[1]))
      ? own
      : best,
  )[0];
}

/** Names in quotes; long lists are cut. */
function nameAll(names: readonly string[]): string {
  const quoted = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > quoted.length ? `${quoted.join(", ")} … ` : quoted.join(", ");
}

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

/** How candidates are taken from a log. */
export interface CandidateOptions {
  readonly llm?: string | undefined;
  readonly choose?: CandidateKind | undefined;
  /** Told of pairs that are left out. */
  readonly onWarning?: ((message: string) => void) | undefined;
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

/** A pair with fewer answers is left out where another has many: nothing is to be learned of it. */
const MIN_ANSWERS = 10;
const MANY_ANSWERS = 30;
const BETWEEN = " @ ";

/** "sums @ gpt-4"; a part that holds the mark between them stands in quotes, so that no two pairs have one name. */
function namePair(prompt: string, llm: string): string {
  const part = (name: string): string => (name.includes(BETWEEN) ? JSON.stringify(name) : name);
  return `${part(prompt)}${BETWEEN}${part(llm)}`;
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
  { llm, choose, onWarning }: CandidateOptions,
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
  const all = countTried(log);
  const most = Math.max(...all.map(({ answers }) => answers));
  const tried = all.filter(({ answers }) => answers >= MIN_ANSWERS || most < MANY_ANSWERS);
  const describePair = ({ prompt, llm: own }: TriedPair): string => namePair(prompts[prompt]!.id, llms[own]!);
  const rare = all.filter((pair) => !tried.includes(pair));
  if (rare.length > 0)
    onWarning?.(
      `${rare.length === 1 ? "One pair of prompt and LLM has" : `${rare.length} pairs of prompt and LLM have`} fewer than ${MIN_ANSWERS} answers and ${rare.length === 1 ? "is" : "are"} left out: ${nameAll(rare.map(describePair))}.`,
    );
  const kind = choose ?? (new Set(tried.map(({ prompt }) => prompt)).size > 1 ? "both" : "llm");
  const best = kind === "llm" ? bestPrompt(tried, prompts) : -1;
  const shown = kind === "both" ? tried : tried.filter(({ prompt }) => prompt === best);
  const places = new Map(shown.map(({ prompt, llm }, place) => [prompt * llms.length + llm, place]));
  return {
    choose: kind,
    candidates: shown.map(({ prompt, llm }): Candidate => {
      const { id, template, split } = prompts[prompt]!;
      return {
        id: kind === "both" ? namePair(id, llms[llm]!) : llms[llm]!,
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
  readonly answers: number;
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
      answers: count,
    }))
    .sort((one, other) => one.prompt - other.prompt || compareNaturally(llms[one.llm]!, llms[other.llm]!));
}

/** The prompt put to the most LLMs; of those, the one with the best mean over them. */
function bestPrompt(tried: readonly TriedPair[], prompts: readonly Prompt[]): number {
  const byPrompt = new Map<number, number[]>();
  // A held-out prompt makes no candidates to learn from; where there is no other, the later stages say so.
  const isTraining = ({ prompt }: TriedPair): boolean => prompts[prompt]!.split === "training";
  const usable = tried.some(isTraining) ? tried.filter(isTraining) : tried;
  for (const { prompt, mean } of usable) byPrompt.set(prompt, [...(byPrompt.get(prompt) ?? []), mean]);
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

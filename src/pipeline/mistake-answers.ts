import { interactionSchema, parseRecord, RUN_FILES, readJsonLines } from "../data/index.ts";
import type { Mistake } from "../report/index.ts";
import { pairKey } from "./answers-folder.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** A mistake, and which of the log's questions it is. */
export interface PlacedMistake {
  readonly query: number;
  readonly mistake: Mistake;
}

/** An answer with its reward. */
interface RatedAnswer {
  readonly answer: string;
  readonly reward: number;
}

/** Puts beside mistakes what the LLM said and what was expected, as far as the log has it; answers stay on disk otherwise. */
export async function withAnswers(
  { run, log }: LearnableLog,
  mistakes: readonly PlacedMistake[],
): Promise<Mistake[]> {
  const toKey = (query: number, promptId: string): string => pairKey(log.queries[query]!.id, promptId);
  const wanted = new Set(
    mistakes.flatMap(({ query, mistake }) => [
      toKey(query, mistake.chosenPromptId),
      toKey(query, mistake.bestPromptId),
    ]),
  );
  if (wanted.size === 0) return [];
  // Answers are kept on disk alone.
  if (run === null) return mistakes.map(({ mistake }) => mistake);
  const answers = new Map<string, { worst: RatedAnswer; best: RatedAnswer }>();
  const candidates = new Map(log.prompts.map(({ id, promptId, llm }) => [pairKey(promptId, llm), id]));
  const file = run.file(RUN_FILES.interactions);
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    const { queryId, promptId, reward, answer, llm } = parseRecord(interactionSchema, value, "interaction", {
      file,
      line,
    });
    const candidate = candidates.get(pairKey(promptId, llm));
    if (answer === undefined || candidate === undefined) continue;
    const key = pairKey(queryId, candidate);
    if (!wanted.has(key)) continue;
    const rated = { answer, reward };
    const { worst, best } = answers.get(key) ?? { worst: rated, best: rated };
    answers.set(key, {
      worst: reward < worst.reward ? rated : worst,
      best: reward > best.reward ? rated : best,
    });
  }
  return mistakes.map(({ query, mistake }) => {
    const expected = log.queries[query]!.answer;
    const chosenAnswer = answers.get(toKey(query, mistake.chosenPromptId))?.worst.answer;
    const bestAnswer = answers.get(toKey(query, mistake.bestPromptId))?.best.answer;
    return {
      ...mistake,
      ...(expected !== undefined && { expected }),
      ...(chosenAnswer !== undefined && { chosenAnswer }),
      ...(bestAnswer !== undefined && { bestAnswer }),
    };
  });
}

import { type DataPart, PART_CODES, type PromptSplit, type RewardLog } from "../../src/types/index.ts";

/** One interaction of a log written by hand: question text, prompt id, reward, and optionally the rest. */
export interface HandWrittenInteraction {
  readonly question: string;
  readonly prompt: string;
  readonly reward: number;
  readonly part?: DataPart;
  readonly repetition?: number;
  readonly confidence?: number;
}

/** A log in memory; prompts whose id starts with "held" are held-out. Questions get ids in order of appearance. */
export function makeLog(interactions: readonly HandWrittenInteraction[]): RewardLog {
  const texts = [...new Set(interactions.map(({ question }) => question))];
  const promptIds = [...new Set(interactions.map(({ prompt }) => prompt))];
  const column = (read: (interaction: HandWrittenInteraction) => number): number[] => interactions.map(read);
  return {
    queries: texts.map((text, index) => ({ id: `q${index}`, text })),
    prompts: promptIds.map((id) => ({
      id,
      promptId: id,
      llm: "test-model",
      template: `${id}:`,
      split: (id.startsWith("held") ? "held-out" : "training") satisfies PromptSplit,
    })),
    inFiles: { queries: texts, prompts: promptIds.map((id) => `${id}:`) },
    choose: "prompt",
    llm: "test-model",
    length: interactions.length,
    queryIndex: Int32Array.from(column(({ question }) => texts.indexOf(question))),
    promptIndex: Int32Array.from(column(({ prompt }) => promptIds.indexOf(prompt))),
    repetition: Int32Array.from(column(({ repetition }) => repetition ?? 0)),
    reward: Float64Array.from(column(({ reward }) => reward)),
    part: Uint8Array.from(column(({ part }) => PART_CODES[part ?? "unknown"])),
    confidence: Float64Array.from(column(({ confidence }) => confidence ?? Number.NaN)),
    critic: new Float64Array(interactions.length).fill(Number.NaN),
  };
}

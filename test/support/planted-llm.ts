import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ChatModel, collect, PRESETS } from "../../src/llm/index.ts";
import { trainRun } from "../../src/pipeline/index.ts";
import type { Prompt, Query } from "../../src/types/index.ts";
import { contentHash } from "../../src/util/index.ts";
import { plantedQuestion } from "./planted-run.ts";
import type { ChatEndpointRequest, ScriptedAnswer } from "./scripted-chat-endpoint.ts";

/** Prompts whose success depends on the kind of question. */
export const PLANTED_PROMPTS: readonly Prompt[] = [
  { id: "sum", template: "Add up carefully, step by step:", split: "training" },
  { id: "product", template: "Multiply and give the result:", split: "training" },
  { id: "weak", template: "Sing a song about it.", split: "training" },
];

/** Chance of a right answer. */
export type PlantedChance = (question: { readonly isSum: boolean; readonly template: string }) => number;

/** `sum` is better by `effect` on sums and `product` on products, `weak` works nowhere. */
export function plantedChance(effect: number): PlantedChance {
  return ({ isSum, template }) => {
    if (template === PLANTED_PROMPTS[0]!.template) return isSum ? 0.4 + effect : 0.4;
    if (template === PLANTED_PROMPTS[1]!.template) return isSum ? 0.4 : 0.4 + effect;
    return 0.1;
  };
}

/** What a simulated LLM does. */
export interface PlantedLlm {
  readonly chance: PlantedChance;
  /** Prompts it knows, besides the planted ones. */
  readonly templates?: readonly string[];
  /** What it answers when it is asked for prompts. */
  readonly proposals?: string;
  readonly seed?: number;
}

/** Questions `q<from>` … with golden answers, sums and products in turn; no two share a form. */
export function plantedQuestions(from: number, count: number): Query[] {
  return Array.from({ length: count }, (_, offset) => {
    const index = from + offset;
    return { id: `q${index}`, text: plantedQuestion(index, index % 2 === 0), answer: String(1000 + index) };
  });
}

/** The simulated LLM's answer: the same to the same question and prompt. */
function plantedAnswer(
  { chance, templates = [], proposals = "", seed = 0 }: PlantedLlm,
  content: string,
): ScriptedAnswer {
  const inputTokens = Math.ceil(Buffer.byteLength(content) / 4);
  if (content.includes("<prompt>")) return { text: proposals, inputTokens, outputTokens: 40 };
  const index = Number(/number (\d+) of/.exec(content)![1]);
  const known = [...PLANTED_PROMPTS.map(({ template }) => template), ...templates];
  const template = known.find((each) => content.includes(each)) ?? "";
  const draw = Number.parseInt(contentHash(String(seed), String(index), template).slice(0, 8), 16) / 2 ** 32;
  const isRight = draw < chance({ isSum: index % 2 === 0, template });
  return { text: `The answer is ${isRight ? 1000 + index : 0}.`, inputTokens, outputTokens: 6 };
}

/** The simulated LLM in this process, with the contents it was asked. */
export function plantedModel(llm: PlantedLlm): ChatModel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    name: "planted-model",
    // As the same model behind an endpoint, so that a run can be gone on with there.
    provider: "openai-compatible",
    asked,
    answer: async ({ messages }) => {
      const { content } = messages.at(-1)!;
      asked.push(content);
      return { finishReason: "stop", ...plantedAnswer(llm, content) };
    },
  };
}

/** The simulated LLM behind an endpoint. */
export function plantedScript(llm: PlantedLlm): (request: ChatEndpointRequest) => ScriptedAnswer {
  return ({ messages }) => plantedAnswer(llm, messages.at(-1)!.content);
}

/** Collects a log of 300 questions from the simulated LLM and trains on it. Returns the run directory. */
export async function plantedTrainedRun(folder: string, llm: PlantedLlm): Promise<string> {
  const run = join(folder, "run");
  await collect({
    run,
    llm: plantedModel(llm),
    queries: plantedQuestions(0, 300),
    prompts: PLANTED_PROMPTS,
    settings: PRESETS.plain,
    concurrency: 64,
  });
  await trainRun(run);
  return run;
}

/** Writes questions as JSON Lines. Returns the path. */
export async function writeQuestions(folder: string, questions: readonly Query[]): Promise<string> {
  const file = join(folder, "held-out.jsonl");
  await writeFile(file, questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  return file;
}

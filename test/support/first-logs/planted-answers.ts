import { createHash } from "node:crypto";
import { type SeededRandom, seededRandom } from "../../../src/util/index.ts";
import { QUESTION_KINDS } from "../question-kinds.ts";

/** A prompt that helps either with questions that need thought or with those that need none. */
export interface FirstPrompt {
  readonly name: string;
  readonly template: string;
  /** Chances of a right answer. */
  readonly chances: { readonly thought: number; readonly fact: number };
}

/** An answer of the log, before a tool's format is put around it. */
export interface PlantedAnswer {
  readonly row: number;
  readonly question: string;
  readonly golden: string;
  readonly prompt: FirstPrompt;
  readonly promptIndex: number;
  readonly answer: string;
  readonly isRight: boolean;
}

/** Thinks: right where steps are needed, talks itself out of plain facts. */
export const STEPS: FirstPrompt = {
  name: "steps",
  template: "Think step by step, then give the answer.",
  chances: { thought: 0.95, fact: 0.3 },
};

/** Answers at once: right on facts, wrong where steps are needed. */
export const BRIEF: FirstPrompt = {
  name: "brief",
  template: "Answer with one word or number only.",
  chances: { thought: 0.25, fact: 0.95 },
};

const KINDS = QUESTION_KINDS.filter(({ name }) => ["story", "capital", "opposite"].includes(name));

/** `questions` questions in turns of their kinds, each under every prompt, or under one drawn by chance. */
export function plantAnswers(plan: {
  readonly questions: number;
  readonly seed: number;
  readonly prompts?: readonly FirstPrompt[];
  readonly isTraffic?: boolean;
}): PlantedAnswer[] {
  const { questions, seed, prompts = [STEPS, BRIEF], isTraffic = false } = plan;
  const random = seededRandom(seed);
  const kinds = [
    KINDS.find(({ name }) => name === "story")!,
    ...KINDS.filter(({ name }) => name !== "story"),
  ];
  return Array.from({ length: questions }, (_, row) => {
    // Every other question needs thought; facts take turns.
    const needsThought = row % 2 === 0;
    const kind = needsThought ? kinds[0]! : kinds[1 + (Math.floor(row / 2) % 2)]!;
    const { text, answer } = kind.write(needsThought ? row / 2 : row, random);
    const drawn = random.nextInteger(prompts.length);
    return prompts.flatMap((prompt, promptIndex) => {
      const chance = needsThought ? prompt.chances.thought : prompt.chances.fact;
      const isRight = random.next() < chance;
      if (isTraffic && promptIndex !== drawn) return [];
      const said = isRight ? answer : makeWrong(answer, random);
      return [
        { row, question: text, golden: answer, prompt, promptIndex, answer: said, isRight } as PlantedAnswer,
      ];
    });
  }).flat();
}

function makeWrong(answer: string, random: SeededRandom): string {
  const value = Number(answer);
  return Number.isNaN(value) ? "I am not sure." : String(value + 1 + random.nextInteger(9));
}

/** A hash as tools write them, made from what it stands for. */
export function hexHash(text: string, length: number = 64): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** An id in the form of a UUID. */
export function uuid(text: string): string {
  return hexHash(text, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

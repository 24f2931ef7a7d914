import { type SeededRandom, seededRandom } from "../../src/util/index.ts";
import { QUESTION_KINDS, type QuestionKind } from "./question-kinds.ts";

/*
 * A seeded simulator, no LLM: six kinds of everyday questions meet eight prompts; how often a prompt works depends on
 * the kind, as the table says, on how hard the question is, and on luck.
 */

/** A prompt of the simulated log; held-out ones are scored from their text alone, their labels only test that. */
export interface SimulatedPrompt {
  readonly id: string;
  readonly template: string;
  readonly split: "training" | "held-out";
}

const PROMPTS: readonly SimulatedPrompt[] = [
  { id: "plain", template: "The answer is:", split: "training" },
  { id: "one-word", template: "Answer with one word or number only.", split: "training" },
  { id: "steps", template: "Let's think step by step.", split: "training" },
  { id: "calculation", template: "Write down the calculation, then its result.", split: "training" },
  { id: "expert", template: "You are an expert. Answer carefully and precisely.", split: "training" },
  { id: "spelling", template: "Spell the answer correctly, letter by letter.", split: "training" },
  { id: "parts", template: "Break it into parts and think step by step.", split: "held-out" },
  { id: "polite", template: "Please answer carefully. Thank you!", split: "held-out" },
];

/** Success in per cent by kind of question, for each prompt in the order of `PROMPTS`. */
const SUCCESS: Readonly<Record<QuestionKind["name"], readonly number[]>> = {
  capital: [74, 84, 72, 42, 80, 62, 58, 68],
  opposite: [70, 80, 68, 38, 74, 62, 56, 62],
  plural: [64, 74, 62, 34, 68, 80, 52, 56],
  sentiment: [62, 86, 64, 30, 70, 42, 50, 60],
  addition: [56, 46, 76, 86, 60, 36, 68, 52],
  story: [34, 20, 68, 62, 46, 18, 72, 36],
};

/** How far questions of one kind differ in difficulty: the standard deviation, in logits. */
const DIFFICULTY_SPREAD = 0.7;

/** One question asked once under every prompt. */
export interface SimulatedRow {
  readonly kind: QuestionKind["name"];
  readonly question: string;
  readonly answer: string;
  /** 1 right, 0 wrong, in the order of `prompts`. */
  readonly right: readonly (0 | 1)[];
}

/** A simulated log: every question under every prompt, `repeats` times. */
export interface SimulatedLog {
  readonly prompts: readonly SimulatedPrompt[];
  readonly rows: readonly SimulatedRow[];
}

/** The same arguments give the same log, bit for bit, on every machine. */
export function simulateLog(options: { questions: number; repeats: number; seed: number }): SimulatedLog {
  const random = seededRandom(options.seed);
  const rows: SimulatedRow[] = [];
  for (let index = 0; index < options.questions; index++) {
    const kind = QUESTION_KINDS[index % QUESTION_KINDS.length]!;
    const { text, answer } = kind.write(Math.floor(index / QUESTION_KINDS.length), random);
    const ease = DIFFICULTY_SPREAD * random.nextNormal();
    for (let repeat = 0; repeat < options.repeats; repeat++)
      rows.push({ kind: kind.name, question: text, answer, right: drawRewards(kind.name, ease, random) });
  }
  return { prompts: PROMPTS, rows };
}

function drawRewards(kind: QuestionKind["name"], ease: number, random: SeededRandom): (0 | 1)[] {
  return SUCCESS[kind].map((percent) => {
    const rate = percent / 100;
    const probability = 1 / (1 + Math.exp(-(Math.log(rate / (1 - rate)) + ease)));
    return random.next() < probability ? 1 : 0;
  });
}

/** The log as a wide table: a line for each row, a key for each prompt. */
export function logLines(log: SimulatedLog): string {
  const ids = log.prompts.map(({ id }) => id);
  const lines = log.rows.map(({ question, answer, right }) => {
    const rewards = right.map((reward, column) => [ids[column], reward] as const);
    return JSON.stringify({ question, expected: answer, ...Object.fromEntries(rewards) });
  });
  return `${lines.join("\n")}\n`;
}

/** The prompts, one a line. */
export function promptLines(log: SimulatedLog): string {
  return `${log.prompts.map((prompt) => JSON.stringify(prompt)).join("\n")}\n`;
}

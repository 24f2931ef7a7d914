import { type SeededRandom, seededRandom } from "../src/util/index.ts";
import { QUESTION_KINDS, type QuestionKind } from "./question-kinds.ts";

/**
 * Where the demo's log comes from: a seeded simulator, no LLM. Six kinds of everyday questions meet eight prompts;
 * how often a prompt works depends on the kind, as the table says, on how hard the question is, and on luck.
 * A test writes demo/simulated-log.jsonl from here and fails where the shipped file differs.
 */

/** Success in per cent of each prompt by kind of question, in the order of `QUESTION_KINDS`. */
const SUCCESS_BY_KIND: readonly SimulatedPrompt[] = [
  { id: "plain", template: "The answer is:", success: [74, 70, 64, 62, 56, 34] },
  { id: "one-word", template: "Answer with one word or number only.", success: [84, 80, 74, 86, 46, 20] },
  { id: "steps", template: "Let's think step by step.", success: [72, 68, 62, 64, 76, 68] },
  {
    id: "parts",
    template: "Break the question into parts and solve each part.",
    success: [58, 56, 52, 50, 68, 72],
  },
  {
    id: "calculation",
    template: "Write down the calculation, then its result.",
    success: [42, 38, 34, 30, 86, 62],
  },
  {
    id: "expert",
    template: "You are an expert. Answer carefully and precisely.",
    success: [80, 74, 68, 70, 60, 46],
  },
  {
    id: "spelling",
    template: "Spell the answer correctly, letter by letter.",
    success: [62, 62, 80, 42, 36, 18],
  },
  { id: "polite", template: "Please be so kind as to help me with this.", success: [68, 62, 56, 60, 52, 36] },
];

interface SimulatedPrompt {
  readonly id: string;
  readonly template: string;
  readonly success: readonly number[];
}

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
  readonly prompts: readonly { readonly id: string; readonly template: string }[];
  readonly rows: readonly SimulatedRow[];
}

/** The same arguments give the same log, bit for bit, on every machine. */
export function simulateLog(options: { questions: number; repeats: number; seed: number }): SimulatedLog {
  const random = seededRandom(options.seed);
  const rows: SimulatedRow[] = [];
  for (let index = 0; index < options.questions; index++) {
    const kindIndex = index % QUESTION_KINDS.length;
    const kind = QUESTION_KINDS[kindIndex]!;
    const { text, answer } = kind.write(Math.floor(index / QUESTION_KINDS.length), random);
    const ease = DIFFICULTY_SPREAD * random.nextNormal();
    for (let repeat = 0; repeat < options.repeats; repeat++)
      rows.push({ kind: kind.name, question: text, answer, right: drawRewards(kindIndex, ease, random) });
  }
  return { prompts: SUCCESS_BY_KIND.map(({ id, template }) => ({ id, template })), rows };
}

function drawRewards(kindIndex: number, ease: number, random: SeededRandom): (0 | 1)[] {
  return SUCCESS_BY_KIND.map(({ success }) => {
    const rate = success[kindIndex]! / 100;
    const probability = 1 / (1 + Math.exp(-(Math.log(rate / (1 - rate)) + ease)));
    return random.next() < probability ? 1 : 0;
  });
}

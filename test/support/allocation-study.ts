import { parseArgs } from "node:util";
import { findLeader, plainMeans, SlotOrder } from "../../src/llm/index.ts";
import { playAllocation } from "./play-allocation.ts";
import { PROMPT_COUNT, releasedTest } from "./released-rewards.ts";

/**
 * How many calls each strategy needs to find the best fixed prompt: released answers of LLaMA-2 on mawps, 1685 questions
 * and 16 prompts, stand for the endpoint. Prints a line for each number of calls.
 */
const CALLS = [400, 800, 1200, 1600, 2400, 3200, 4800, 6400];

const { values } = parseArgs({
  options: { runs: { type: "string", default: "500" }, json: { type: "boolean", default: false } },
});
const runs = Number(values.runs);
const { rows: questions, rewards } = await releasedTest("mawps");
const drawReward = (question: number, prompt: number): number => rewards[question * PROMPT_COUNT + prompt]!;
const truth = Array.from({ length: PROMPT_COUNT }, (_, prompt) => {
  let sum = 0;
  for (let question = 0; question < questions; question++) sum += drawReward(question, prompt);
  return sum / questions;
});
const best = Math.max(...truth);

const results = CALLS.map((calls) => ({
  calls,
  uniform: study((seed) => uniformChoice(calls, seed)),
  halving: study((seed) => adaptiveChoice("halving", calls, seed)),
  bandit: study((seed) => adaptiveChoice("bandit", calls, seed)),
}));
if (values.json) process.stdout.write(`${JSON.stringify({ runs, questions, truth, results }, null, 2)}\n`);
else {
  process.stdout.write("calls    best prompt found / what the prompt chosen loses against it\n");
  for (const { calls, uniform, halving, bandit } of results)
    process.stdout.write(
      `${String(calls).padStart(5)}    uniform ${show(uniform)}   halving ${show(halving)}   bandit ${show(bandit)}\n`,
    );
}

interface Study {
  /** Share of the runs in which the best prompt was chosen. */
  readonly found: number;
  /** Mean loss of success against the best prompt. */
  readonly regret: number;
}

function study(choose: (seed: number) => number): Study {
  let found = 0;
  let regret = 0;
  for (let seed = 0; seed < runs; seed++) {
    const chosen = truth[choose(seed)]!;
    if (chosen === best) found++;
    regret += best - chosen;
  }
  return { found: found / runs, regret: regret / runs };
}

/** As many questions as the calls suffice for, each with all prompts. */
function uniformChoice(calls: number, seed: number): number {
  const order = new SlotOrder(questions, 1, seed);
  const observed = Array.from({ length: Math.min(questions, Math.floor(calls / PROMPT_COUNT)) }, (_, slot) =>
    Float64Array.from({ length: PROMPT_COUNT }, (_, prompt) => drawReward(order.question(slot), prompt)),
  );
  const means = plainMeans(observed, PROMPT_COUNT);
  return means.indexOf(Math.max(...means));
}

function adaptiveChoice(strategy: "halving" | "bandit", calls: number, seed: number): number {
  const settings = { strategy, questions, prompts: PROMPT_COUNT, repeats: 1, calls, seed };
  const { rounds, rewards: observed } = playAllocation(settings, drawReward);
  return findLeader(settings, rounds, observed);
}

function show({ found, regret }: Study): string {
  return `${(100 * found).toFixed(0).padStart(3)} % / ${(100 * regret).toFixed(2)}`;
}

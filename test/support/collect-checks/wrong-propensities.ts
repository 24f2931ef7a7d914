import { type AllocationRound, type AllocationSettings, SlotOrder } from "../../../src/llm/index.ts";
import type { Interaction, Prompt, Query } from "../../../src/types/index.ts";

/** One question in so many goes to all prompts, as the documentation says. */
const WHOLE = 1 / 10;

/** Lines whose propensity is not the chance with which the rule of their round asks for them, worded. */
export function wrongPropensities(
  settings: AllocationSettings,
  rounds: readonly AllocationRound[],
  lines: readonly Interaction[],
  queries: readonly Query[],
  prompts: readonly Prompt[],
): string[] {
  const order = new SlotOrder(settings.questions, settings.repeats, settings.seed);
  const questions = new Map(queries.map(({ id }, position) => [id, position]));
  const positions = new Map(prompts.map(({ id }, position) => [id, position]));
  return lines.flatMap(({ queryId, promptId, repetition, propensity }) => {
    const call = `${queryId} / ${promptId} / repetition ${repetition}`;
    const slot = order.findSlot(questions.get(queryId)!, repetition);
    const round = rounds.find(
      ({ firstSlot, slots }) => slot !== undefined && slot >= firstSlot && slot < firstSlot + slots,
    );
    if (round === undefined) return [`${call} belongs to no round`];
    const chance = WHOLE + (1 - WHOLE) * chanceByCases(round, positions.get(promptId)!);
    const isRight = propensity !== undefined && Math.abs(propensity - chance) < 1e-12;
    return isRight ? [] : [`${call} has the propensity ${propensity}, and its chance was ${chance}`];
  });
}

/** Adds up the chances of all pairs in which the prompt is drawn. */
function chanceByCases({ rule }: AllocationRound, prompt: number): number {
  if (rule.kind === "survivors") return rule.survivors.includes(prompt) ? 1 : 0;
  let sum = 0;
  rule.chances.forEach((chanceOfFirst, first) => {
    const left = rule.chances.reduce((total, chance, other) => total + (other === first ? 0 : chance), 0);
    rule.chances.forEach((chance, second) => {
      if (first !== second && (first === prompt || second === prompt)) sum += (chanceOfFirst * chance) / left;
    });
  });
  return sum;
}

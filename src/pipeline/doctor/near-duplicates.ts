import { distance } from "fastest-levenshtein";
import { questionFormKey, questionTextKey } from "../../data/index.ts";
import type { Prompt, Query } from "../../types/index.ts";
import type { NearDuplicates } from "./doctor-types.ts";

/** Prompts at least this alike say the same. */
const ALIKE = 0.9;
/** Comparing all pairs of more prompts takes too long; of longer ones too. */
const MAX_PROMPTS = 300;
const MAX_CHARACTERS = 4000;

export function findNearDuplicates(queries: readonly Query[], prompts: readonly Prompt[]): NearDuplicates {
  const texts = queries.map(({ text }) => text);
  return {
    questions: countRepeated(texts.map(questionTextKey)),
    questionsButForNumbers: countRepeated(texts.map(questionFormKey)),
    prompts: alikePrompts(prompts),
  };
}

/** How many stand beside an equal one. */
function countRepeated(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.filter((key) => counts.get(key)! > 1).length;
}

/** By 1 less the edit distance as a share of the longer text; ids that stand for wordings are no wordings. */
function alikePrompts(prompts: readonly Prompt[]): NearDuplicates["prompts"] {
  const worded = prompts.filter(({ id, template }) => template !== id).slice(0, MAX_PROMPTS);
  const found: { prompts: [string, string]; similarity: number }[] = [];
  for (const [index, { id, template }] of worded.entries())
    for (const other of worded.slice(index + 1)) {
      const one = template.trim().slice(0, MAX_CHARACTERS);
      const two = other.template.trim().slice(0, MAX_CHARACTERS);
      const longest = Math.max(one.length, two.length);
      if (Math.abs(one.length - two.length) > (1 - ALIKE) * longest) continue;
      const similarity = longest === 0 ? 1 : 1 - distance(one, two) / longest;
      if (similarity >= ALIKE) found.push({ prompts: [id, other.id], similarity });
    }
  return found.sort((one, other) => other.similarity - one.similarity);
}

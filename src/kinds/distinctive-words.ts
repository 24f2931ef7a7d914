import { tokenize } from "../embed/index.ts";
import { isStopWord } from "./stop-words.ts";

/** A word must stand in at least this share of a kind's questions to describe it. */
const MIN_SHARE = 0.3;
/** A word in more than this share of all other questions tells little, however sure the difference is. */
const MAX_SHARE = 0.4;
/** Questions the prior is worth, spread over the words as the whole log has them. */
const PRIOR_QUESTIONS = 50;

/** Masked numbers in words. */
const SPOKEN_TOKENS: ReadonlyMap<string, string> = new Map([
  ["numdec", "decimal number"],
  ["num1", "1-digit number"],
  ["num2", "2-digit number"],
  ["num3", "3-digit number"],
  ["num4", "number of 4+ digits"],
]);

/** For each token, the questions it stands in. */
function countQuestions(tokenSets: Iterable<ReadonlySet<string>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tokens of tokenSets) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/**
 * The words that set each kind of question apart from all others: highest z-score of the log-odds of standing in a
 * question, with a prior from the whole log (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16,
 * 2008, equations 16, 19 and 20, on questions instead of occurrences). Numbers are told apart by their form only. Words
 * that name nothing are left out, and each word is of one kind, the one it tells most of, so that no two kinds are called
 * alike; a kind may be left without words.
 * @param texts one a question
 * @param kinds kind of each question, 0-based, or -1 for none
 * @param kindCount number of kinds
 * @param most words a kind
 */
export function distinctiveWords(
  texts: readonly string[],
  kinds: Int32Array,
  kindCount: number,
  most: number,
): string[][] {
  const tokenSets = texts.map((text) => new Set(tokenize(text)));
  const everywhere = countQuestions(tokenSets);
  const total = texts.length;
  const best = new Map<string, { readonly kind: number; readonly z: number }>();
  for (let kind = 0; kind < kindCount; kind++) {
    const inside = tokenSets.filter((_tokens, question) => kinds[question] === kind);
    for (const [token, count] of countQuestions(inside)) {
      if (count < MIN_SHARE * inside.length || isStopWord(token)) continue;
      const outsideCount = everywhere.get(token)! - count;
      const outside = total - inside.length;
      if (outsideCount > MAX_SHARE * outside) continue;
      const z = oddsScore(count, inside.length, outsideCount, outside, (count + outsideCount) / total);
      if (z > 0 && z > (best.get(token)?.z ?? 0)) best.set(token, { kind, z });
    }
  }
  return Array.from({ length: kindCount }, (_, kind) =>
    [...best]
      .filter(([, found]) => found.kind === kind)
      .sort(([one, first], [other, second]) => second.z - first.z || (one < other ? -1 : 1))
      .slice(0, most)
      .map(([token]) => SPOKEN_TOKENS.get(token) ?? token),
  );
}

/** z-score of the difference of log-odds between a kind and the rest. */
function oddsScore(
  insideCount: number,
  inside: number,
  outsideCount: number,
  outside: number,
  share: number,
): number {
  const prior = PRIOR_QUESTIONS * share;
  // Half a question keeps a word that stands in every question finite.
  const priorRest = PRIOR_QUESTIONS * (1 - share) + 0.5;
  const insideWith = insideCount + prior;
  const outsideWith = outsideCount + prior;
  const insideWithout = inside - insideCount + priorRest;
  const outsideWithout = outside - outsideCount + priorRest;
  const difference = Math.log(insideWith / insideWithout) - Math.log(outsideWith / outsideWithout);
  return difference / Math.sqrt(1 / insideWith + 1 / outsideWith);
}

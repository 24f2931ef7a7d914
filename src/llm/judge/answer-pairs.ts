import { type CallName, toKey } from "../calls/call-plan.ts";
import type { AnswerToJudge } from "./answers-to-judge.ts";
import { type JudgeInstructions, judgeMessages } from "./judge-messages.ts";
import type { Judgement } from "./judgement-plan.ts";

/** Two answers to one question, of one repetition, under two prompts. */
export interface AnswerPair {
  readonly first: AnswerToJudge;
  readonly second: AnswerToJudge;
  /** Whether both say the same, letter by letter, so that nobody need be asked which is better. */
  readonly isSame: boolean;
}

/** What both orders of a pair gave. */
export interface PairVerdict {
  readonly pair: AnswerPair;
  /** 1 where the first answer is better, 0 where the second is, between them for ties and orders that disagree. */
  readonly value: number;
  /** Whether both orders named the same winner, or both a tie. */
  readonly isConsistent: boolean;
  /** Wins of the answer that was shown first, of the two orders, ties by half. */
  readonly winsWhenShownFirst: number;
}

/** All pairs of answers to the same question in the same repetition, in the answers' order. */
export function answerPairs(answers: readonly AnswerToJudge[]): AnswerPair[] {
  const groups = new Map<string, AnswerToJudge[]>();
  for (const answer of answers) {
    const key = findGroup(answer);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [answer]);
    else group.push(answer);
  }
  const pairs: AnswerPair[] = [];
  for (const group of groups.values())
    for (const [position, first] of group.entries())
      for (const second of group.slice(position + 1))
        pairs.push({ first, second, isSame: first.entry.answer.trim() === second.entry.answer.trim() });
  return pairs;
}

/** Two judgements for each pair, one in each order: judges tend to prefer what they are shown first, or last. */
export function pairJudgements(instructions: JudgeInstructions, pairs: readonly AnswerPair[]): Judgement[] {
  return pairs
    .filter(({ isSame }) => !isSame)
    .flatMap(({ first, second }) =>
      [
        [first, second],
        [second, first],
      ].map(([shownFirst, shownSecond]) => ({
        name: pairName(shownFirst!, shownSecond!),
        messages: () =>
          judgeMessages(instructions, first.query.text, [
            shownFirst!.entry.answer,
            shownSecond!.entry.answer,
          ]),
      })),
    );
}

/** Both prompts, in the order shown, play the part of the prompt. */
function pairName(shownFirst: AnswerToJudge, shownSecond: AnswerToJudge): CallName {
  const { queryId, repetition } = shownFirst.entry;
  return {
    queryId,
    promptId: JSON.stringify([shownFirst.entry.promptId, shownSecond.entry.promptId]),
    repetition,
  };
}

/**
 * Joins the two orders of a pair.
 * @param findVerdict what the judge said of a call, null where it could not be read, undefined where it was not asked
 * @returns null where one of the orders could not be read, for the other alone is biased; undefined where one was not
 * asked about
 */
export function pairVerdict(
  pair: AnswerPair,
  findVerdict: (key: string) => number | null | undefined,
): PairVerdict | null | undefined {
  if (pair.isSame) return { pair, value: 0.5, isConsistent: true, winsWhenShownFirst: 1 };
  const forward = findVerdict(toKey(pairName(pair.first, pair.second)));
  const backward = findVerdict(toKey(pairName(pair.second, pair.first)));
  if (forward === undefined || backward === undefined) return undefined;
  if (forward === null || backward === null) return null;
  return {
    pair,
    value: (forward + 1 - backward) / 2,
    isConsistent: forward === 1 - backward,
    winsWhenShownFirst: forward + backward,
  };
}

/**
 * How often each answer beat the others to its question: the mean of its pairs, in [0, 1]. Where every answer meets every
 * other, as here, this orders answers as a Bradley–Terry model does, and needs no fit.
 * @param findVerdict as in `pairVerdict`
 * @returns by answer, and the verdicts they come from; without answers none of whose pairs could be read, and without
 * questions whose pairs were not all asked about
 */
export function winRates(
  pairs: readonly AnswerPair[],
  findVerdict: (key: string) => number | null | undefined,
): { readonly rates: ReadonlyMap<AnswerToJudge, number>; readonly verdicts: readonly PairVerdict[] } {
  const unfinished = new Set<string>();
  const verdicts: PairVerdict[] = [];
  for (const pair of pairs) {
    const verdict = pairVerdict(pair, findVerdict);
    if (verdict === undefined) unfinished.add(findGroup(pair.first));
    else if (verdict !== null) verdicts.push(verdict);
  }
  const sums = new Map<AnswerToJudge, { wins: number; pairs: number }>();
  const add = (answer: AnswerToJudge, wins: number): void => {
    const sum = sums.get(answer) ?? { wins: 0, pairs: 0 };
    sum.wins += wins;
    sum.pairs++;
    sums.set(answer, sum);
  };
  for (const { pair, value } of verdicts) {
    if (unfinished.has(findGroup(pair.first))) continue;
    add(pair.first, value);
    add(pair.second, 1 - value);
  }
  const rates = new Map(Array.from(sums, ([answer, { wins, pairs: count }]) => [answer, wins / count]));
  return { rates, verdicts };
}

/** Answers that are compared with each other have one group. */
function findGroup({ query, entry }: AnswerToJudge): string {
  return JSON.stringify([query.id, entry.repetition]);
}

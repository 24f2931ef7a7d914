import fc from "fast-check";
import { expect, test } from "vitest";
import { toKey } from "../calls/call-plan.ts";
import { answerPairs, pairJudgements, winRates } from "./answer-pairs.ts";
import type { AnswerToJudge } from "./answers-to-judge.ts";

const INSTRUCTIONS = { mode: "pairwise", criteria: ["It is right."] } as const;

function answer(queryId: string, promptId: string, text: string, repetition = 0): AnswerToJudge {
  return {
    entry: { queryId, promptId, repetition, llm: "m", answer: text },
    query: { id: queryId, text: "Which?" },
  };
}

/** A judge that prefers the longer answer, and says so for every pair it is asked about. */
function byLength(answers: readonly AnswerToJudge[], bias = 0): Map<string, number> {
  const lengths = new Map(answers.map(({ entry }) => [entry.promptId, entry.answer.length]));
  return new Map(
    pairJudgements(INSTRUCTIONS, answerPairs(answers)).map(({ name }) => {
      const [first, second] = JSON.parse(name.promptId) as [string, string];
      const lead = lengths.get(first)! + bias - lengths.get(second)!;
      return [toKey(name), lead > 0 ? 1 : lead < 0 ? 0 : 0.5];
    }),
  );
}

test("answers meet those to the same question in the same repetition, in both orders", () => {
  const answers = [
    answer("q", "a", "1"),
    answer("q", "b", "22"),
    answer("q", "c", "1"),
    answer("r", "a", "1"),
  ];
  const pairs = answerPairs([...answers, answer("q", "a", "1", 1)]);
  expect(
    pairs.map(({ first, second, isSame }) => [first.entry.promptId, second.entry.promptId, isSame]),
  ).toEqual([
    ["a", "b", false],
    ["a", "c", true],
    ["b", "c", false],
  ]);
  // Equal answers need no judge.
  const names = pairJudgements(INSTRUCTIONS, pairs).map(({ name }) => name.promptId);
  expect(names).toEqual(['["a","b"]', '["b","a"]', '["b","c"]', '["c","b"]']);
});

test("win rates are the mean over opponents, and what the position decides is a tie", () => {
  const answers = ["1", "22", "333", "333"].map((text, position) => answer("q", `p${position}`, text));
  const fair = byLength(answers);
  const rates = winRates(answerPairs(answers), (key) => fair.get(key)).rates;
  expect(answers.map((one) => rates.get(one))).toEqual([0, 1 / 3, 2.5 / 3, 2.5 / 3]);
  // This judge takes whatever comes first.
  const biased = byLength(answers, 10);
  const found = winRates(answerPairs(answers), (key) => biased.get(key));
  expect([...found.rates.values()]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect(found.verdicts.filter(({ isConsistent }) => !isConsistent)).toHaveLength(5);
  expect(
    found.verdicts
      .filter(({ pair }) => !pair.isSame)
      .every(({ winsWhenShownFirst }) => winsWhenShownFirst === 2),
  ).toBe(true);
});

test("a pair counts only with both its orders, a question only when all its pairs were asked about", () => {
  const answers = ["1", "22", "333"].map((text, position) => answer("q", `p${position}`, text));
  const pairs = answerPairs(answers);
  const verdicts = new Map<string, number | null>(byLength(answers));
  const [first] = verdicts.keys();
  verdicts.set(first!, null);
  const unreadable = winRates(pairs, (key) => verdicts.get(key));
  expect(answers.map((one) => unreadable.rates.get(one))).toEqual([0, 0, 1]);
  verdicts.delete(first!);
  expect(winRates(pairs, (key) => verdicts.get(key)).rates.size).toBe(0);
});

test("win rates lie in [0, 1] and their mean is one half", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 5 }), { minLength: 2, maxLength: 6 }),
      fc.nat(3),
      (texts, bias) => {
        const answers = texts.map((text, position) => answer("q", `p${position}`, text));
        const verdicts = byLength(answers, bias);
        const rates = [...winRates(answerPairs(answers), (key) => verdicts.get(key)).rates.values()];
        expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
        expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeCloseTo(0.5, 12);
      },
    ),
  );
});

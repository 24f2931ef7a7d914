import { agreement } from "../../evaluate/index.ts";
import { pairVerdict, toKey } from "../../llm/index.ts";
import type { JudgeCheck } from "./judge-types.ts";
import { hasKnownAnswer, isRight, type Judging } from "./prepare-judging.ts";

/** Of the bootstrap. */
const SEED = 7;
/** Classes of the comparison. */
const TIE = 2;

/**
 * Compares a judge with what is known. It is trusted where its kappa, by the lower end of its interval, is at least
 * `minKappa`.
 * @param verdicts by call, as far as the judge was asked; null where its reply could not be read
 */
export function checkJudge(
  judging: Judging,
  verdicts: ReadonlyMap<string, number | null>,
  minKappa: number,
): JudgeCheck {
  const judged: number[] = [];
  const known: number[] = [];
  const questions: string[] = [];
  const compare = (judgedClass: number, knownClass: number, question: string): void => {
    judged.push(judgedClass);
    known.push(knownClass);
    questions.push(question);
  };
  let replies = 0;
  let unreadable = 0;
  const { check } = judging;
  for (let index = 0; index < check.length; index++) {
    const verdict = verdicts.get(toKey(check.call(index)));
    if (verdict !== undefined) replies++;
    if (verdict === null) unreadable++;
  }
  if (judging.mode === "pairwise")
    for (const pair of judging.pairs.filter(hasKnownAnswer)) {
      const verdict = pairVerdict(pair, (key) => verdicts.get(key));
      if (verdict === undefined || verdict === null) continue;
      const { value } = verdict;
      const winner = value === 0.5 ? TIE : value > 0.5 ? 1 : 0;
      const right = isRight(pair.first.label!) ? 1 : 0;
      compare(winner, right, pair.first.query.id);
      // And the other way round: which of the two stands first says nothing, so chance must be one half.
      compare(winner === TIE ? TIE : 1 - winner, 1 - right, pair.first.query.id);
    }
  else
    for (const { entry, label } of judging.read.answers.filter(hasKnownAnswer)) {
      const value = verdicts.get(toKey(entry)) ?? null;
      if (value !== null) compare(isRight(value) ? 1 : 0, isRight(label!) ? 1 : 0, entry.queryId);
    }
  const numbers = new Map([...new Set(questions)].map((id, position) => [id, position]));
  const found = agreement(
    Int32Array.from(judged),
    Int32Array.from(known),
    Int32Array.from(questions, (id) => numbers.get(id)!),
    { seed: SEED },
  );
  const lower = found?.kappaCi95?.[0] ?? Number.NEGATIVE_INFINITY;
  const units = (found?.units ?? 0) / (judging.mode === "pairwise" ? 2 : 1);
  return {
    agreement: found === null ? null : { ...found, units },
    replies,
    unreadable,
    minKappa,
    isTrusted: lower >= minKappa,
  };
}

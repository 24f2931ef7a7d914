import { createGrader, openRunDirectory, type RunDirectory } from "../../data/index.ts";
import {
  type AnswerPair,
  type AnswersToJudge,
  type AnswerToJudge,
  answerPairs,
  DEFAULT_CRITERIA,
  type JudgeMode,
  type Judgement,
  JudgementPlan,
  pairJudgements,
  readAnswersToJudge,
  type Sampling,
  singleJudgements,
} from "../../llm/index.ts";
import type { JudgingOptions } from "./judge-types.ts";

const DEFAULT_SAMPLING: Sampling = { temperature: 0, maxTokens: 400 };
const DEFAULT_CHECK = 200;

/** All judgements there are to make, those that check the judge first. */
export interface Judging {
  readonly source: RunDirectory;
  readonly read: AnswersToJudge;
  readonly mode: JudgeMode;
  readonly criteria: readonly string[];
  readonly sampling: Sampling;
  /** With the mode `pairwise`. */
  readonly pairs: readonly AnswerPair[];
  /** Judgements of the check. */
  readonly check: JudgementPlan;
  /** All of them, those of the check first. */
  readonly whole: JudgementPlan;
}

/**
 * Reads the answers of a run and plans their judgements. Labels to check the judge with are those of the log, or come from
 * a matcher where one is named; the questions of the check are those whose hashed ids come first.
 * @throws DataError or UsageError where there is nothing to judge
 */
export async function prepareJudging(options: JudgingOptions): Promise<Judging> {
  const { mode = "rubric", criteria = DEFAULT_CRITERIA, of, limit, checkOn = DEFAULT_CHECK } = options;
  const sampling = { ...DEFAULT_SAMPLING, ...options.sampling };
  const source = await openRunDirectory(options.run);
  const { matcher, pattern, schemaFile } = options;
  const isNamed = [matcher, pattern, schemaFile].some((option) => option !== undefined);
  const grader = isNamed ? await createGrader(options) : undefined;
  const read = await readAnswersToJudge(source, {
    ...(of !== undefined && { llm: of }),
    ...(limit !== undefined && { limit }),
    ...(grader !== undefined && { grader }),
  });
  const instructions = { mode, criteria };
  const pairs = mode === "pairwise" ? answerPairs(read.answers) : [];
  const units: readonly (AnswerToJudge | AnswerPair)[] = mode === "pairwise" ? pairs : read.answers;
  const [checked, rest] = split(units, checkOn);
  const listJudgements = (some: typeof units): Judgement[] =>
    mode === "pairwise"
      ? pairJudgements(instructions, some as readonly AnswerPair[])
      : singleJudgements(instructions, some as readonly AnswerToJudge[]);
  const first = listJudgements(checked);
  return {
    source,
    read,
    mode,
    criteria,
    sampling,
    pairs,
    check: new JudgementPlan(first, sampling),
    whole: new JudgementPlan([...first, ...listJudgements(rest)], sampling),
  };
}

/** The first units that can tell something about the judge, and all others. */
function split(
  units: readonly (AnswerToJudge | AnswerPair)[],
  checkOn: number,
): [checked: (AnswerToJudge | AnswerPair)[], rest: (AnswerToJudge | AnswerPair)[]] {
  const checked: (AnswerToJudge | AnswerPair)[] = [];
  const rest: (AnswerToJudge | AnswerPair)[] = [];
  for (const unit of units) (checked.length < checkOn && hasKnownAnswer(unit) ? checked : rest).push(unit);
  return [checked, rest];
}

/** Whether the truth is known: of an answer, whether it is right; of a pair, which one is, where one of two is. */
export function hasKnownAnswer(unit: AnswerToJudge | AnswerPair): boolean {
  if (!("first" in unit)) return unit.label !== undefined;
  const { first, second, isSame } = unit;
  return (
    !isSame &&
    first.label !== undefined &&
    second.label !== undefined &&
    isRight(first.label) !== isRight(second.label)
  );
}

/** Whether a label says right rather than wrong. */
export function isRight(label: number): boolean {
  return label >= 0.5;
}

import { argmaxColumn, type StrategyInput, strategyOutcomes } from "../../select/index.ts";
import type { StrategyName } from "../../types/index.ts";

/** Expected reward of one strategy's choice on every test unit. */
export interface ChoiceRewards {
  readonly strategy: StrategyName;
  /** NaN where the unit does not count. */
  readonly reward: Float64Array;
  /** Of the fixed prompt on the same units. */
  readonly fixedReward: Float64Array;
  /** Whether the choice can be none but the fixed prompt, so that its uplift is 0 without uncertainty. */
  readonly alwaysFixed: boolean;
}

/** Strategies that need no reward model, or judge with hindsight. */
const BASELINES: readonly StrategyName[] = ["fixed", "best-of-train"];
const CONFIDENCE: readonly StrategyName[] = ["confidence-first", "confidence"];
/** These choose among training prompts only. */
const AMONG_TRAINING: ReadonlySet<StrategyName> = new Set([
  "fixed",
  "best-of-train",
  "argmax",
  "safe",
  ...CONFIDENCE,
]);
/** Below this score of every training prompt the reference turns to the held-out prompts. */
const TRUST = 0.5;

/**
 * The reference's choices (its step 5), with its ties: `np.argmax` takes the first of the best, and its array of all
 * prompts holds the held-out ones before the training ones. With one training prompt a tree cannot tell prompts
 * apart, so all scores tie and this order decides everything.
 */
export function referenceChoices(input: StrategyInput): ChoiceRewards[] {
  const { scores, trainingColumns, heldOutColumns } = input;
  const { prompts } = input.rewards;
  const training = (unit: number): number => argmaxColumn(scores, unit * prompts, trainingColumns, -1);
  const heldOut = (unit: number): number => argmaxColumn(scores, unit * prompts, heldOutColumns, -1);
  const score = (unit: number, column: number): number => scores[unit * prompts + column]!;
  const everyColumn = Int32Array.of(...trainingColumns, ...heldOutColumns);
  const common = ownChoices(input, [...BASELINES, ...CONFIDENCE]);
  const named = (names: readonly StrategyName[]): ChoiceRewards[] =>
    common.filter(({ strategy }) => names.includes(strategy));
  const withHeldOut =
    heldOutColumns.length === 0
      ? []
      : [
          readRewards(input, "held-out", heldOutColumns, heldOut),
          readRewards(input, "all", everyColumn, (unit) => {
            const [seen, unseen] = [training(unit), heldOut(unit)];
            return score(unit, seen) > score(unit, unseen) ? seen : unseen;
          }),
          readRewards(input, "hybrid", everyColumn, (unit) => {
            const seen = training(unit);
            return score(unit, seen) < TRUST ? heldOut(unit) : seen;
          }),
        ];
  return [
    ...named(BASELINES),
    readRewards(input, "argmax", trainingColumns, training),
    ...withHeldOut,
    ...named(CONFIDENCE),
  ];
}

/** How often an unseen prompt ties with the best-scored training prompt, and what hangs on who wins. */
export interface UnseenTies {
  /** Share of the units on which the best held-out score equals the best training score, and both lead. */
  readonly share: number;
  /** Success of `all`, were such ties to go to the training prompt; null where no unit counts. */
  readonly successOfTraining: number | null;
}

/** Ties between training and held-out prompts; null without held-out prompts. */
export function unseenTies(input: StrategyInput): UnseenTies | null {
  const { scores, trainingColumns, heldOutColumns } = input;
  if (heldOutColumns.length === 0) return null;
  const { queries: units, prompts } = input.rewards;
  const best = (unit: number, columns: Int32Array): number =>
    argmaxColumn(scores, unit * prompts, columns, -1);
  let ties = 0;
  const { reward } = readRewards(
    input,
    "all",
    Int32Array.of(...trainingColumns, ...heldOutColumns),
    (unit) => {
      const [seen, unseen] = [best(unit, trainingColumns), best(unit, heldOutColumns)];
      return scores[unit * prompts + unseen]! > scores[unit * prompts + seen]! ? unseen : seen;
    },
  );
  for (let unit = 0; unit < units; unit++) {
    const [seen, unseen] = [best(unit, trainingColumns), best(unit, heldOutColumns)];
    if (scores[unit * prompts + seen] === scores[unit * prompts + unseen]) ties++;
  }
  const known = reward.filter((value) => !Number.isNaN(value));
  return {
    share: ties / units,
    successOfTraining:
      known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
  };
}

/** This package's own strategies of these names, where they can be judged. */
export function ownChoices(input: StrategyInput, names: readonly StrategyName[]): ChoiceRewards[] {
  const outcomes = new Map(strategyOutcomes(input).map((outcome) => [outcome.name, outcome]));
  return names.flatMap((strategy) => {
    const outcome = outcomes.get(strategy);
    if (outcome === undefined || outcome.units === 0) return [];
    // As the reference does: on what is labeled, not on what is predicted of the rest.
    if (outcome.basis !== null && outcome.basis.design.kind !== "complete") {
      const { trainingColumns, heldOutColumns } = input;
      const candidates = AMONG_TRAINING.has(strategy)
        ? trainingColumns
        : Int32Array.of(...trainingColumns, ...heldOutColumns);
      return [readRewards(input, strategy, candidates, (unit) => outcome.chosen[unit]!)];
    }
    return [
      {
        strategy,
        reward: outcome.reward,
        fixedReward: outcome.fixedReward,
        alwaysFixed: outcome.alwaysFixed || hasNoChoice(input, strategy),
      },
    ];
  });
}

/** Whether the strategy chooses among one prompt. */
function hasNoChoice({ trainingColumns }: StrategyInput, strategy: StrategyName): boolean {
  return trainingColumns.length === 1 && AMONG_TRAINING.has(strategy);
}

/** Units on which a candidate or the fixed prompt has no label do not count. */
function readRewards(
  input: StrategyInput,
  strategy: StrategyName,
  candidates: Int32Array,
  choose: (unit: number) => number,
): ChoiceRewards {
  const { rewards, fixedColumn } = input;
  const { queries: units, prompts, successes, trials } = rewards;
  const reward = new Float64Array(units).fill(Number.NaN);
  const fixedReward = new Float64Array(units).fill(Number.NaN);
  const at = (unit: number, column: number): number =>
    successes[unit * prompts + column]! / trials[unit * prompts + column]!;
  for (let unit = 0; unit < units; unit++) {
    const fixed = fixedColumn[unit]!;
    const isLabeled = (column: number): boolean => trials[unit * prompts + column]! > 0;
    if (!isLabeled(fixed) || !candidates.every(isLabeled)) continue;
    reward[unit] = at(unit, choose(unit));
    fixedReward[unit] = at(unit, fixed);
  }
  return { strategy, reward, fixedReward, alwaysFixed: hasNoChoice(input, strategy) };
}

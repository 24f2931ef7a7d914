import { UsageError } from "../../errors.ts";
import type { JsonValue } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import type { AllocationSettings } from "../allocate/allocation-types.ts";
import { checkWhole } from "../calls/check-call-options.ts";
import type { CollectOptions } from "./collect-types.ts";

const DEFAULT_SEED = 7;

/**
 * What an adaptive collection follows from; undefined for a uniform one.
 * @throws UsageError where options do not go together
 */
export function allocationSettings({
  strategy = "uniform",
  calls,
  seed = DEFAULT_SEED,
  repeats = 1,
  pairs,
  queries,
  prompts,
}: Pick<CollectOptions, "strategy" | "calls" | "seed" | "repeats" | "pairs" | "queries" | "prompts">):
  | AllocationSettings
  | undefined {
  if (strategy === "uniform") {
    if (calls !== undefined)
      throw new UsageError(
        "A number of calls (--calls) goes with --strategy halving or bandit. With uniform, --limit and --repeats say how many there are.",
      );
    return undefined;
  }
  if (calls === undefined)
    throw new UsageError(
      `The strategy ${strategy} spreads a number of calls over the prompts: say how many, by --calls.`,
    );
  checkWhole("calls", calls, 1);
  checkWhole("seed", seed, 0);
  if (pairs !== undefined)
    throw new UsageError(`The strategy ${strategy} chooses the pairs of question and prompt itself.`);
  if (prompts.length < 2)
    throw new UsageError(`The strategy ${strategy} compares prompts, and there is ${prompts.length}.`);
  if (queries.length === 0) throw new UsageError("There is no question to ask.");
  return { strategy, questions: queries.length, prompts: prompts.length, repeats, calls, seed };
}

/** What must not change while the run grows. Calls and repeats may: they only say when to stop. */
export function allocationRecord(
  { strategy, seed }: AllocationSettings,
  { queries, prompts }: CollectOptions,
): Readonly<Record<string, JsonValue>> {
  return {
    strategy,
    strategySeed: seed,
    strategyQuestions: contentHash(...queries.map(({ id }) => id)),
    strategyPrompts: contentHash(...prompts.map(({ id }) => id)),
  };
}

import { join, resolve } from "node:path";
import { assertSettingsUnchanged, COLLECT_FOLDER, RUN_FILES } from "../../data/index.ts";
import type { Strategy } from "../allocate/allocation-types.ts";
import { type CallsAhead, remainingCalls } from "../calls/remaining-calls.ts";
import { AllocatedCalls } from "./allocated-calls.ts";
import { allocationRecord, allocationSettings } from "./allocation-options.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { checkedGrader } from "./checked-grader.ts";
import { CollectPlan } from "./collect-plan.ts";
import type { CollectOptions } from "./collect-types.ts";
import { ROUNDS_FILE } from "./decided-rounds.ts";
import { readInteractions } from "./read-interactions.ts";

/** What `collect` is about to do; with another strategy than `uniform`, `calls` and `left` are the most there will be. */
export interface PlannedCollection extends CallsAhead {
  readonly llm: string;
  readonly strategy: Strategy;
  /** Questions times prompts times repeats. */
  readonly pairs: number;
  readonly questions: number;
  readonly prompts: number;
}

/**
 * What `collect` would do with the same options, earlier sessions of the run taken into account; changes nothing and
 * sends nothing.
 * @throws UsageError, DataError, ConfigError as `collect`
 */
export async function planCollection(options: CollectOptions): Promise<PlannedCollection> {
  const { run, llm, queries, prompts, settings, strategy = "uniform" } = options;
  const grader = await checkedGrader(options);
  const allocation = allocationSettings(options);
  const directory = resolve(run);
  const folder = join(directory, COLLECT_FOLDER);
  await assertSettingsUnchanged(folder, directory, {
    ...settingsRecord(llm, settings, grader?.record ?? "none"),
    ...(allocation !== undefined && allocationRecord(allocation, options)),
  });
  const plan = new CollectPlan(queries, prompts, options.repeats ?? 1, settings);
  const allocated =
    allocation === undefined
      ? undefined
      : await AllocatedCalls.read(plan, allocation, join(directory, ROUNDS_FILE));
  const calls = await allocated?.mostCalls(() => readInteractions(join(directory, RUN_FILES.interactions)));
  return {
    llm: llm.name,
    strategy,
    pairs: plan.length,
    questions: queries.length,
    prompts: prompts.length,
    ...(await remainingCalls(plan, join(folder, "journal.jsonl"), {
      price: options.price,
      retryFailed: options.retryFailed ?? false,
      skipUncertain: options.skipUncertain ?? false,
      ...(calls !== undefined && { calls }),
      maxTokens: settings.sampling.maxTokens ?? settings.totalTokens,
    })),
  };
}

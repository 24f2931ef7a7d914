import { join, resolve } from "node:path";
import { COLLECT_FOLDER, checkKeptSettings } from "../../data/index.ts";
import type { Strategy } from "../allocate/allocation-types.ts";
import { type CallsAhead, callsAhead } from "../calls/calls-ahead.ts";
import { allocationRecord, allocationSettings } from "./allocation-options.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { checkedGrader } from "./checked-grader.ts";
import { CollectPlan } from "./collect-plan.ts";
import type { CollectOptions } from "./collect-types.ts";

/** What `collect` is about to do; with another strategy than `uniform`, `calls` and `left` are the most there will be. */
export interface PlannedCollection extends CallsAhead {
  readonly model: string;
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
  const { run, model, queries, prompts, settings, strategy = "uniform" } = options;
  const grader = await checkedGrader(options);
  const allocation = allocationSettings(options);
  const folder = join(resolve(run), COLLECT_FOLDER);
  await checkKeptSettings(folder, resolve(run), {
    ...settingsRecord(model, settings, grader?.record ?? "none"),
    ...(allocation !== undefined && allocationRecord(allocation, options)),
  });
  const plan = new CollectPlan(queries, prompts, options.repeats ?? 1, settings);
  return {
    model: model.name,
    strategy,
    pairs: plan.length,
    questions: queries.length,
    prompts: prompts.length,
    ...(await callsAhead(plan, join(folder, "journal.jsonl"), {
      ...options,
      maxTokens: settings.sampling.maxTokens ?? settings.totalTokens,
    })),
  };
}

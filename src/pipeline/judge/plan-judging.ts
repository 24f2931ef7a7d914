import { join, resolve } from "node:path";
import { assertSettingsUnchanged, COLLECT_FOLDER } from "../../data/index.ts";
import { type CallsAhead, remainingCalls } from "../../llm/index.ts";
import { judgeSettings } from "./judge-run.ts";
import type { JudgeOptions } from "./judge-types.ts";
import type { Judging } from "./prepare-judging.ts";

/** What `judgeRun` is about to do. */
export interface PlannedJudging extends CallsAhead {
  readonly judge: string;
  readonly answers: number;
  /** Calls that check the judge, and are made first. */
  readonly checkCalls: number;
}

/**
 * What `judgeRun` would do with the same options, earlier sessions taken into account; changes nothing.
 * @param options.out without it there are no earlier sessions
 * @throws ConfigError where the run was begun with another judge, rubric or source
 */
export async function planJudging(
  judging: Judging,
  options: Omit<JudgeOptions, "out"> & Partial<Pick<JudgeOptions, "out">>,
): Promise<PlannedJudging> {
  const { check, whole, read, sampling } = judging;
  const { llm, out } = options;
  const folder = out === undefined ? undefined : join(resolve(out), COLLECT_FOLDER);
  if (folder !== undefined) await assertSettingsUnchanged(folder, resolve(out!), judgeSettings(judging, llm));
  return {
    judge: llm.name,
    answers: read.answers.length,
    checkCalls: check.length,
    ...(await remainingCalls(whole, folder === undefined ? undefined : join(folder, "journal.jsonl"), {
      ...options,
      maxTokens: sampling.maxTokens,
    })),
  };
}

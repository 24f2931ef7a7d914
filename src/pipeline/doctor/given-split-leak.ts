import { questionTextKey } from "../../data/index.ts";
import { PART_CODES, type RewardLog } from "../../types/index.ts";
import type { GivenSplitLeak } from "./doctor-types.ts";

/** @returns null where the log gives no split */
export function findLeak(log: RewardLog): GivenSplitLeak | null {
  const parts = { train: new Set<string>(), test: new Set<string>() };
  for (let index = 0; index < log.length; index++) {
    const code = log.part[index];
    if (code === PART_CODES.unknown) continue;
    const key = questionTextKey(log.queries[log.queryIndex[index]!]!.text);
    parts[code === PART_CODES.train ? "train" : "test"].add(key);
  }
  if (parts.test.size === 0) return null;
  const leaked = [...parts.test].filter((key) => parts.train.has(key)).length;
  return { testQuestions: parts.test.size, leaked };
}

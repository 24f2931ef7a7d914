import { join } from "node:path";
import {
  type Grader,
  interactionSchema,
  parseRecord,
  RUN_FILES,
  type RunDirectory,
  readJsonLines,
} from "../data/index.ts";
import { type CallSettings, type ChatModel, settingsRecord } from "../llm/index.ts";
import { contentHash } from "../util/index.ts";

/**
 * Folder beside a run's log for answers that are no part of it: one for each LLM and way of asking, so that answers of
 * different settings are never mixed and each can be gone on with. `docs/decisions/0007` says why they stay apart.
 */
export function answersFolder(
  run: RunDirectory,
  purpose: "proposals" | "live",
  llm: ChatModel,
  settings: CallSettings,
  grader: Grader,
): string {
  const hash = contentHash(JSON.stringify(settingsRecord(llm, settings, grader.record))).slice(0, 8);
  const name = llm.name
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+/, "")
    .slice(0, 40);
  return join(run.path, purpose, `${name}-${hash}`);
}

/** Rewards of answered pairs, by {@link pairKey}. */
export async function readRewards(folder: string): Promise<Map<string, number>> {
  const file = join(folder, RUN_FILES.interactions);
  const rewards = new Map<string, number>();
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    const { queryId, promptId, reward } = parseRecord(interactionSchema, value, "interaction", {
      file,
      line,
    });
    rewards.set(pairKey(queryId, promptId), reward);
  }
  return rewards;
}

/** A question and a prompt as one string. */
export function pairKey(queryId: string, promptId: string): string {
  return JSON.stringify([queryId, promptId]);
}

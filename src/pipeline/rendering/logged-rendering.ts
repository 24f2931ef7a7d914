import { readRunSettings } from "../../data/index.ts";
import { settingsFromRecord } from "../../llm/index.ts";
import type { LoggedRendering } from "./prompt-renderer.ts";

/** How a collected run put its questions; nothing for logs that come from elsewhere. */
export async function readLoggedRendering(directory: string): Promise<LoggedRendering> {
  const record = await readRunSettings(directory);
  const recorded = record === null ? null : settingsFromRecord(record);
  if (recorded === null) return {};
  const { system, questionPosition, separator, variables } = recorded.settings;
  return {
    ...(system !== undefined && { system }),
    ...{ questionPosition, separator, variables, hadFewShot: recorded.hadFewShot },
  };
}

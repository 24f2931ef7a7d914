import type { MatcherOptions, RunSettings } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import type { CallSettings, ChatModel } from "../../llm/index.ts";
import type { Session } from "../session/session.ts";
import { type MatcherFlags, readMatcherFlags } from "./matcher-flags.ts";
import { type RequestFlags, readRequestFlags } from "./request-flags.ts";
import { resolveRunMatcher } from "./resolve-run-matcher.ts";

/** Names of settings that say nothing about answers, or about which the command speaks itself. */
const NOT_COMPARED = new Set(["provider", "llm", "revision"]);

/**
 * How to ask more for a run: as it was collected, where it was; flags win, and a change is warned of. A run of another
 * kind is asked for by the flags alone.
 * @throws UsageError where the run was asked with what its record does not hold, and no flag brings it
 */
export async function resolveRequestSettings(
  run: string,
  flags: RequestFlags & MatcherFlags,
  llm: ChatModel,
  session: Session,
): Promise<{ readonly settings: CallSettings } & MatcherOptions> {
  const { createGrader, readRunSettings } = await import("../../data/index.ts");
  const { PRESETS, settingsFromRecord, settingsRecord } = await import("../../llm/index.ts");
  const record = await readRunSettings(run);
  const recorded = record === null ? null : settingsFromRecord(record);
  if (recorded?.hadFewShot === true && flags.fewShot === undefined)
    throw new UsageError(
      `The answers in ${run} were given after examples. Give the same ones again by --few-shot, so that answers can be compared.`,
    );
  const preset = flags.preset === undefined ? undefined : PRESETS[flags.preset];
  const settings = await readRequestFlags(flags, preset ?? recorded?.settings ?? PRESETS.plain);
  const given = readMatcherFlags(flags);
  const matcher = Object.keys(given).length > 0 ? given : await resolveRunMatcher(run);
  if (record !== null && recorded !== null) {
    const { record: graded } = await createGrader(matcher);
    warnOfChanges(record, settingsRecord(llm, settings, graded), session);
  }
  return { settings, ...matcher };
}

function warnOfChanges(before: RunSettings, now: RunSettings, session: Session): void {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => !NOT_COMPARED.has(name) && JSON.stringify(before[name]) !== JSON.stringify(now[name]),
  );
  if (changed.length === 0) return;
  const changes = changed.map(
    (name) =>
      `${name} was ${JSON.stringify(before[name] ?? null)} and is ${JSON.stringify(now[name] ?? null)}`,
  );
  session.note(
    `warning: The log was asked otherwise: ${changes.join("; ")}. What was learned from it may not hold.`,
  );
}

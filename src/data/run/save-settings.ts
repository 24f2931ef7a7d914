import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, DataError } from "../../errors.ts";
import type { JsonValue } from "../../types/index.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { toIoError } from "../files/to-io-error.ts";

const SETTINGS_FILE = "settings.json";

/** What must stay the same as long as a run grows, by name. */
export type RunSettings = Readonly<Record<string, JsonValue>>;

/**
 * Keeps settings beside the answers they led to, or finds them there unchanged.
 * @param folder that holds the answers
 * @param directory the run, for messages
 * @throws ConfigError where a setting is not what it was: nothing is mixed
 */
export async function saveSettings(folder: string, directory: string, settings: RunSettings): Promise<void> {
  const earlier = await readSettings(folder);
  if (earlier === null)
    await writeFileAtomic(join(folder, SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`);
  else checkSettings(directory, earlier, settings);
}

/**
 * Finds settings that are kept in a folder unchanged, or none there; writes nothing.
 * @param directory the run, for messages
 * @throws ConfigError where a setting is not what it was
 */
export async function assertSettingsUnchanged(
  folder: string,
  directory: string,
  settings: RunSettings,
): Promise<void> {
  const earlier = await readSettings(folder);
  if (earlier !== null) checkSettings(directory, earlier, settings);
}

/**
 * Settings that are kept in a folder; null where there are none.
 * @throws DataError where they cannot be read
 */
export async function readSettings(folder: string): Promise<RunSettings | null> {
  const file = join(folder, SETTINGS_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw toIoError(error, file, "read");
  }
  try {
    return z.record(z.string(), z.json()).parse(JSON.parse(text));
  } catch (error) {
    throw new DataError("The file is damaged. Collect into another folder.", { file }, error);
  }
}

function checkSettings(directory: string, earlier: RunSettings, settings: RunSettings): void {
  for (const name of new Set([...Object.keys(earlier), ...Object.keys(settings)])) {
    const before = JSON.stringify(earlier[name]);
    const now = JSON.stringify(settings[name]);
    if (before === now) continue;
    throw new ConfigError(
      `The run ${directory} was begun with ${name} ${before ?? "unset"}, but now it is ${now ?? "unset"}. Answers of different settings are not mixed: call it as before, or choose another folder.`,
      { path: directory, setting: name },
    );
  }
}

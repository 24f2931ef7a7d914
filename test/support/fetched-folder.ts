import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "./project-root.ts";

/**
 * A folder of files from outside, fetched once and kept below `node_modules/.cache`.
 * @param name which changes with what is fetched
 * @param fill fetches into an empty folder; only when it is done the folder appears under its name
 */
export async function fetchedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(PROJECT_ROOT, "node_modules/.cache/prompt-oirl", name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(join(dirname(folder), "fetching-"));
  try {
    const content = join(scratch, "content");
    await mkdir(content);
    await fill(content);
    await rename(content, folder).catch((cause: NodeJS.ErrnoException) => {
      // Another test process was faster.
      if (cause.code !== "ENOTEMPTY" && cause.code !== "EEXIST") throw cause;
    });
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The last line of what a failed command said, or why it could not be started. */
export function describeReason(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return stderr?.trim().split("\n").at(-1) || message;
}

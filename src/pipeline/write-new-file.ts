import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../data/index.ts";
import { ExistsError } from "../errors.ts";

/**
 * Writes a result, but for what stands at the path already: the same text is left as it is, another one is replaced only
 * by force.
 * @throws ExistsError where another text stands there
 */
export async function writeNewFile(path: string, text: string, force: boolean): Promise<void> {
  const existing = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (existing === text) return;
  if (existing !== null && !force)
    throw new ExistsError(
      `${path} is there already and holds something else; replace it with --force, or choose another file by --out`,
    );
  await writeFileAtomic(path, text);
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../support/project-root.ts";

/** Folders that are not the project's own: what was installed, and caches, whose names begin with a dot. */
const FOREIGN = /(^|[\\/])(node_modules|\.[^\\/]*)[\\/]/;

/** Files of a folder with certain endings, relative to the project, with slashes. */
export function listSourceFiles(folder: string, endings: RegExp): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => endings.test(name) && !FOREIGN.test(name))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

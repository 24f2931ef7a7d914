import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageManifest from "../../../package.json" with { type: "json" };
import { IoError } from "../../errors.ts";

/** Version of this package. */
export const PACKAGE_VERSION: string = packageManifest.version;

/**
 * A file that ships with the package, found from the running file upwards, so that it holds for `src` and `dist`.
 * @param name relative to the package's folder
 * @throws IoError where the installation lacks it
 */
export function packageFile(name: string): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === packageManifest.name) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
      throw new IoError(`this installation is incomplete: ${file} is missing. Install the package again.`, {
        file,
      });
    }
    if (folder === dirname(folder))
      throw new IoError(
        `this installation is incomplete: no package.json above ${start}. Install the package again.`,
      );
  }
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fetchedFolder } from "./fetched-folder.ts";

const run = promisify(execFile);
const PYTHON = "python3";
const PATIENCE_MS = 100_000;

/**
 * The unpacked content of Python wheels, which pip downloads and checks once, into a folder named for their list; of
 * source archives where the list says `--no-binary`, each in a folder of its own. They are not installed.
 * @param list file beside this one with names, versions and sums
 */
export async function fetchWheels(list: string): Promise<string> {
  const requirements = fileURLToPath(new URL(list, import.meta.url));
  const sum = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  return fetchedFolder(join(basename(list, ".txt"), sum), async (folder) => {
    const wheels = await mkdtemp(join(tmpdir(), "oirl-wheels-"));
    try {
      const pip = ["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"];
      await run(
        PYTHON,
        [...pip, "--only-binary=:all:", "--require-hashes", "-r", requirements, "-d", wheels],
        { timeout: PATIENCE_MS },
      );
      // XGBoost finds its OpenMP in the folder beside its own, so wheels are laid out as pip would.
      for (const file of await readdir(wheels)) {
        const archive = file.endsWith(".whl") ? "zipfile" : "tarfile";
        await run(PYTHON, ["-m", archive, "-e", join(wheels, file), folder]);
      }
    } finally {
      await rm(wheels, { recursive: true, force: true });
    }
  });
}

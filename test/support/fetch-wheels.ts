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
 * The unpacked content of Python wheels, which pip downloads and checks once, into a folder named for their list.
 * Nothing of Python is needed to use them.
 * @param list file beside this one with names, versions and sums of the wheels
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
      for (const wheel of await readdir(wheels))
        await run(PYTHON, ["-m", "zipfile", "-e", join(wheels, wheel), folder]);
    } finally {
      await rm(wheels, { recursive: true, force: true });
    }
  });
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { PROJECT_ROOT } from "./project-root.ts";

const run = promisify(execFile);

/** Names, versions and sums of the wheels. */
const REQUIREMENTS = fileURLToPath(new URL("boosting-libraries.txt", import.meta.url));
const PYTHON = "python3";
const PATIENCE_MS = 100_000;

/** Paths of the shared libraries of XGBoost and LightGBM. */
export interface BoostingLibraries {
  readonly xgboost: string;
  readonly lightgbm: string;
}

/** Either the libraries, or why they cannot be had. */
export type FoundLibraries =
  | { readonly libraries: BoostingLibraries }
  | { readonly libraries: null; readonly reason: string };

/**
 * The original libraries: they stand inside their Python wheels, which pip downloads and checks once, into a folder
 * named for the list of wheels. Nothing of Python is needed to use them.
 */
export async function findBoostingLibraries(): Promise<FoundLibraries> {
  const list = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(PROJECT_ROOT, "node_modules/.cache/prompt-oirl/boosting-libraries", list);
  try {
    if (!existsSync(folder)) await download(folder);
  } catch (error) {
    return { libraries: null, reason: reasonOf(error) };
  }
  return {
    libraries: {
      xgboost: join(folder, "xgboost/lib/libxgboost.so"),
      lightgbm: join(folder, "lightgbm/lib/lib_lightgbm.so"),
    },
  };
}

/**
 * The libraries, or the test is skipped, saying why; with OIRL_REQUIRE_DATA=1 (continuous integration) it fails
 * instead.
 */
export function requireBoostingLibraries(context: TestContext, found: FoundLibraries): BoostingLibraries {
  if (found.libraries !== null) return found.libraries;
  if (process.env.OIRL_REQUIRE_DATA === "1")
    throw new Error(`The boosting libraries are missing, and OIRL_REQUIRE_DATA=1: ${found.reason}`);
  return context.skip(`needs XGBoost and LightGBM from the Python package index: ${found.reason}`);
}

async function download(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const scratch = await mkdtemp(join(dirname(folder), "fetching-"));
  try {
    const wheels = join(scratch, "wheels");
    const pip = ["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"];
    await run(PYTHON, [...pip, "--only-binary=:all:", "--require-hashes", "-r", REQUIREMENTS, "-d", wheels], {
      timeout: PATIENCE_MS,
    });
    const content = join(scratch, "content");
    // XGBoost finds its OpenMP in the folder beside its own, so the wheels are laid out as pip would.
    for (const wheel of await readdir(wheels))
      await run(PYTHON, ["-m", "zipfile", "-e", join(wheels, wheel), content]);
    await rename(content, folder).catch((cause: NodeJS.ErrnoException) => {
      // Another test process was faster.
      if (cause.code !== "ENOTEMPTY" && cause.code !== "EEXIST") throw cause;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The last line of what pip said, or why it could not be started. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return stderr?.trim().split("\n").at(-1) || message;
}

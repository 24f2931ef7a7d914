import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_ROOT } from "./project-root.ts";

const CACHE = join(PROJECT_ROOT, ".cache");
/** Builds of older sources are cleared away, but not while another test run may still use them. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/**
 * Builds the command line as it is shipped, but apart from `dist/`, so that tests disturb nobody's build; once for
 * each state of the sources.
 * @returns path of the built `cli.mjs`
 */
export async function builtCli(): Promise<string> {
  const folder = join(CACHE, `built-${hashSources()}`);
  const script = join(folder, "cli.mjs");
  if (existsSync(script)) return script;
  await mkdir(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE))
    if (/^(built|building)-/.test(old) && Date.now() - statSync(join(CACHE, old)).mtimeMs > STALE_AFTER_MS)
      rmSync(join(CACHE, old), { recursive: true, force: true });
  const unfinished = await mkdtemp(join(CACHE, "building-"));
  await promisify(execFile)(
    process.execPath,
    [
      join(PROJECT_ROOT, "node_modules/tsdown/dist/run.mjs"),
      ...["--no-dts", "--no-sourcemap", "--logLevel", "error", "--out-dir", unfinished],
    ],
    { cwd: PROJECT_ROOT },
  );
  // Another test file may have been faster; both built the same.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }));
  return script;
}

function hashSources(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(PROJECT_ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join("src", name));
  for (const name of ["package.json", "tsdown.config.ts", ...sources.sort()])
    hash.update(name).update(readFileSync(join(PROJECT_ROOT, name)));
  return hash.digest("hex").slice(0, 16);
}

/** How a process ended and what it wrote. */
export interface ProcessOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started command line, for tests that interrupt it. */
export interface RunningCli {
  readonly process: ReturnType<typeof spawn>;
  readonly outcome: Promise<ProcessOutcome>;
}

/** Starts the built command line in a process of its own, without a terminal. */
export async function startCli(
  commandLine: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<RunningCli> {
  const child = spawn(process.execPath, [await builtCli(), ...commandLine], {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => (text.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (text.stderr += chunk));
  const outcome = new Promise<ProcessOutcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...text }));
  });
  return { process: child, outcome };
}

/** Runs the built command line to its end. */
export async function runBuiltCli(
  commandLine: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<ProcessOutcome> {
  return (await startCli(commandLine, options)).outcome;
}

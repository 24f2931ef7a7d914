import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "../../errors.ts";

const run = promisify(execFile);
const PATIENCE_MS = 30_000;
/** Commands that may be Python, in the order they are tried. */
const PYTHONS = ["python3", "python"] as const;

/*
 * Tells where a package lies without importing it. The working directory is taken off the search path: what happens
 * to stand there must not be loaded as native code.
 */
const LOCATE = `import sys
sys.path = [entry for entry in sys.path if entry]
import importlib.util
found = importlib.util.find_spec(sys.argv[1])
print((found and found.submodule_search_locations or [""])[0])`;

/** Where to look for the shared library of an original trainer. */
export interface LibrarySearch {
  /** "XGBoost", for messages. */
  readonly name: string;
  /** Path the user gave; nothing else is tried then. */
  readonly path: string | undefined;
  /** Environment variable that may hold a path; where it does, nothing else is tried. */
  readonly variable: string;
  /** Python package the library comes with. */
  readonly pythonPackage: string;
  /** What pip is to install for it. */
  readonly pipName: string;
  /** Places within the package, one an operating system. */
  readonly files: readonly string[];
}

/**
 * Finds a shared library: by path, by environment variable, else by asking Python for the package it comes with.
 * @throws ConfigError that says where it was looked for and how to install it
 */
export async function findLibrary(search: LibrarySearch): Promise<string> {
  const fixed: readonly [origin: string, path: string | undefined][] = [
    ["the option library", search.path],
    [`the environment variable ${search.variable}`, process.env[search.variable] || undefined],
  ];
  for (const [origin, path] of fixed) {
    if (path === undefined) continue;
    if (existsSync(path)) return resolve(path);
    throw new ConfigError(
      `${search.name} is not at ${path}, which ${origin} names; name its shared library (${search.files.join(", ")}), or name none to have it found by Python.`,
      { path },
    );
  }
  const tried: string[] = [];
  for (const python of PYTHONS) {
    const found = await locatePackage(python, search);
    if ("path" in found) return found.path;
    tried.push(`${python}: ${found.reason}`);
  }
  throw new ConfigError(
    `${search.name} was not found. Neither an option nor ${search.variable} names its shared library, and Python does not have it (${tried.join("; ")}). Install it with: pip install ${search.pipName}; or set ${search.variable} to the path of the library. Without it, the gbdt- reward models train the same kind of trees.`,
    { tried },
  );
}

async function locatePackage(
  python: string,
  { pythonPackage, files }: LibrarySearch,
): Promise<{ path: string } | { reason: string }> {
  let folder: string;
  try {
    const { stdout } = await run(python, ["-c", LOCATE, pythonPackage], { timeout: PATIENCE_MS });
    folder = stdout.trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { reason: code === "ENOENT" ? "no such command" : message.split("\n")[0]! };
  }
  if (folder === "") return { reason: `no package ${pythonPackage}` };
  const path = files.map((file) => join(folder, file)).find((candidate) => existsSync(candidate));
  return path === undefined ? { reason: `${folder} holds none of ${files.join(", ")}` } : { path };
}

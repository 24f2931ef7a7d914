import { realpathSync } from "node:fs";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { runArgument } from "../../report/index.ts";
import { packageFile } from "./package-files.ts";

/** How this process was called, as far as it says under which name the package can be called again. */
export interface Calling {
  /** The script that runs, as Node was given it. */
  readonly script: string;
  readonly workingDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The folder this package is installed in. */
  readonly packageFolder: string;
}

/**
 * What to type in this folder to call the package again: `oirl` where that is this very program, `npx prompt-oirl` where
 * npx finds it, else Node and the script.
 */
export function ownCommand({ script, workingDirectory, environment, packageFolder }: Calling): string {
  // Under npm the search path leads to programs that a shell of the user's does not find.
  const isUnderNpm = environment.npm_command !== undefined || environment.npm_lifecycle_event !== undefined;
  const program = resolved(script);
  if (!isUnderNpm && program !== null && isOnPath("oirl", program, environment)) return "oirl";
  const isCalledByNpx = environment.npm_command === "exec";
  if (isCalledByNpx || isFoundByNpx(workingDirectory, packageFolder)) return "npx prompt-oirl";
  const inside = relative(workingDirectory, script);
  return `node ${runArgument(inside.startsWith("..") ? script : inside)}`;
}

/** That of this process. */
export function ownCommandOfProcess(): string {
  return ownCommand({
    script: process.argv[1] ?? "",
    workingDirectory: process.cwd(),
    environment: process.env,
    packageFolder: packageFile("."),
  });
}

function isOnPath(name: string, program: string, { PATH = "" }: NodeJS.ProcessEnv): boolean {
  const first = PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => resolved(join(folder, name)))
    .find((found) => found !== null);
  return first === program;
}

/** npx looks into the package of the working directory and into what is installed there or above. */
function isFoundByNpx(workingDirectory: string, packageFolder: string): boolean {
  const installed = resolved(packageFolder);
  const here = resolved(workingDirectory);
  if (installed === null || here === null) return false;
  if (here === installed || here.startsWith(installed + sep)) return true;
  for (let folder = here; ; folder = dirname(folder)) {
    if (resolved(join(folder, "node_modules", "prompt-oirl")) === installed) return true;
    if (folder === dirname(folder)) return false;
  }
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

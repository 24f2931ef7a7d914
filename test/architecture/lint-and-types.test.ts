import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../support/project-root.ts";

const resolvePackage = createRequire(import.meta.url).resolve;

/** Runs a tool of ours on the whole project; gives its complaints, or "" where there are none. */
async function complaints(script: string, ...args: string[]): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, [script, ...args], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}` || String(error);
  }
}

test("lint and format: biome finds nothing", async () => {
  const biome = join(dirname(resolvePackage("@biomejs/biome/package.json")), "bin/biome");
  expect(await complaints(biome, "check", "--error-on-warnings", "--max-diagnostics=50", ".")).toBe("");
});

test("types: tsc finds nothing", async () => {
  const tsc = join(dirname(resolvePackage("typescript/package.json")), "bin/tsc");
  expect(await complaints(tsc, "--noEmit")).toBe("");
});

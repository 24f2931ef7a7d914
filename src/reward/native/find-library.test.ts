import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConfigError } from "../../errors.ts";
import { findLibrary, type LibrarySearch } from "./find-library.ts";

const SEARCH: LibrarySearch = {
  name: "Planter",
  path: undefined,
  variable: "OIRL_PLANTER_LIBRARY",
  pythonPackage: "planter",
  pipName: "planter-cpu",
  files: ["lib/libplanter.so", "lib/libplanter.dylib"],
};

let folder: string;
let there: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-library-"));
  there = join(folder, "planter/lib/libplanter.so");
  await mkdir(join(folder, "planter/lib"), { recursive: true });
  await writeFile(there, "");
  await writeFile(join(folder, "planter/__init__.py"), "raise Exception('imported')");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a command that stands for Python before all others. */
async function fakePython(script: string): Promise<void> {
  const path = join(folder, "bin");
  await mkdir(path);
  for (const name of ["python3", "python"]) {
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, name), 0o755);
  }
  vi.stubEnv("PATH", `${path}${delimiter}${process.env.PATH}`);
}

async function catchMessage(search: LibrarySearch): Promise<string> {
  const error: unknown = await findLibrary(search).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

test("a path goes before the environment, and that before Python", async () => {
  await fakePython(`echo ${join(folder, "planter")}`);
  expect(await findLibrary(SEARCH)).toBe(there);
  const named = join(folder, "named.so");
  await writeFile(named, "");
  vi.stubEnv(SEARCH.variable, named);
  expect(await findLibrary(SEARCH)).toBe(named);
  expect(await findLibrary({ ...SEARCH, path: there })).toBe(there);
});

test("a path that leads nowhere is not passed over", async () => {
  await fakePython(`echo ${join(folder, "planter")}`);
  expect(await catchMessage({ ...SEARCH, path: "/nowhere.so" })).toMatch(
    /Planter is not at \/nowhere\.so.*option/u,
  );
  vi.stubEnv(SEARCH.variable, "/nowhere.so");
  expect(await catchMessage(SEARCH)).toMatch(/\/nowhere\.so.*OIRL_PLANTER_LIBRARY/u);
});

test("what is not found is said to be, with where it was looked for and how to install it", async () => {
  await fakePython("echo");
  const message = await catchMessage(SEARCH);
  for (const part of ["OIRL_PLANTER_LIBRARY", "python3: no package planter", "pip install planter-cpu"])
    expect(message).toContain(part);
  await rm(join(folder, "bin"), { recursive: true });
  await fakePython(`echo ${folder}`);
  expect(await catchMessage(SEARCH)).toContain(`${folder} holds none of lib/libplanter.so`);
  await rm(join(folder, "bin"), { recursive: true });
  await fakePython("exit 3");
  expect(await catchMessage(SEARCH)).toContain("python3: Command failed");
  vi.stubEnv("PATH", join(folder, "empty"));
  expect(await catchMessage(SEARCH)).toContain("python3: no such command");
});

test("a package is located without being imported, and never in the working directory", async () => {
  const before = process.cwd();
  try {
    process.chdir(folder);
    expect(await catchMessage(SEARCH)).toMatch(/no package planter|no such command/u);
    // Where Python is there, it finds the same package once it is told to look there.
    if ((await catchMessage(SEARCH)).includes("no package")) {
      vi.stubEnv("PYTHONPATH", folder);
      expect(await findLibrary(SEARCH)).toBe(there);
    }
  } finally {
    process.chdir(before);
  }
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Calling, ownCommand } from "./own-command.ts";

let folder: string;
let project: string;
let installed: Calling;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-called-"));
  project = join(folder, "project");
  const packageFolder = join(project, "node_modules", "prompt-oirl");
  await mkdir(join(packageFolder, "dist"), { recursive: true });
  const script = join(packageFolder, "dist", "cli.mjs");
  await writeFile(script, "");
  for (const bin of [join(folder, "bin"), join(project, "node_modules", ".bin")]) {
    await mkdir(bin);
    await symlink(script, join(bin, "oirl"));
  }
  installed = { script, packageFolder, workingDirectory: project, environment: { PATH: "" } };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("is oirl where the search path leads to this very program", () => {
  const elsewhere = { ...installed, workingDirectory: folder };
  expect(ownCommand({ ...elsewhere, environment: { PATH: join(folder, "bin") } })).toBe("oirl");
});

test("is npx where npx called it, whatever it put on the search path, and where the package is installed", () => {
  const environment = { PATH: join(project, "node_modules", ".bin"), npm_command: "exec" };
  expect(ownCommand({ ...installed, environment })).toBe("npx prompt-oirl");
  expect(ownCommand({ ...installed, workingDirectory: folder, environment })).toBe("npx prompt-oirl");
  expect(ownCommand(installed)).toBe("npx prompt-oirl");
  const script = { ...environment, npm_command: "run-script" };
  expect(ownCommand({ ...installed, environment: script })).toBe("npx prompt-oirl");
  const inside = join(project, "node_modules", "prompt-oirl", "dist");
  expect(ownCommand({ ...installed, workingDirectory: inside })).toBe("npx prompt-oirl");
});

test("is Node and the script elsewhere, quoted where a shell would divide it", async () => {
  expect(ownCommand({ ...installed, workingDirectory: join(folder, "bin") })).toBe(
    `node ${installed.script}`,
  );
  const checkout = join(folder, "check out");
  await mkdir(checkout);
  const script = join(checkout, "cli.mjs");
  await writeFile(script, "");
  const call = { ...installed, script, packageFolder: checkout, workingDirectory: folder };
  expect(ownCommand(call)).toBe("node 'check out/cli.mjs'");
  // Another program of that name is none of ours.
  expect(ownCommand({ ...call, environment: { PATH: join(folder, "bin") } })).toBe(
    "node 'check out/cli.mjs'",
  );
});

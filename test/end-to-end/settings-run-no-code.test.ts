import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runBuiltCli } from "../support/built-cli.ts";
import { callCli } from "../support/captured-cli.ts";
import { sharedCase } from "../support/shared-case.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-settings-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MARKING = (file: string): string =>
  `import fs from "node:fs"; fs.writeFileSync(${JSON.stringify(file)}, "ran"); export default () => true;`;

test("case 25: a file of settings that names a module is refused, and the module does not run", async (context) => {
  await cp(dirname(sharedCase(context, "25-config-runs-code", "columns.yaml")), folder, { recursive: true });
  const commandLine = ["import", "table", "log.csv", "--out", "run", "--columns", "columns.yaml"];
  const { exitCode, stderr } = await runBuiltCli(commandLine, { cwd: folder });
  expect([exitCode, stderr.replaceAll(/\s+/g, " ")]).toEqual([
    2,
    expect.stringMatching(
      /columns\.yaml:2: a module runs only where the command line .*--matcher \.\/evil\.mjs/,
    ),
  ]);
  expect(existsSync(join(folder, "ran.txt"))).toBe(false);
});

test.each(["./own.mjs", "own.js", "/tmp/own.cjs", "..\\\\own", "own.ts"])(
  "the settings may not name the module %s",
  async (name) => {
    const mark = join(folder, "ran.txt");
    await writeFile(join(folder, "own.mjs"), MARKING(mark));
    await writeFile(join(folder, "log.csv"), "question,prompt,answer,golden_answer\nq,p,a,b\n");
    const columns = join(folder, "columns.json");
    await writeFile(columns, `{"matcher": "${name}"}`);
    const call = await callCli([
      ...["import", "table", join(folder, "log.csv"), "--out", join(folder, "run"), "--columns", columns],
    ]);
    expect(call.exitCode).toBe(2);
    expect(call.stderr).toMatch(/--matcher/);
    expect(existsSync(mark)).toBe(false);
  },
);

test("the command line may", async () => {
  const mark = join(folder, "ran.txt");
  await writeFile(join(folder, "own.mjs"), MARKING(mark));
  await writeFile(join(folder, "log.csv"), "question,prompt,answer,golden_answer\nq,p,a,b\nr,p,a,b\n");
  const call = await callCli([
    ...["import", "table", join(folder, "log.csv"), "--out", join(folder, "run")],
    ...["--matcher", join(folder, "own.mjs")],
  ]);
  expect([call.exitCode, call.stderr]).toEqual([0, ""]);
  expect(existsSync(mark)).toBe(true);
});

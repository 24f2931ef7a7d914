import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFirstLogs } from "../support/first-logs/make-first-logs.ts";
import { type InstalledPackage, installPackage } from "../support/installed-package.ts";
import { npmEnvironment } from "../support/npm-environment.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

const FOLDER = join(PROJECT_ROOT, "test/fixtures/first-logs");
const MAX_BYTES = 72_000;

/** `expected.json` beside a log. */
interface ExpectedOutcome {
  /** What the user names: a file or a folder. */
  readonly log: string;
  readonly exitCode: number;
  /** What was taken for what, line by line; `null` where it is refused. */
  readonly mapping: readonly string[] | null;
  /** How the verdict, or the message of an error, begins. */
  readonly verdict: string;
  /** The command that is to be called next; `null` where it is refused. */
  readonly next: string | null;
  /** Prompts that are recommended, by question. */
  readonly recommended: Readonly<Record<string, string>>;
}

const NAMES = readdirSync(FOLDER);
const readExpected = (name: string): ExpectedOutcome =>
  JSON.parse(readFileSync(join(FOLDER, name, "expected.json"), "utf8"));

describe("the committed logs", () => {
  const logs = makeFirstLogs();

  test("are what the script makes", () => {
    expect(Object.keys(logs).sort()).toEqual(NAMES);
    for (const [name, files] of Object.entries(logs)) {
      const committed = readdirSync(join(FOLDER, name), { recursive: true, encoding: "utf8" })
        .filter((path) => statSync(join(FOLDER, name, path)).isFile())
        .filter((path) => path !== "expected.json");
      expect(committed.sort()).toEqual(Object.keys(files).sort());
      for (const [path, text] of Object.entries(files)) {
        expect(readFileSync(join(FOLDER, name, path), "utf8") === text, `${name}/${path}`).toBe(true);
        expect(Buffer.byteLength(text), `${name}/${path}`).toBeLessThanOrEqual(MAX_BYTES);
      }
    }
  });
});

describe("a new user's first call, by the package from its tarball", () => {
  let installed: InstalledPackage;
  beforeAll(async () => {
    installed = await installPackage();
    for (const name of NAMES)
      await cp(join(FOLDER, name), join(installed.consumer, name), { recursive: true });
  }, 300_000);
  afterAll(() => installed?.remove());

  /** Types a line into a shell in the folder the package is installed in, or one below. */
  async function type(
    line: string,
    folder: string,
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    const child = spawn("sh", ["-c", line], {
      cwd: join(installed.consumer, folder),
      env: { ...npmEnvironment(), npm_config_offline: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (said.stderr += text));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => resolve({ exitCode, ...said }));
    });
  }

  test.each(NAMES)(
    "%s",
    async (name) => {
      const expected = readExpected(name);
      const { exitCode, stdout, stderr } = await type(`npx prompt-oirl run ${expected.log}`, name);
      if (expected.mapping === null) {
        expect({ exitCode, stdout }).toEqual({ exitCode: expected.exitCode, stdout: "" });
        expect(stderr.replaceAll(/\s+/g, " ").startsWith(expected.verdict), stderr).toBe(true);
        expect(readdirSync(join(installed.consumer, name)).sort()).toEqual(
          readdirSync(join(FOLDER, name)).sort(),
        );
        return;
      }
      const [mapping, imported, verdict] = stdout.split("\n\n");
      expect([exitCode, stderr]).toEqual([expected.exitCode, ""]);
      expect(mapping!.split("\n").map((line) => line.trim())).toEqual(expected.mapping);
      expect(imported).toMatch(/^Imported \d+ answers: \d+ questions, \d prompts/);
      expect(verdict!.startsWith(expected.verdict), verdict).toBe(true);
      expect(/^Next: (.*)$/m.exec(stdout)?.[1]).toBe(expected.next);
      const report = /^Report: (.*)$/m.exec(stdout)?.[1] ?? "";
      expect(existsSync(report), report).toBe(true);

      // What is to be called next works as it stands; where it asks a question, with the user's own in its place.
      if (Object.keys(expected.recommended).length === 0)
        expect(await type(expected.next!, name)).toMatchObject({ exitCode: 0, stderr: "" });
      for (const [question, prompt] of Object.entries(expected.recommended)) {
        const asked = await type(expected.next!.replace('"your question"', `"${question}" --json`), name);
        expect([question, JSON.parse(asked.stdout).promptId]).toEqual([question, prompt]);
      }
    },
    120_000,
  );
});

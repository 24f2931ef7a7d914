import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "./project-root.ts";

/** What a run printed on standard output, line by line, and its exit status. */
interface RunOutcome {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

const REPORTER = join(PROJECT_ROOT, "test/support/totals-reporter.ts");
let scratch: string;

beforeAll(async () => {
  // Inside the project, so that the fixture projects find vitest.
  await mkdir(join(PROJECT_ROOT, ".cache"), { recursive: true });
  scratch = await mkdtemp(join(PROJECT_ROOT, ".cache/reporter-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs vitest with our reporter on a project made of the given test files. */
async function runProject(name: string, files: Record<string, string>): Promise<RunOutcome> {
  const root = join(scratch, name);
  await mkdir(root);
  const config = `import { TotalsReporter } from ${JSON.stringify(REPORTER)};
    const reporters = ["default", new TotalsReporter()];
    export default { test: { reporters, ${"setup.ts" in files ? 'globalSetup: ["setup.ts"]' : ""} } };`;
  for (const [file, text] of Object.entries({ ...files, "vitest.config.ts": config }))
    await writeFile(join(root, file), text);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(PROJECT_ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", root],
      { env: { ...process.env, NO_COLOR: "1", CI: "true" } },
      (error, stdout) => resolve({ lines: stdout.trimEnd().split("\n"), exitCode: Number(error?.code ?? 0) }),
    );
  });
}

const PASSING = 'import { expect, test } from "vitest"; test("fine", () => { expect(1).toBe(1); });';

describe.concurrent("the closing line of a test run", () => {
  test("all passed", async () => {
    const { lines, exitCode } = await runProject("passing", { "a.test.ts": PASSING });
    expect(lines.at(-1)).toBe("1 passed, 0 failed");
    expect(exitCode).toBe(0);
  });

  test("a failure counts, and skipped tests stand above with their reasons", async () => {
    const { lines, exitCode } = await runProject("mixed", {
      "a.test.ts": PASSING,
      "b.test.ts": `import { expect, test } from "vitest";
        test("wrong", () => { expect(1).toBe(2); });
        test("no data", (context) => context.skip("needs the real logs"));
        test("no data either", (context) => context.skip("needs the real logs"));`,
    });
    expect(lines.slice(-2)).toEqual(["skipped 2: needs the real logs", "1 passed, 1 failed"]);
    expect(exitCode).toBe(1);
  });

  test("a file that cannot be loaded counts as a failure", async () => {
    const { lines, exitCode } = await runProject("broken", {
      "a.test.ts": PASSING,
      "b.test.ts": 'import "./not-there.ts";',
    });
    expect(lines.at(-1)).toBe("1 passed, 1 failed");
    expect(exitCode).toBe(1);
  });

  test("an unhandled error counts as a failure, though every test passed", async () => {
    const { lines, exitCode } = await runProject("unhandled", {
      "a.test.ts": `import { expect, test } from "vitest";
        test("fine", async () => { Promise.reject(new Error("lost")); await null; expect(1).toBe(1); });`,
    });
    expect(lines.at(-1)).toBe("1 passed, 1 failed");
    expect(exitCode).toBe(1);
  });

  test("a failing hook counts as a failure", async () => {
    const { lines, exitCode } = await runProject("hook", {
      "a.test.ts": `import { beforeAll, describe, test } from "vitest";
        describe("suite", () => { beforeAll(() => { throw new Error("no"); }); test("never run", () => {}); });`,
    });
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
    expect(exitCode).toBe(1);
  });

  test("no tests at all is no success", async () => {
    const { lines, exitCode } = await runProject("empty", { "a.ts": "" });
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
    expect(exitCode).toBe(1);
  });

  test("a failing global set-up counts as a failure", async () => {
    const { lines, exitCode } = await runProject("setup", {
      "a.test.ts": PASSING,
      "setup.ts": 'export function setup() { throw new Error("data missing"); }',
    });
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
    expect(exitCode).toBe(1);
  });
});

import type { Reporter, TestModule } from "vitest/node";

/**
 * Prints, as the very last line of a run, `N passed, N failed` from the runner's own totals; what was skipped, and
 * why, stands above it. A module that could not be loaded and an unhandled error count as failures.
 */
export class TotalsReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped = new Map<string, number>();
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") passed++;
        else if (result.state === "failed") failed++;
        else {
          const reason = (result.state === "skipped" && result.note) || "no reason given";
          skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
        }
      }
    }
    process.once("exit", () => {
      for (const [reason, count] of skipped) process.stdout.write(`skipped ${count}: ${reason}\n`);
      if (passed + failed === 0) process.exitCode = 1;
      // Something else went wrong, such as the global set-up: the line must not read like a success.
      if (failed === 0 && (process.exitCode ?? 0) !== 0) failed = 1;
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
    });
  }
}

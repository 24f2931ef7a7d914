import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** Logs that other tools write, or that users were stuck with, beside the project. */
const SHARED_CASES: string = fileURLToPath(new URL("../../../shared/cases", import.meta.url));

/**
 * A file of a case, or its folder. Skips the test, saying why, where the cases are absent; with OIRL_REQUIRE_DATA=1
 * (continuous integration) it fails instead.
 */
export function sharedCase(context: TestContext, ...path: readonly string[]): string {
  if (!existsSync(SHARED_CASES)) {
    if (process.env.OIRL_REQUIRE_DATA === "1")
      throw new Error(`${SHARED_CASES} is missing, and OIRL_REQUIRE_DATA=1`);
    context.skip("needs the cases in ../shared/cases");
  }
  return join(SHARED_CASES, ...path);
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** The real logs and data sets, beside the project; see docs/reproduction.md for how to get them. */
export const SHARED_DATA: string = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/**
 * Skips the test, saying why, where the real data are absent; with OIRL_REQUIRE_DATA=1 (continuous integration)
 * it fails instead.
 */
export function requireSharedData(context: TestContext): void {
  if (existsSync(SHARED_DATA)) return;
  if (process.env.OIRL_REQUIRE_DATA === "1")
    throw new Error(`${SHARED_DATA} is missing, and OIRL_REQUIRE_DATA=1`);
  context.skip("needs the released logs in ../shared/data (docs/reproduction.md says how to get them)");
}

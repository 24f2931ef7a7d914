import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

const SHARED_CASES = fileURLToPath(new URL("../../../shared/cases", import.meta.url));

/**
 * A case of the collection of real inputs that were once misread, beside the project. Skips the test, saying why, where
 * it is absent; with OIRL_REQUIRE_DATA=1 (continuous integration) it fails instead.
 * @param name of its folder, such as `18-parquet-hangs`
 * @returns path of its file
 */
export function sharedCase(context: TestContext, name: string, file: string): string {
  const path = join(SHARED_CASES, name, file);
  if (existsSync(path)) return path;
  if (process.env.OIRL_REQUIRE_DATA === "1") throw new Error(`${path} is missing, and OIRL_REQUIRE_DATA=1`);
  return context.skip(`needs ../shared/cases/${name}`);
}

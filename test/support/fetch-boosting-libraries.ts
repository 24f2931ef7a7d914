import { join } from "node:path";
import type { TestContext } from "vitest";
import { fetchWheels } from "./fetch-wheels.ts";
import { describeReason } from "./fetched-folder.ts";

/** Paths of the shared libraries of XGBoost and LightGBM. */
export interface BoostingLibraries {
  readonly xgboost: string;
  readonly lightgbm: string;
}

/** Either the libraries, or why they cannot be had. */
export type FoundLibraries =
  | { readonly libraries: BoostingLibraries }
  | { readonly libraries: null; readonly reason: string };

/** The original libraries, out of their Python wheels. */
export async function findBoostingLibraries(): Promise<FoundLibraries> {
  let folder: string;
  try {
    folder = await fetchWheels("boosting-libraries.txt");
  } catch (error) {
    return { libraries: null, reason: describeReason(error) };
  }
  return {
    libraries: {
      xgboost: join(folder, "xgboost/lib/libxgboost.so"),
      lightgbm: join(folder, "lightgbm/lib/lib_lightgbm.so"),
    },
  };
}

/**
 * The libraries, or the test is skipped, saying why; with OIRL_REQUIRE_DATA=1 (continuous integration) it fails
 * instead.
 */
export function requireBoostingLibraries(context: TestContext, found: FoundLibraries): BoostingLibraries {
  if (found.libraries !== null) return found.libraries;
  if (process.env.OIRL_REQUIRE_DATA === "1")
    throw new Error(`The boosting libraries are missing, and OIRL_REQUIRE_DATA=1: ${found.reason}`);
  return context.skip(`needs XGBoost and LightGBM from the Python package index: ${found.reason}`);
}

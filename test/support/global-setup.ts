import { existsSync } from "node:fs";
import { SHARED_DATA } from "./shared-data.ts";

/** Fails the whole run at once where continuous integration lacks the real data. */
export function setup(): void {
  if (process.env.OIRL_REQUIRE_DATA === "1" && !existsSync(SHARED_DATA)) {
    throw new Error(`OIRL_REQUIRE_DATA=1, but ${SHARED_DATA} is missing`);
  }
}

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import type { TestContext } from "vitest";

/** Where distributions put Chromium or Chrome; nothing is downloaded. */
const EXECUTABLES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const executablePath = EXECUTABLES.find((path) => existsSync(path));

/**
 * Skips the test, saying why, where no Chromium is installed; with OIRL_REQUIRE_BROWSER=1 (continuous integration)
 * it fails instead.
 */
export function requireBrowser(context: TestContext): void {
  if (executablePath !== undefined) return;
  if (process.env.OIRL_REQUIRE_BROWSER === "1") {
    throw new Error(`OIRL_REQUIRE_BROWSER=1, but there is no Chromium at ${EXECUTABLES.join(", ")}`);
  }
  context.skip("needs Chromium (Debian: apt-get install chromium)");
}

/** Starts a headless Chromium that reaches for no network by itself; null where none is installed. */
export async function launchBrowser(): Promise<Browser | null> {
  if (executablePath === undefined) return null;
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { TotalsReporter } from "./test/support/totals-reporter.ts";

const config: ViteUserConfig = defineConfig({
  // Examples import the package by its name; here they run against the sources.
  resolve: {
    alias: [
      { find: /^prompt-oirl$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
      { find: /^prompt-oirl\/([\w-]+)$/, replacement: fileURLToPath(new URL("src/$1.ts", import.meta.url)) },
    ],
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/remove-temporary-folders.ts"],
    reporters: ["default", new TotalsReporter()],
    // By default one core is left idle.
    maxWorkers: "100%",
    // Against what hangs: on a busy machine whole pipelines take minutes.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
export default config;

import { defineConfig, type ViteUserConfig } from "vitest/config";
import { TotalsReporter } from "./test/support/totals-reporter.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new TotalsReporter()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
export default config;

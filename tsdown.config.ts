import type { UserConfig } from "tsdown";

/** The file each entry point is built from. */
export const ENTRIES: Readonly<Record<string, string>> = { index: "src/index.ts", cli: "src/cli/main.ts" };

const config: UserConfig = {
  entry: { ...ENTRIES },
  format: "esm",
  platform: "node",
  target: "node20",
  dts: true,
};
export default config;

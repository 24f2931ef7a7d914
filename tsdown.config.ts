import type { UserConfig } from "tsdown";

/** The file that each entry point of the library is built from. */
const LIBRARY = {
  index: "src/index.ts",
  "ai-sdk": "src/ai-sdk.ts",
  chooser: "src/chooser.ts",
  collect: "src/collect.ts",
  formats: "src/formats.ts",
  trees: "src/trees.ts",
};
const COMMAND_LINE = { cli: "src/cli/main.ts" };

/** The file each entry point is built from. */
export const ENTRIES: Readonly<Record<string, string>> = { ...LIBRARY, ...COMMAND_LINE };

const shared: UserConfig = { format: "esm", platform: "node", target: "node20" };

/*
 * Two builds: the command line loads whole rooms when a command needs them, and in one build with it every entry
 * point would load these rooms too.
 */
const config: UserConfig[] = [
  { ...shared, entry: LIBRARY, dts: true },
  { ...shared, entry: COMMAND_LINE, dts: false, clean: false },
];
export default config;

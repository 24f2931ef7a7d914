// Runs every check of the collector in full size: `npm run verify:collect -- [--only NAME …] [--json]`. The tests run
// the same checks small. They are bundled first, since Node 20 reads no TypeScript.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
// As deep in the project as the sources of the checks' support, which find the project from where they are.
const outDir = ".cache/verify-collect";
await build({
  config: false,
  entry: { main: "./test/support/collect-checks/main.ts" },
  outDir,
  format: "esm",
  platform: "node",
  target: "node20",
  dts: false,
  logLevel: "error",
});
const { status } = spawnSync(process.execPath, [`${outDir}/main.mjs`, ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

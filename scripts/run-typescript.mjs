// Bundles a script of the project's own and runs it, since Node 20 reads no TypeScript:
// node scripts/run-typescript.mjs <script.ts> [its arguments …]
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const [script, ...rest] = process.argv.slice(2);
const name = basename(script, ".ts");
// As deep in the project as test/support, whose files find the project from where they are.
const outDir = `.cache/script-${name}`;
await build({
  config: false,
  entry: { [name]: `./${script}` },
  outDir,
  format: "esm",
  platform: "node",
  target: "node20",
  dts: false,
  logLevel: "error",
});
const { status } = spawnSync(process.execPath, [`${outDir}/${name}.mjs`, ...rest], { stdio: "inherit" });
process.exitCode = status ?? 1;

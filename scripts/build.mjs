// Builds dist/: the library and the command line, then the pages of the service. Called through tsdown's API because its
// command warns about Node 20 each time, the Node this package supports longest.
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { build as buildPages } from "vite";

await build({ logLevel: process.argv.includes("--verbose") ? "info" : "warn" });
await buildPages({ configFile: fileURLToPath(new URL("../web/vite.config.ts", import.meta.url)) });

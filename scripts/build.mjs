// Builds dist/. Called through tsdown's API because its command warns about Node 20 each time, the Node this package
// supports longest.
import { build } from "tsdown";

await build({ logLevel: process.argv.includes("--verbose") ? "info" : "warn" });

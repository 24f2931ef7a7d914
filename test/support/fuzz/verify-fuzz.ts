import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import Table from "cli-table3";
import { scratchFolder } from "../collect-fixture.ts";
import { fuzz } from "./fuzz.ts";
import { readerTargets } from "./reader-targets.ts";
import { stateTargets } from "./state-targets.ts";

const MAX_MEMORY_MB = 500;
/** Ends the process where an attempt hangs that cannot be broken off, and says which. */
const WATCHDOG = `
const { parentPort } = require("node:worker_threads");
let timer;
parentPort.on("message", (what) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    require("node:fs").writeSync(2, "HANGS: " + what + "\\n");
    process.kill(process.pid, "SIGKILL");
  }, 30_000);
});
`;

const { values } = parseArgs({
  options: {
    mutations: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const folder = await scratchFolder();
const watchdog = new Worker(WATCHDOG, { eval: true });
watchdog.unref();
const all = [...(await stateTargets()), ...(await readerTargets(folder.path))];
const targets = all.filter(({ name }) => values.only === undefined || name.includes(values.only));
const before = process.memoryUsage.rss();
try {
  const reports = await fuzz(targets, Number(values.mutations), Number(values.seed), (what) =>
    watchdog.postMessage(what),
  );
  const table = new Table({
    head: ["what", "mutations", "refused", "slowest, ms", "broken"],
    style: { head: [], border: [] },
  });
  for (const { name, mutations, refused, slowestMs, violations } of reports)
    table.push([name, mutations, refused, slowestMs, violations.length]);
  process.stdout.write(`${table.toString()}\n`);
  const violations = reports.flatMap((report) => report.violations);
  const memoryMb = Math.round((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20);
  process.stdout.write(`Memory: ${memoryMb} MB above the beginning at most.\n`);
  if (memoryMb > MAX_MEMORY_MB) violations.push(`memory grew by ${memoryMb} MB`);
  for (const violation of violations) process.stdout.write(`BROKEN ${violation}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
} finally {
  await watchdog.terminate();
  await folder.remove();
}

import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { scratchFolder } from "../collect-fixture.ts";
import { CHECK_NAMES, type CheckName, type CheckReport } from "./check.ts";
import { checkEstimate } from "./estimate.ts";
import { checkFailingDisk } from "./failing-disk.ts";
import { checkFailingDiskCli } from "./failing-disk-cli.ts";
import { checkFaults } from "./faults.ts";
import { checkHeldCost } from "./held-cost.ts";
import { checkKeys } from "./keys.ts";
import { checkKilledAdaptive } from "./killed-adaptive.ts";
import { checkKilledAtRandom } from "./killed-at-random.ts";
import { checkThroughput } from "./throughput.ts";

const CHECKS: Readonly<Record<CheckName, (folder: string) => Promise<CheckReport>>> = {
  killed: (folder) => checkKilledAtRandom({ kills: 200, folder }),
  "killed-halving": (folder) => checkKilledAdaptive({ strategy: "halving", kills: 60, folder }),
  "killed-bandit": (folder) => checkKilledAdaptive({ strategy: "bandit", kills: 60, folder }),
  "failing-disk": (folder) => checkFailingDisk({ step: 1, folder }),
  "failing-disk-cli": (folder) => checkFailingDiskCli({ step: 1, folder }),
  "held-cost": (folder) => checkHeldCost({ runs: 200, folder }),
  faults: (folder) => checkFaults({ calls: 2000, concurrency: 32, folder }),
  throughput: (folder) => checkThroughput({ calls: 100_000, holdsRate: true, folder }),
  estimate: (folder) => checkEstimate({ runs: 10, folder }),
  keys: (folder) => checkKeys({ folder }),
};

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, json: { type: "boolean", default: false } },
});
for (const name of values.only ?? [])
  if (!(name in CHECKS)) {
    process.stderr.write(`There is no check "${name}": expected ${CHECK_NAMES.join(", ")}.\n`);
    process.exit(2);
  }

const reports: (CheckReport & { readonly seconds: number })[] = [];
for (const name of CHECK_NAMES) {
  if (values.only !== undefined && !values.only.includes(name)) continue;
  process.stderr.write(`${name} … `);
  const folder = await scratchFolder();
  const start = performance.now();
  try {
    const report = await CHECKS[name](folder.path);
    const seconds = Math.round((performance.now() - start) / 1000);
    reports.push({ ...report, seconds });
    process.stderr.write(`${report.violations.length === 0 ? "holds" : "BROKEN"} (${seconds} s)\n`);
  } finally {
    await folder.remove();
  }
}
if (values.json) {
  const machine = {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: totalmem() / 2 ** 30,
    node: process.version,
    platform: process.platform,
    date: new Date().toISOString().slice(0, 10),
  };
  process.stdout.write(`${JSON.stringify({ machine, reports }, null, 2)}\n`);
} else {
  const table = new Table({
    head: ["check", "done", "found"],
    style: { head: [], border: [] },
    colWidths: [18, 44, 56],
    wordWrap: true,
  });
  for (const { name, done, found, violations } of reports)
    table.push([name, done, violations.length === 0 ? found : `BROKEN: ${violations.join("\n")}`]);
  process.stdout.write(`${table.toString()}\n`);
}
process.exitCode = reports.some(({ violations }) => violations.length > 0) ? 1 : 0;

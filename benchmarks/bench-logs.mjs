/* What choosing prompts gains on logs of many kinds, by this package and by others' methods; see README.md. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, setPriority, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchmarkTables, replaceTables } from "./logs/benchmark-tables.mjs";
import { productParts } from "./logs/bundle-parts.mjs";
import { catalog, LOG_NAMES } from "./logs/catalog.mjs";
import { exportLog } from "./logs/export-log.mjs";
import { PEERS, preparePython, runPeer } from "./logs/run-peers.mjs";
import { hashOfBuild, importLog, runProduct } from "./logs/run-product.mjs";
import { summarize } from "./logs/summarize.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const SHAPES = ["complete", "one"];
const SEEDS = "7,17,27,37,47";
const say = (text) => process.stderr.write(`${text}\n`);

const { values: flags, positionals: tables } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: path("../../shared/data") },
    logs: { type: "string", default: LOG_NAMES.join(",") },
    seeds: { type: "string", default: SEEDS },
    shapes: { type: "string", default: SHAPES.join(",") },
    peers: { type: "string", default: Object.keys(PEERS).join(",") },
    cache: { type: "string", default: path(".cache/logs") },
    json: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const parseList = (text) => text.split(",").filter((name) => name !== "");

/** Everything is checked before anything is measured. */
function checkFlags() {
  const wrong = [
    ...parseList(flags.peers)
      .filter((name) => !Object.hasOwn(PEERS, name))
      .map((name) => `no peer "${name}"`),
    ...parseList(flags.shapes)
      .filter((name) => !SHAPES.includes(name))
      .map((name) => `no shape "${name}"`),
    ...parseList(flags.seeds)
      .filter((seed) => !/^\d{1,9}$/u.test(seed))
      .map((seed) => `no seed "${seed}"`),
    ...(existsSync(path("../dist/cli.mjs")) ? [] : ["no build: run npm run build"]),
  ];
  if (wrong.length === 0) return;
  say(`There is ${wrong.join(", ")}.`);
  process.exit(2);
}

/** All runs on one log: `{ log, seeds, product: { complete, one }, peers: { complete, one } }`, one entry a seed. */
async function measure(source, parts, python, build) {
  const { cache } = flags;
  const run = join(cache, "runs", source.name);
  const folder = join(cache, "data", source.name);
  importLog(source.importArguments, run);
  const { log, seeds: divisions } = await exportLog(
    source,
    run,
    folder,
    parseList(flags.seeds).map(Number),
    parts,
  );
  const shapes = parseList(flags.shapes);
  const product = {};
  const peers = {};
  for (const shape of shapes) {
    product[shape] = divisions.map((division) => {
      say(`${source.name} ${shape} prompt-oirl seed ${division.seed}`);
      return runProduct({
        cache,
        build,
        run: runOfShape(run, folder, shape, division),
        shape,
        log,
        division,
      });
    });
    peers[shape] = {};
    for (const peer of parseList(flags.peers))
      if (peer !== "task-known" || log.tasks !== null)
        peers[shape][peer] = runPeer({ python, cache, folder, shape, peer, divisions });
  }
  return { log, divisions, product, peers };
}

function runOfShape(run, folder, shape, { seed }) {
  if (shape === "complete") return run;
  const file = (name) => join(folder, `one-${seed}`, `${name}.jsonl`);
  const reduced = `${run}-one-${seed}`;
  const others = ["--queries", file("queries"), "--prompts", file("prompts")];
  importLog(["jsonl", file("interactions"), ...others], reduced);
  return reduced;
}

checkFlags();
// Long and of no hurry; what it starts inherits it.
setPriority(15);
mkdirSync(flags.cache, { recursive: true });
const parts = await productParts();
const python = preparePython(flags.cache);
const build = hashOfBuild();
const measured = [];
for (const source of catalog(flags.data, parseList(flags.logs), tables))
  measured.push(await measure(source, parts, python, build));
const result = {
  machine: {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: path("."),
      encoding: "utf8",
    }).trim(),
    date: new Date().toISOString().slice(0, 10),
  },
  seeds: parseList(flags.seeds).map(Number),
  ...summarize(measured, parts),
};
const isWhole =
  tables.length === 0 &&
  LOG_NAMES.every((name) => parseList(flags.logs).includes(name)) &&
  flags.seeds === SEEDS &&
  SHAPES.every((shape) => parseList(flags.shapes).includes(shape)) &&
  Object.keys(PEERS).every((peer) => parseList(flags.peers).includes(peer));
const json = `${JSON.stringify(result, null, 2)}\n`;
const text = benchmarkTables(result);
if (isWhole) {
  const page = path("../docs/benchmark.md");
  writeFileSync(page, replaceTables(readFileSync(page, "utf8"), text));
  writeFileSync(path(`results/${result.machine.date}-logs.json`), json);
  say("Written: docs/benchmark.md, benchmarks/results.");
} else say("Not all logs, seeds, shapes and peers, so docs/benchmark.md stays as it is.");
if (flags.out !== undefined) writeFileSync(flags.out, json);
process.stdout.write(flags.json ? json : `${text}\n`);

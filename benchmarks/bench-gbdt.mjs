/* Boosted trees of this package against XGBoost and LightGBM; see README.md. */

import { execFileSync } from "node:child_process";
import { Console } from "node:console";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    python: { type: "string", default: "python3" },
    workloads: { type: "string", default: "gsm8k,partial" },
    presets: { type: "string", default: "full" },
    threads: { type: "string", default: "1" },
    repeats: { type: "string", default: "3" },
    engines: { type: "string", default: "prompt-oirl,prompt-oirl-typescript,xgboost,lightgbm" },
    json: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);
const folder = join(here, ".cache/workloads");

function prepare() {
  if (existsSync(join(folder, "prompts.f32"))) return;
  if (flags.data === undefined) {
    say("The workloads have not been written yet: give --data, the folder with the released logs.");
    process.exit(2);
  }
  execFileSync(flags.python, [join(here, "prepare_workloads.py"), flags.data, folder], {
    stdio: ["ignore", 2, 2],
  });
}

/** The engine's sources as one file, so that what is measured is what stands in the tree. */
async function bundle() {
  const build = await rolldown({
    input: join(here, "../src/reward/gbdt/index.ts"),
    platform: "node",
    external: ["zod", "koffi"],
  });
  await build.write({ file: join(here, ".cache/engine.mjs"), format: "esm", codeSplitting: false });
}

function workloadOf(name) {
  if (name === "gsm8k") return { prompts: 6, partial: false };
  if (name === "partial") return { prompts: 6, partial: true };
  if (name === "prompts-106") return { prompts: 106, partial: false };
  const prompts = /^gsm8k-([1-5])$/.exec(name)?.[1];
  if (prompts !== undefined) return { prompts: Number(prompts), partial: false };
  say(`There is no workload "${name}".`);
  return process.exit(2);
}

function runOnce(engine, workload, preset, threads) {
  const request = { folder, engine, preset, threads, ...workloadOf(workload) };
  const isPeer = engine === "xgboost" || engine === "lightgbm";
  if (!isPeer) request.kernels = engine === "prompt-oirl" ? "wasm" : "typescript";
  const command = isPeer ? flags.python : process.execPath;
  const script = join(here, isPeer ? "run_peer.py" : "run-engine.mjs");
  const output = execFileSync(command, [script, JSON.stringify(request)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
  });
  const run = { engine, workload, preset, threads, ...JSON.parse(output.trim().split("\n").at(-1)) };
  say(
    `${engine} ${workload} ${preset} ${threads} thread(s): ${run.msPerRound.toFixed(1)} ms/round, ${run.cpuMsPerRound.toFixed(1)} ms processor time`,
  );
  return run;
}

/** Rows as aligned text. */
const table = (rows) => {
  new Console(process.stdout).table(rows);
};

const spread = (numbers) => {
  const sorted = [...numbers].sort((one, other) => one - other);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
};

prepare();
await bundle();
mkdirSync(join(here, "results"), { recursive: true });
const engines = flags.engines.split(",");
const runs = [];
const ratios = {};
for (const workload of flags.workloads.split(","))
  for (const preset of flags.presets.split(","))
    for (const threads of flags.threads.split(",").map(Number)) {
      const here = new Map(engines.map((engine) => [engine, []]));
      for (let repeat = 0; repeat < Number(flags.repeats); repeat++)
        for (const engine of engines) here.get(engine).push(runOnce(engine, workload, preset, threads));
      for (const [_engine, repeats] of here)
        runs.push({
          ...repeats[repeats.length >> 1],
          repeats: repeats.length,
          secondsTotal: spread(repeats.map((run) => run.secondsTotal)),
          msPerRound: spread(repeats.map((run) => run.msPerRound)),
          cpuMsPerRound: spread(repeats.map((run) => run.cpuMsPerRound)),
        });
      const ours = runs.find(
        (run) =>
          run.engine === "prompt-oirl" &&
          run.workload === workload &&
          run.preset === preset &&
          run.threads === threads,
      );
      for (const run of runs.filter(
        (other) => other.workload === workload && other.preset === preset && other.threads === threads,
      ))
        if (ours !== undefined && run !== ours)
          ratios[`${workload} ${preset} ${threads}: ${run.engine} / prompt-oirl`] = {
            perRound: run.msPerRound.median / ours.msPerRound.median,
            processorPerRound: run.cpuMsPerRound.median / ours.cpuMsPerRound.median,
            total: run.secondsTotal.median / ours.secondsTotal.median,
          };
    }
const machine = {
  processor: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: here, encoding: "utf8" }).trim(),
  date: new Date().toISOString().slice(0, 10),
};
const report = { machine, runs, ratios };
if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(report, null, 2)}\n`);
if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else {
  table(
    runs.map(
      ({
        engine,
        workload,
        preset,
        threads,
        msPerRound,
        cpuMsPerRound,
        secondsTotal,
        peakMemoryMb,
        trainLogLoss,
        testAuc,
      }) => ({
        engine,
        workload,
        preset,
        threads,
        "ms/round": msPerRound.median.toFixed(1),
        "cpu ms/round": cpuMsPerRound.median.toFixed(1),
        "s total": secondsTotal.median.toFixed(1),
        "peak MB": peakMemoryMb,
        "train loss": trainLogLoss?.toFixed(5) ?? "–",
        "test AUC": testAuc?.toFixed(4) ?? "–",
      }),
    ),
  );
  table(ratios);
}

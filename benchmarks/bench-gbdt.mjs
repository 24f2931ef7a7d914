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

function findWorkload(name) {
  if (name === "gsm8k") return { prompts: 6, partial: false };
  if (name === "partial") return { prompts: 6, partial: true };
  if (name === "prompts-106") return { prompts: 106, partial: false };
  const prompts = /^gsm8k-([1-5])$/.exec(name)?.[1];
  if (prompts !== undefined) return { prompts: Number(prompts), partial: false };
  say(`There is no workload "${name}".`);
  return process.exit(2);
}

/** `full` looks at every feature of every node in every round; otherwise bounds spare those that cannot win. */
const PRESETS = {
  full: { learningRate: 0.001, rounds: 13, isLazy: false },
  fast: { learningRate: 0.05, rounds: 40, isLazy: true },
  paper: { learningRate: 0.001, rounds: 2000, isLazy: true },
};
const ENGINES = ["prompt-oirl", "prompt-oirl-typescript", "xgboost", "lightgbm"];
const PEERS = new Set(["xgboost", "lightgbm"]);
/** The peers' rounds that are measured, unless a preset has fewer; the first sets them up and is counted apart. */
const PEER_ROUNDS = { "prompts-106": 5 };
const DEFAULT_PEER_ROUNDS = 13;

/** One process, one training. */
function train(engine, workload, threads, plan) {
  const isPeer = PEERS.has(engine);
  const request = { folder, engine, threads, ...findWorkload(workload), ...plan };
  if (!isPeer) request.kernels = engine === "prompt-oirl" ? "wasm" : "typescript";
  const command = isPeer ? flags.python : process.execPath;
  const script = join(here, isPeer ? "run_peer.py" : "run-engine.mjs");
  const output = execFileSync(command, [script, JSON.stringify(request)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
  });
  const run = JSON.parse(output.trim().split("\n").at(-1));
  say(
    `${engine} ${workload}, ${plan.rounds} rounds at ${plan.learningRate}, ${threads} thread(s): ${run.msPerRound.toFixed(1)} ms/round, ${run.cpuMsPerRound.toFixed(1)} ms processor time`,
  );
  return run;
}

/**
 * Runs of one engine, one for each preset. A peer does the same in `full` and `paper`, so that it is run once for
 * both, and its time for all rounds of `paper` is extrapolated.
 */
function runPresets(engine, workload, threads, presets) {
  const named = (preset, run) => ({ engine, workload, preset, threads, ...run });
  if (!PEERS.has(engine))
    return presets.map((preset) => named(preset, train(engine, workload, threads, PRESETS[preset])));
  const trained = new Map();
  return presets.map((preset) => {
    const { learningRate, rounds } = PRESETS[preset];
    const measured = preset === "fast" ? rounds : (PEER_ROUNDS[workload] ?? DEFAULT_PEER_ROUNDS);
    const key = `${learningRate} ${measured}`;
    if (!trained.has(key))
      trained.set(key, train(engine, workload, threads, { learningRate, rounds: measured }));
    const { secondsFirstRound, trainLogLoss, testAuc, ...run } = trained.get(key);
    const { secondsBinning, msPerRound } = run;
    return named(preset, {
      ...run,
      rounds,
      measuredRounds: measured,
      extrapolated: measured < rounds,
      secondsTotal: secondsBinning + secondsFirstRound + (msPerRound / 1000) * (rounds - 1),
      // Of a run that was cut short they would say nothing beside those of a whole one.
      trainLogLoss: measured < rounds ? null : trainLogLoss,
      testAuc: measured < rounds ? null : testAuc,
    });
  });
}

/** Rows as aligned text. */
const table = (rows) => {
  new Console(process.stdout).table(rows);
};

const spread = (numbers) => {
  const sorted = [...numbers].sort((one, other) => one - other);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
};

/** Everything is checked before anything is measured: an unknown engine would be measured as something else. */
function checkFlags() {
  const wrong = [
    ...presets.filter((name) => !Object.hasOwn(PRESETS, name)).map((name) => `no preset "${name}"`),
    ...engines.filter((name) => !ENGINES.includes(name)).map((name) => `no engine "${name}"`),
    ...[...flags.threads.split(","), flags.repeats]
      .filter((count) => !/^[1-9]\d?$/.test(count))
      .map((count) => `no number of threads or repeats "${count}"`),
  ];
  flags.workloads.split(",").forEach(findWorkload);
  if (wrong.length === 0) return;
  say(`There is ${wrong.join(", ")}.`);
  process.exit(2);
}

const engines = flags.engines.split(",");
const presets = flags.presets.split(",");
checkFlags();
prepare();
await bundle();
mkdirSync(join(here, "results"), { recursive: true });
const machine = {
  processor: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: here, encoding: "utf8" }).trim(),
  date: new Date().toISOString().slice(0, 10),
};
const runs = [];
const ratios = {};

/** Adds one setting's runs, all engines and presets taking turns, and their ratios. */
function measure(workload, threads) {
  const taken = [];
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++)
    // Plain TypeScript computes on one thread.
    for (const engine of engines)
      if (engine !== "prompt-oirl-typescript" || threads === 1)
        taken.push(...runPresets(engine, workload, threads, presets));
  for (const preset of presets) {
    const summaries = engines.flatMap((engine) => {
      const repeats = taken.filter((run) => run.engine === engine && run.preset === preset);
      if (repeats.length === 0) return [];
      const spreads = Object.fromEntries(
        ["secondsTotal", "msPerRound", "cpuMsPerRound"].map((field) => [
          field,
          spread(repeats.map((run) => run[field])),
        ]),
      );
      return [{ ...repeats[repeats.length >> 1], repeats: repeats.length, ...spreads }];
    });
    runs.push(...summaries);
    const ours = summaries.find((run) => run.engine === "prompt-oirl");
    for (const run of summaries)
      if (ours !== undefined && run !== ours)
        ratios[`${workload} ${preset} ${threads}: ${run.engine} / prompt-oirl`] = {
          perRound: run.msPerRound.median / ours.msPerRound.median,
          processorPerRound: run.cpuMsPerRound.median / ours.cpuMsPerRound.median,
          total: run.secondsTotal.median / ours.secondsTotal.median,
        };
  }
}

for (const workload of flags.workloads.split(","))
  for (const threads of flags.threads.split(",").map(Number)) {
    measure(workload, threads);
    // After each, so that what was measured stays when the rest is canceled.
    if (flags.out !== undefined)
      writeFileSync(flags.out, `${JSON.stringify({ machine, runs, ratios }, null, 2)}\n`);
  }
if (flags.json) process.stdout.write(`${JSON.stringify({ machine, runs, ratios }, null, 2)}\n`);
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

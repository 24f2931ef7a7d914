// Measures every figure of docs/reproduction.md and prints it as Markdown:
//   npm run build && node scripts/print-figures.mjs ../shared/data > figures.md
// The argument is the folder with prompt-oirl/, grade-school-math/ and SVAMP/ (docs/reproduction.md says how to get
// them). Takes about a quarter of an hour on two cores; what is under way is said on standard error.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { loadChooser } from "../dist/index.mjs";

const data = process.argv[2] ?? "../shared/data";
const work = mkdtempSync(join(tmpdir(), "prompt-oirl-figures-"));
const MAWPS_SEEDS = [7, 17, 27];
const OTHER_MODELS = [
  ["kernel-ridge", "masked-tf"],
  ["logistic", "lsa:form-tf"],
  ["nearest-neighbors", "form-tf"],
  ["gbdt-depthwise", "lsa:form-tf"],
];
const GSM8K_SEEDS = [7, 17, 27, 37, 47];

function oirl(...words) {
  process.stderr.write(`oirl ${words.join(" ")}\n`);
  return JSON.parse(
    execFileSync(process.execPath, ["dist/cli.mjs", ...words, "--json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 2 ** 28,
    }),
  );
}

const strategy = (result, name) => result.strategies.find((one) => one.name === name);
const points = (fraction) => `${fraction >= 0 ? "+" : "−"}${Math.abs(100 * fraction).toFixed(2)}`;
const rate = (fraction) => fraction.toFixed(3);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];
const print = (...lines) => process.stdout.write(`${lines.join("\n")}\n`);

try {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  print(
    `Measured ${new Date().toISOString().slice(0, 10)} with prompt-oirl ${version}, Node ${process.version}, ` +
      `${cpus().length} cores of ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB.`,
    "",
  );

  const mawps = join(work, "mawps");
  const gsm8k = join(work, "gsm8k");
  print("| import | rows | distinct questions | prompts | interactions |", "|---|---|---|---|---|");
  for (const [task, run] of [
    ["mawps", mawps],
    ["gsm8k", gsm8k],
  ]) {
    const counts = oirl(
      ...["import", "prompt-oirl", join(data, "prompt-oirl"), "--task", task, "--texts", data, "--out", run],
    );
    print(
      `| ${task} | ${counts.queries} | ${counts.uniqueQueries} | ${counts.prompts} | ${counts.interactions} |`,
    );
  }

  print("", "| paper protocol | test rows | also in train | fixed | argmax | held-out | all | hybrid |");
  print("|---|---|---|---|---|---|---|---|");
  for (const run of [mawps, gsm8k]) {
    const paper = oirl("evaluate", run, "--protocol", "paper");
    const values = ["fixed", "argmax", "held-out", "all", "hybrid"].map((name) =>
      rate(strategy(paper, name).success),
    );
    print(
      `| ${paper.task} | ${paper.leak.testQuestions} | ${paper.leak.alsoInTrain} | ${values.join(" | ")} |`,
    );
  }

  const nested = (run, seed, gate) =>
    oirl("evaluate", run, "--protocol", "nested", "--seed", String(seed), "--gate", gate);
  const mawpsResults = MAWPS_SEEDS.map((seed) => nested(mawps, seed, "balanced"));
  const { lower, upper, fixedSuccess } = mawpsResults[0].attainable;
  print("", "| attainable on mawps | fixed | lower | upper |", "|---|---|---|---|");
  print(`| by rows | ${rate(fixedSuccess)} | ${rate(lower)} | ${rate(upper)} |`);

  print("", "| nested, mawps, seed | argmax, points | 95 % interval | folds open |", "|---|---|---|---|");
  for (const result of mawpsResults) {
    const { uplift, upliftCi95 } = strategy(result, "argmax");
    print(
      `| ${result.seed} | ${points(uplift)} | ${upliftCi95.map(points).join(" … ")} | ${result.gate.openFolds} |`,
    );
  }
  print(`| mean | ${points(mean(mawpsResults.map((result) => strategy(result, "argmax").uplift)))} | | |`);

  print(
    "",
    "| nested, mawps, other models | embedder | argmax, points: seeds 7, 17, 27 | mean | folds open |",
  );
  print("|---|---|---|---|---|");
  for (const [model, embedder] of OTHER_MODELS) {
    const results = MAWPS_SEEDS.map((seed) =>
      oirl(
        ...["evaluate", mawps, "--protocol", "nested", "--seed", String(seed)],
        ...["--reward-model", model, "--embedder", embedder],
      ),
    );
    const uplifts = results.map((result) => strategy(result, "argmax").uplift);
    const open = results.map((result) => result.gate.openFolds).join(", ");
    print(
      `| ${model} | ${embedder} | ${uplifts.map(points).join(", ")} | ${points(mean(uplifts))} | ${open} |`,
    );
  }

  print("", "| nested, gsm8k, seed | argmax, points | safe, balanced | safe, averse |", "|---|---|---|---|");
  const gsm8kResults = GSM8K_SEEDS.map((seed) => {
    const balanced = nested(gsm8k, seed, "balanced");
    const averse = nested(gsm8k, seed, "averse");
    const uplifts = [
      strategy(balanced, "argmax").uplift,
      strategy(balanced, "safe").uplift,
      strategy(averse, "safe").uplift,
    ];
    print(`| ${seed} | ${uplifts.map(points).join(" | ")} |`);
    return uplifts;
  });
  print(
    `| mean | ${[0, 1, 2].map((column) => points(mean(gsm8kResults.map((row) => row[column])))).join(" | ")} |`,
  );

  const started = performance.now();
  const whole = spawnSync(
    process.execPath,
    [
      ...["dist/cli.mjs", "run", "--prompt-oirl", join(data, "prompt-oirl"), "--task", "mawps"],
      ...["--texts", data, "--out", join(work, "whole"), "--json"],
    ],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (whole.status !== 0) throw new Error(whole.stderr);
  const seconds = (performance.now() - started) / 1000;
  print("", "| `oirl run` on mawps, report included | seconds | peak memory, MB |", "|---|---|---|");
  print(`| | ${seconds.toFixed(1)} | ${JSON.parse(whole.stdout).peakMemoryMb} |`);

  const chooser = await loadChooser(join(work, "whole"));
  const questions = readFileSync(join(work, "whole", "queries.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).text);
  for (const question of questions.slice(0, 200)) chooser.recommend(question);
  const times = questions.map((question) => {
    const start = performance.now();
    chooser.recommend(question);
    return performance.now() - start;
  });
  print("", "| `recommend`, library, warm, mawps | median, ms | 99th percentile, ms |", "|---|---|---|");
  const slow = [...times].sort((one, other) => one - other)[Math.floor(0.99 * times.length)];
  print(`| embedding included | ${median(times).toFixed(3)} | ${slow.toFixed(3)} |`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/* One training by this package, in a process of its own. Prints one line of JSON. */
import { readFileSync } from "node:fs";
import { binQueries, GbdtScorer, trainBooster, xgboostPlan } from "./.cache/engine.mjs";

const request = JSON.parse(process.argv[2]);
const { folder, prompts: promptCount, partial, learningRate, rounds, isLazy, threads, kernels } = request;
const COLUMNS = 1536;
const ALL_PROMPTS = 106;

const read = (name, Type) => {
  const bytes = readFileSync(`${folder}/${name}`);
  return new Type(bytes.buffer, bytes.byteOffset, bytes.byteLength / Type.BYTES_PER_ELEMENT);
};
const load = (part) => {
  const values = Float32Array.from(read(`queries-${part}.f32`, Float32Array));
  const rows = values.length / COLUMNS;
  const labels = read(`labels-${part}.u8`, Uint8Array);
  const known = read(`known-${part}.u8`, Uint8Array);
  const successes = new Float64Array(rows * promptCount);
  const trials = new Float64Array(rows * promptCount);
  for (let pair = 0; pair < trials.length; pair++) {
    const source = Math.floor(pair / promptCount) * ALL_PROMPTS + (pair % promptCount);
    trials[pair] = partial && part === "train" ? known[source] : 1;
    successes[pair] = trials[pair] * labels[source];
  }
  return {
    queries: { kind: "dense", rows, columns: COLUMNS, values },
    rewards: { queries: rows, prompts: promptCount, successes, trials },
  };
};

/** Area under the ROC curve, ties counted half. */
const computeAuc = (scores, labels) => {
  const order = Array.from(scores.keys()).sort((one, other) => scores[one] - scores[other]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let place = start; place < end; place++)
      if (labels[order[place]] === 1) {
        positives++;
        rankSum += (start + end + 1) / 2;
      }
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
};

const plan = xgboostPlan({ max_depth: 10, eta: learningRate, num_boost_round: rounds });
const train = load("train");
const test = load("test");
const promptFeatures = {
  kind: "dense",
  rows: promptCount,
  columns: COLUMNS,
  values: Float32Array.from(read("prompts.f32", Float32Array).subarray(0, promptCount * COLUMNS)),
};
const cpuSeconds = (from) => {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
};
let [start, cpu] = [performance.now(), process.cpuUsage()];
const queries = binQueries(train.queries, plan.maxBin);
const secondsBinning = (performance.now() - start) / 1000;
[start, cpu] = [performance.now(), process.cpuUsage()];
const { model, trainLoss } = await trainBooster(
  { queries, prompts: promptFeatures, rewards: train.rewards },
  plan,
  {
    workers: threads,
    kernels,
    ...(isLazy ? {} : { cacheBytes: 0 }),
  },
);
const secondsRounds = (performance.now() - start) / 1000;
const cpuSecondsRounds = cpuSeconds(cpu);
const scorer = new GbdtScorer(model);
const scores = scorer.score(test.queries, scorer.prepare(promptFeatures));
process.stdout.write(
  `${JSON.stringify({
    version: JSON.parse(readFileSync(new URL("../package.json", import.meta.url))).version,
    rounds,
    extrapolated: false,
    secondsBinning,
    secondsTotal: secondsBinning + secondsRounds,
    msPerRound: (1000 * secondsRounds) / rounds,
    cpuMsPerRound: (1000 * cpuSecondsRounds) / rounds,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    trainLogLoss: trainLoss,
    testAuc: computeAuc(scores, test.rewards.successes),
    leaves: model.trees.reduce((sum, tree) => sum + (tree.feature.length + 1) / 2, 0) / rounds,
  })}\n`,
);

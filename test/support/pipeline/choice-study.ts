/*
 * What the learned choice does on logs with one answer a question, and on logs with nothing to gain:
 *
 *   npm run measure:choice -- RUN [--shape complete|one] [--null] [--size N] [--prompts a,b] [--draws 20] [--seed 1]
 *
 * Each draw takes N questions of a run that is complete (all of it where N is left out), and of these, under `one`, one
 * answer at random; with `--null` the rewards of each question are permuted between prompts first. It prints the true
 * gain of the learned choice over the fixed prompt learned with it (by all labels of the other questions), the log's own
 * estimate, and how often each gate opens.
 */
import { parseArgs } from "node:util";
import { assignGroupFolds } from "../../../src/data/index.ts";
import { createEmbedder, embedQuestions, knownRows, TextReader } from "../../../src/embed/index.ts";
import { observationDesign, selectColumns } from "../../../src/evaluate/index.ts";
import { labeledQueries, questionFold } from "../../../src/pipeline/evaluation-fold.ts";
import { questionsAt, resolveSettings } from "../../../src/pipeline/policy.ts";
import { prepareLog } from "../../../src/pipeline/prepared-log.ts";
import { createRewardModel } from "../../../src/reward/index.ts";
import { bestOfN, learnChoice } from "../../../src/select/index.ts";
import type { GateStrength, RewardMatrix } from "../../../src/types/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../../../src/util/index.ts";

const STRENGTHS: readonly GateStrength[] = ["balanced", "averse"];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shape: { type: "string", default: "one" },
    null: { type: "boolean", default: false },
    size: { type: "string" },
    prompts: { type: "string" },
    draws: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
const prepared = await prepareLog(positionals[0]!);
const all = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
const ids = Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!.id);
const columns =
  flags.prompts === undefined
    ? ids.map((_, column) => column)
    : flags.prompts.split(",").map((id) => ids.indexOf(id));
const truth = selectColumns(questionFold(prepared, all, new Int32Array(0)).trainRewards, columns);
const settings = resolveSettings({}, prepared);
const reader = new TextReader();

/** Rewards and trials of some rows, averaged. */
function pickRows(rows: Int32Array): RewardMatrix {
  const { prompts } = truth;
  const means = new Float64Array(rows.length * prompts);
  rows.forEach((row, position) => {
    for (let column = 0; column < prompts; column++)
      means[position * prompts + column] =
        truth.successes[row * prompts + column]! / truth.trials[row * prompts + column]!;
  });
  return { queries: rows.length, prompts, successes: means, trials: new Float64Array(means.length).fill(1) };
}

function permuted(rewards: RewardMatrix, random: SeededRandom): RewardMatrix {
  const successes = rewards.successes.slice();
  for (let row = 0; row < rewards.queries; row++) {
    const order = shuffledIndices(rewards.prompts, random);
    order.forEach((from, to) => {
      successes[row * rewards.prompts + to] = rewards.successes[row * rewards.prompts + from]!;
    });
  }
  return { ...rewards, successes };
}

function oneAnswer(rewards: RewardMatrix, random: SeededRandom): RewardMatrix {
  const trials = new Float64Array(rewards.trials.length);
  for (let row = 0; row < rewards.queries; row++)
    trials[row * rewards.prompts + random.nextInteger(rewards.prompts)] = 1;
  return { ...rewards, trials, successes: rewards.successes.map((reward, cell) => reward * trials[cell]!) };
}

const results: {
  true: Record<string, number>;
  estimate: Record<string, number>;
  open: Record<string, number>;
}[] = [];
for (let draw = 0; draw < Number(flags.draws); draw++) {
  const seed = Number(flags.seed) + draw;
  const random = seededRandom(seed);
  const order = shuffledIndices(all.length, random);
  const size = Number(flags.size ?? all.length);
  const inside = order.slice(0, size);
  // A whole log is judged by leaving a fifth of it out.
  const outside = size < all.length ? order.slice(size) : order.slice(0, Math.floor(size / 5));
  const training = size < all.length ? inside : order.slice(Math.floor(size / 5));
  const groupsOut = new Set(Array.from(training, (row) => prepared.groups[all[row]!]!));
  const judged = outside.filter((row) => !groupsOut.has(prepared.groups[all[row]!]!));
  let rewards = pickRows(training);
  if (flags.null) rewards = permuted(rewards, random);
  if (flags.shape === "one") rewards = oneAnswer(rewards, random);
  const { texts } = questionsAt(
    prepared,
    training.map((row) => all[row]!),
  );
  const embedder = await createEmbedder(settings.embedder, { reader }).fit(texts);
  const features = await embedQuestions(embedder, texts);
  const numbers = new Map<number, number>();
  const clusters = training.map((row) => {
    const group = prepared.groups[all[row]!]!;
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    return numbers.get(group)!;
  });
  const folds = assignGroupFolds(clusters, 5, seed + 1);
  const prompts = {
    kind: "dense",
    rows: columns.length,
    columns: 1,
    values: new Float32Array(columns.length),
  } as const;
  const fit = await createRewardModel("kernel-ridge").fit({
    queries: features,
    prompts,
    rewards,
    groups: clusters,
    folds,
    fixedColumn: 0,
    seed,
  });
  const result = { true: {}, estimate: {}, open: {} } as (typeof results)[number];
  for (const strength of STRENGTHS) {
    const learned = learnChoice({
      candidates: fit.candidates.map(({ outOfFold }) => outOfFold),
      design: observationDesign(rewards),
      clusters,
      folds,
      keepFixed: knownRows(features).map((known) => 1 - known),
      strength,
    });
    result.open[strength] = learned.gate.open ? 1 : 0;
    result.estimate[strength] = 100 * learned.gate.upliftOutOfFold;
    if (flags.null) continue;
    const model = await fit.assemble(learned.members);
    const asked = await embedQuestions(
      embedder,
      questionsAt(
        prepared,
        judged.map((row) => all[row]!),
      ).texts,
    );
    const { fixedColumn, margin } = learned;
    const chosen = bestOfN({ scores: model.predict(asked), prompts: columns.length, fixedColumn, margin });
    const { successes, prompts: width } = pickRows(judged);
    let gain = 0;
    chosen.forEach((column, row) => {
      gain += successes[row * width + column]! - successes[row * width + fixedColumn]!;
    });
    result.true[strength] = (100 * gain) / judged.length;
  }
  results.push(result);
  process.stderr.write(`draw ${draw + 1} of ${flags.draws}\r`);
}
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const summary = Object.fromEntries(
  STRENGTHS.map((strength) => [
    strength,
    {
      opens: mean(results.map(({ open }) => open[strength]!)),
      trueGain: flags.null ? 0 : mean(results.map((result) => result.true[strength]!)),
      worst: flags.null ? 0 : Math.min(...results.map((result) => result.true[strength]!)),
      estimate: mean(results.map(({ estimate }) => estimate[strength]!)),
    },
  ]),
);
process.stdout.write(
  `${JSON.stringify({ run: positionals[0], ...flags, draws: results.length, summary })}\n`,
);

// The boosted trees by themselves: train with checkpoints, look inside, score. Run it with Node 22.18 or newer.
import { readFile, writeFile } from "node:fs/promises";
import { decodeStoredState, encodeStoredState } from "prompt-oirl/formats";
import {
  binQueries,
  featureImportance,
  GbdtScorer,
  restoreBooster,
  saveBooster,
  trainBooster,
  xgboostPlan,
} from "prompt-oirl/trees";

// 400 questions of 8 features, 3 prompts of 2; a prompt works where its first feature agrees with the question's.
const queries = { kind: "dense", rows: 400, columns: 8, values: new Float32Array(400 * 8) } as const;
for (let place = 0; place < queries.values.length; place++) queries.values[place] = Math.sin(place * place);
const prompts = { kind: "dense", rows: 3, columns: 2, values: Float32Array.of(1, 0, -1, 1, 0.5, 2) } as const;
const trials = new Float64Array(400 * 3).fill(1);
const successes = trials.map((_, pair) =>
  queries.values[8 * Math.floor(pair / 3)]! * prompts.values[2 * (pair % 3)]! > 0 ? 1 : 0,
);

const plan = xgboostPlan({ max_depth: 4, eta: 0.1, num_boost_round: 60 });
const { model, trainLoss } = await trainBooster(
  {
    queries: binQueries(queries, plan.maxBin),
    prompts,
    rewards: { queries: 400, prompts: 3, successes, trials },
  },
  plan,
  {
    // After a stop: pass the stored trees as `resumeFrom`, and the same model comes out as without it.
    onCheckpoint: (soFar) =>
      writeFile("trees.oirl", encodeStoredState({ kind: "booster", ...saveBooster(soFar) })),
    checkpointMs: 0,
  },
);
const stored = restoreBooster(decodeStoredState(await readFile("trees.oirl")));
console.log(`${model.trees.length} trees, ${stored.trees.length} stored, loss ${trainLoss.toFixed(3)}`);
const gains = [...featureImportance(model, "gain")];
console.log(`the feature that gains most is number ${gains.indexOf(Math.max(...gains))}`);
const scorer = new GbdtScorer(model);
const margins = scorer.score(
  { ...queries, rows: 1, values: queries.values.subarray(0, 8) },
  scorer.prepare(prompts),
);
console.log(`margins of the first question: ${[...margins].map((margin) => margin.toFixed(2)).join(", ")}`);

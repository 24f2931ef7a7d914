import { createEmbedder, restoreEmbedder } from "../../../src/embed/index.ts";
import {
  createRewardModel,
  fitLikeness,
  type RewardModelKind,
  restoreLikeness,
  restoreRewardModel,
} from "../../../src/reward/index.ts";
import type { EmbeddedQueries } from "../../../src/types/index.ts";
import { CONTRACT_PROMPTS, contractCandidates, contractLog } from "../reward/contract-log.ts";
import { fitAll } from "../reward/fit-all.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { mutateState } from "./mutations.ts";

const REWARD_MODELS: readonly (readonly [kind: RewardModelKind, features: "dense" | "sparse"])[] = [
  ["kernel-ridge", "sparse"],
  ["kernel-ridge", "dense"],
  ["logistic", "dense"],
  ["nearest-neighbors", "sparse"],
  ["nearest-neighbors", "dense"],
  ["gbdt-depthwise", "dense"],
  ["gbdt-leafwise", "dense"],
  ["prompt-mean", "sparse"],
];
const EMBEDDERS = [
  "form-tf",
  "symbol-tf",
  "masked-tf",
  "style",
  "character-ngrams",
  "lsa:form-tf:4",
  "features:tenant,length",
  "form-tf+symbol-tf+style+features:tenant,length",
] as const;
const TEXTS = [
  "How many eggs are 24 eggs?",
  "Is 3 more than 5?",
  "What is the capital of France?",
  "漢字と かな",
];
const FEATURES = TEXTS.map((text, index) => ({ tenant: `t${index >> 1}`, length: text.length }));

/** Every kind of stored model: restored from a state that was changed and sealed again, and asked. */
export async function stateTargets(): Promise<FuzzTarget[]> {
  const targets: FuzzTarget[] = [];
  for (const [kind, features] of REWARD_MODELS) {
    const { training, freshQueries } = contractLog({ features, labels: "partial", seed: 3, queries: 60 });
    const { model } = await fitAll(createRewardModel(kind), training);
    const state = structuredClone(model.save());
    targets.push({
      name: `stored ${kind}, ${features}`,
      isSynchronous: true,
      weight: 10,
      attempt: (random) => {
        const restored = restoreRewardModel(mutateState(state, random));
        const candidates = restored.prompts === CONTRACT_PROMPTS ? contractCandidates(0.1) : undefined;
        return [...restored.predict(freshQueries), ...restored.predict(freshQueries, candidates)];
      },
    });
  }
  for (const features of ["dense", "sparse"] as const) {
    const { training, freshQueries } = contractLog({ features, labels: "partial", seed: 3, queries: 60 });
    const { likeness } = fitLikeness(training.queries, training.groups, 1);
    const state = structuredClone(likeness.save());
    targets.push({
      name: `stored likeness, ${features}`,
      isSynchronous: true,
      weight: 10,
      attempt: (random) => restoreLikeness(mutateState(state, random)).similarities(freshQueries),
    });
  }
  for (const name of EMBEDDERS) {
    const fitted = await createEmbedder(name).fit(
      TEXTS.flatMap((text) => [text, `${text} Really?`]),
      { features: FEATURES.flatMap((own) => [own, own]) },
    );
    const state = structuredClone(fitted.save());
    targets.push({
      name: `stored ${name}`,
      isSynchronous: true,
      weight: 10,
      attempt: (random) => {
        const restored = restoreEmbedder(mutateState(state, random));
        return restored.isLocal ? listValues(restored.embed(TEXTS, { features: FEATURES })) : [];
      },
    });
  }
  return targets;
}

function listValues(embedded: EmbeddedQueries): number[] {
  return embedded.kind === "blocks"
    ? embedded.blocks.flatMap(({ features }) => [...features.values])
    : [...embedded.values];
}

import { createEmbedder, restoreEmbedder } from "../../../src/embed/index.ts";
import { CONTRACT_PROMPTS, contractCandidates, contractLog } from "../../../src/reward/contract-log.ts";
import { createRewardModel, type RewardModelKind, restoreRewardModel } from "../../../src/reward/index.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { mutateState } from "./mutations.ts";

const REWARD_MODELS: readonly (readonly [kind: RewardModelKind, features: "dense" | "sparse"])[] = [
  ["kernel-ridge", "sparse"],
  ["kernel-ridge", "dense"],
  ["logistic", "dense"],
  ["nearest-neighbours", "sparse"],
  ["nearest-neighbours", "dense"],
  ["gbdt-depthwise", "dense"],
  ["gbdt-leafwise", "dense"],
  ["prompt-mean", "sparse"],
];
const EMBEDDERS = ["form-tf", "masked-tf", "character-ngrams", "lsa:form-tf:4"] as const;
const TEXTS = [
  "How many eggs are 24 eggs?",
  "Is 3 more than 5?",
  "What is the capital of France?",
  "漢字と かな",
];

/** Every kind of stored model: restored from a state that was changed and sealed again, and asked. */
export async function stateTargets(): Promise<FuzzTarget[]> {
  const targets: FuzzTarget[] = [];
  for (const [kind, features] of REWARD_MODELS) {
    const { training, freshQueries } = contractLog({ features, labels: "partial", seed: 3, queries: 60 });
    const { model } = await createRewardModel(kind).fit(training);
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
  for (const name of EMBEDDERS) {
    const fitted = await createEmbedder(name).fit(TEXTS.flatMap((text) => [text, `${text} Really?`]));
    const state = structuredClone(fitted.save());
    targets.push({
      name: `stored ${name}`,
      isSynchronous: true,
      weight: 10,
      attempt: (random) => {
        const restored = restoreEmbedder(mutateState(state, random));
        return restored.isLocal ? restored.embed(TEXTS).values : [];
      },
    });
  }
  return targets;
}

import type {
  ArmName,
  ReproducedQuality,
  ReproducedSize,
  Reproduction,
  ReproductionArm,
} from "../../src/report/index.ts";
import type { StrategyName } from "../../src/types/index.ts";
import { HOSTILE_TEXTS } from "./hostile-report.ts";

/** Success of three strategies for each K; the last differs from the published figure by more than its interval. */
const SUCCESS: readonly (readonly [StrategyName, number, number | null])[] = [
  ["fixed", 0.6, 0.6],
  ["argmax", 0.65, 0.66],
  ["all", 0.5, 0.67],
];

const QUALITY: ReproducedQuality = {
  accuracy: 0.8,
  precision: null,
  recall: 0.5,
  f1: 0.55,
  precisionSubsets: 0,
  published: { accuracy: 0.79, precision: 0.63 },
};

function size(number: number, isReference: boolean): ReproducedSize {
  return {
    size: number,
    subsets: number === 1 ? 3 : 1,
    strategies: SUCCESS.map(([strategy, success, published]) => ({
      strategy,
      success: success + number / 100,
      ci95: [success - 0.02, success + 0.05],
      uplift: strategy === "fixed" ? 0 : success - 0.6,
      upliftCi95: strategy === "fixed" ? [0, 0] : [success - 0.63, success - 0.57],
      units: 200,
      published: isReference ? published : null,
    })),
    seen: isReference ? QUALITY : { ...QUALITY, published: null },
    heldOut: isReference ? QUALITY : null,
    unseenTies: isReference ? { share: 0.5, successOfTraining: 0.66 } : null,
  };
}

function arm(name: ArmName): ReproductionArm {
  const isReference = name === "reference-paper";
  return {
    name,
    protocol: isReference ? "paper" : "grouped",
    rewardModel: "gbdt-depthwise, preset fast",
    queryFeatures: "this package's lsa:form-tf:256",
    promptFeatures: "the release's prompt embeddings (1536 columns)",
    trainQuestions: 1000,
    testUnits: 200,
    alsoInTrain: isReference ? 200 : 0,
    sizes: [size(1, isReference), size(3, isReference)],
    subsets: [
      {
        size: 1,
        promptIds: ["=cmd", "CoT"],
        success: [
          { strategy: "argmax", value: 0.61 },
          { strategy: "all", value: null },
        ],
      },
    ],
    seconds: 3,
  };
}

/** A small reproduction with every part. */
export function reproductionFixture(): Reproduction {
  return {
    generatedAt: "2026-11-23T17:19:00.000Z",
    packageVersion: "0.1.0",
    machine: "2 × some processor, Node 20",
    preset: "fast",
    seed: 7,
    tasks: [
      {
        task: "mawps",
        llm: "LLaMA-2-7B-chat",
        trainRows: 1200,
        testRows: 200,
        arms: [arm("reference-paper"), arm("reference-grouped"), arm("default-grouped")],
        confidence: [
          { prompts: 3, first: 0.55, averaged: 0.49, published: { first: 0.56, averaged: 0.5 } },
          { prompts: 16, first: null, averaged: null, published: null },
        ],
        selfCritic: { seen: QUALITY, heldOut: null },
        findings: ["Ours differ by 1.0 pp on average.", "The leak is closed."],
      },
    ],
    missing: [{ task: "svamp", files: ["llama_exps/LMllama2/svamp_train_nan.npy"] }],
    otherLlms: [
      {
        file: "active_results/ALL_gsm8k_10_tiger.npy",
        llm: "TigerBot",
        task: "gsm8k",
        problem: null,
        sizes: [{ size: 1, models: 6, values: [{ name: "smart_combined", value: 0.4321 }] }],
      },
      { file: "active_results/broken.npy", llm: "GPT-3.5", task: null, problem: "it ends early", sizes: [] },
    ],
    seconds: 12,
  };
}

/** Names of our own, never texts of the data. */
const OWN_NAMES = new Set(["name", "strategy", "protocol", "generatedAt"]);

/** The fixture with every text of the data replaced by a hostile one. */
export function hostileReproduction(): Reproduction {
  let next = 0;
  const replace = (value: unknown, key: string, isOwn: boolean): unknown => {
    if (typeof value === "string")
      return isOwn && OWN_NAMES.has(key) ? value : HOSTILE_TEXTS[next++ % HOSTILE_TEXTS.length];
    if (Array.isArray(value)) return value.map((each) => replace(each, key, isOwn));
    if (value === null || typeof value !== "object") return value;
    // Names in the files of other LLMs are theirs.
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, replace(each, name, isOwn && name !== "otherLlms")]),
    );
  };
  return replace(reproductionFixture(), "", true) as Reproduction;
}

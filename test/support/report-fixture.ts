import type {
  CalibrationBin,
  ChosenKind,
  LearningCurvePoint,
  Mistake,
  ReportData,
  ReportPrompt,
} from "../../src/report/index.ts";
import type { EvaluationResult, Interval, StrategyName, StrategyResult } from "../../src/types/index.ts";

/**
 * A fixture for the report: figures of the size METHOD.md gives for mawps, written by hand. It is not a result of
 * this package, and every text in it says what it stands for.
 */

const PROMPT_TEMPLATES: Readonly<Record<string, string>> = {
  nan: "The answer is:",
  CoT: "Let's think step by step:",
  APE: "Let's work this out in a step by step way to be sure we have the right answer:",
  Dis: "Let's discuss this among three experts, each writing one step of their thinking and then sharing it with the group:",
  ToT: "Imagine three different experts are answering this question. All experts will write down 1 step of their thinking, then share it with the group. Then all experts will go on to the next step. If any expert realizes they're wrong at any point then they leave.",
  Decomp: "Let's break the problem into sub-problems, solve each of them, and put the answers together:",
};
const TRAINING_RATES: Readonly<Record<string, number>> = {
  nan: 0.644,
  CoT: 0.617,
  APE: 0.541,
  Dis: 0.197,
  ToT: 0.132,
  Decomp: 0.459,
};

/** An interval of the given half width, cut to [-1, 1]. */
function around(value: number, halfWidth: number): Interval {
  return [Math.max(value - halfWidth, -1), Math.min(value + halfWidth, 1)];
}

interface StrategyFigures {
  readonly name: StrategyName;
  readonly success: number;
  readonly upliftCi95?: Interval;
  readonly switched?: number;
}

function strategy(figures: StrategyFigures, fixed: number, questions: number): StrategyResult {
  return {
    name: figures.name,
    success: figures.success,
    ci95: around(figures.success, 0.021),
    uplift: figures.success - fixed,
    upliftCi95:
      figures.name === "fixed" ? null : (figures.upliftCi95 ?? around(figures.success - fixed, 0.022)),
    switched: figures.switched ?? null,
    questions,
    mcnemarP: null,
  };
}

const NESTED: EvaluationResult = {
  task: "mawps (fixture)",
  protocol: "nested",
  groupedBy: "text",
  llm: "llama-2-7b-chat",
  rewardModel: "kernel-ridge",
  embedder: "form-tf",
  gateStrength: "balanced",
  seed: 7,
  questions: 1744,
  trainingPrompts: ["nan", "CoT", "APE", "Dis", "ToT", "Decomp"],
  leak: { testQuestions: 1744, alsoInTrain: 0 },
  fixed: { promptId: "nan", success: 0.644, probabilityBest: 0.982, expectedRegret: 0.0002 },
  strategies: [
    strategy({ name: "fixed", success: 0.644, switched: 0 }, 0.644, 1744),
    strategy({ name: "argmax", success: 0.663, upliftCi95: [0.009, 0.03], switched: 0.284 }, 0.644, 1744),
    strategy({ name: "safe", success: 0.663, upliftCi95: [0.009, 0.03], switched: 0.284 }, 0.644, 1744),
    strategy({ name: "best-of-train", success: 0.644, upliftCi95: [0, 0], switched: 0 }, 0.644, 1744),
    strategy({ name: "random", success: 0.4317, switched: 0.833 }, 0.644, 1744),
    strategy({ name: "oracle", success: 0.855, switched: 0.41 }, 0.644, 1744),
    {
      name: "held-out",
      success: null,
      ci95: null,
      uplift: null,
      upliftCi95: null,
      switched: null,
      questions: 0,
      mcnemarP: null,
      reason: "held-out prompts are labeled on the published test rows only",
    },
    {
      name: "confidence",
      success: null,
      ci95: null,
      uplift: null,
      upliftCi95: null,
      switched: null,
      questions: 0,
      mcnemarP: null,
      reason: "the log has the LLM's confidence on the published test rows only",
    },
  ],
  attainable: { lower: 0.695, upper: 0.784, fixedSuccess: 0.644, questions: 1744 },
  gate: {
    openFolds: 5,
    folds: 5,
    upliftOutOfFold: 0.0184,
    z: 3.4,
    reason: "the out-of-fold uplift is 3.4 standard errors above zero; balanced wants 1",
  },
  rewardModelQuality: {
    seen: {
      pairs: 10464,
      accuracy: 0.741,
      precision: 0.672,
      auc: 0.803,
      withinQueryAuc: 0.768,
      logLoss: 0.521,
      ece: 0.018,
    },
    heldOut: null,
  },
  selfCritic: null,
  choose: "prompt",
  candidates: [],
  partialChoices: [],
  costUnit: "dollars",
  costPrediction: null,
  frontier: null,
  frontierArea: null,
  knob: null,
  saving: null,
  features: ["form-tf"],
  estimator: {
    kind: "paired",
    propensity: "complete",
    assumption: "Every question is labeled under every prompt, so nothing need be assumed.",
    effectiveQuestions: 1744,
    largestWeight: 1,
    withoutOverlap: 0,
    selfNormalized: 0.6,
    selectionToUndo: null,
  },
  unlike: { share: 0.012 },
  newKinds: null,
  warnings: [],
  seconds: 11.4,
  peakMemoryMb: 412,
};

const PAPER: EvaluationResult = {
  ...NESTED,
  protocol: "paper",
  questions: 1685,
  leak: { testQuestions: 1685, alsoInTrain: 1685 },
  fixed: { ...NESTED.fixed, success: 0.6457 },
  strategies: [
    strategy({ name: "fixed", success: 0.6457, switched: 0 }, 0.6457, 1685),
    strategy({ name: "argmax", success: 0.6861, upliftCi95: [0.027, 0.054], switched: 0.33 }, 0.6457, 1685),
    strategy({ name: "safe", success: 0.6861, upliftCi95: [0.027, 0.054], switched: 0.33 }, 0.6457, 1685),
    strategy({ name: "held-out", success: 0.4872, switched: 1 }, 0.6457, 1685),
    strategy({ name: "all", success: 0.6766, upliftCi95: [0.016, 0.046], switched: 0.41 }, 0.6457, 1685),
    strategy({ name: "hybrid", success: 0.6766, upliftCi95: [0.016, 0.046], switched: 0.38 }, 0.6457, 1685),
    strategy({ name: "random", success: 0.4298, switched: 0.833 }, 0.6457, 1685),
    strategy({ name: "confidence", success: 0.49, switched: 0.71 }, 0.6457, 1685),
    strategy({ name: "confidence-first", success: 0.5549, switched: 0.5 }, 0.6457, 1685),
    strategy({ name: "best-of-train", success: 0.6457, upliftCi95: [0, 0], switched: 0 }, 0.6457, 1685),
    strategy({ name: "oracle", success: 0.855, switched: 0.41 }, 0.6457, 1685),
  ],
  attainable: null,
  gate: { open: true, upliftOutOfFold: 0.038, z: 5.1, reason: NESTED.gate.reason },
  rewardModelQuality: {
    seen: { ...NESTED.rewardModelQuality.seen!, accuracy: 0.79, auc: 0.86 },
    heldOut: {
      pairs: 16850,
      accuracy: 0.649,
      precision: 0.587,
      auc: 0.68,
      withinQueryAuc: 0.632,
      logLoss: 0.642,
      ece: 0.071,
    },
  },
};

function prompts(): ReportPrompt[] {
  const training = Object.entries(TRAINING_RATES).map(
    ([id, success]): ReportPrompt => ({
      id,
      template: PROMPT_TEMPLATES[id] ?? "",
      split: "training",
      success,
      ci95: around(success, 0.021),
      questions: 1744,
      probabilityBest: id === "nan" ? 0.982 : id === "CoT" ? 0.018 : 0,
    }),
  );
  const heldOut = [0.534, 0.504, 0.51, 0.375, 0.37, 0.563, 0.294, 0.537, 0.587, 0.128].map(
    (success, index): ReportPrompt => ({
      id: `gpt4_${index}`,
      template: `Held-out prompt ${index} of the fixture: take the numbers, name what is asked, then compute it.`,
      split: "held-out",
      success,
      ci95: around(success, 0.028),
      questions: 1109,
      probabilityBest: null,
    }),
  );
  return [...training, ...heldOut];
}

const KINDS: readonly ChosenKind[] = [
  {
    keywords: ["how many", "left", "gave", "2-digit number", "away"],
    questions: 486,
    examples: [
      "Joan found 70 seashells on the beach. She gave Sam some of her seashells. She has 27 seashells left. How many seashells did she give to Sam?",
      "There were 28 bales of hay in the barn. Tim stacked bales in the barn today. There are now 54 bales of hay in the barn. How many bales did he store in the barn?",
    ],
    promptSuccess: [0.781, 0.702, 0.64, 0.22, 0.14, 0.55],
    bestPromptId: "nan",
    advantage: 0,
    advantageCi95: [0, 0],
    choice: {
      prompts: [
        { promptId: "nan", share: 0.83 },
        { promptId: "CoT", share: 0.11 },
      ],
      gain: 0.002,
      gainCi95: [-0.008, 0.012],
    },
  },
  {
    keywords: ["decimal number", "$", "cost", "each", "total"],
    questions: 371,
    examples: [
      "Mary bought a soccer ball for $ 14.32 and a toy car for $ 9.58. How much did Mary spend in total?",
      "Sandy bought shorts for 13.99 dollars, a shirt for 12.14 dollars, and a jacket for 7.43 dollars. How much money did Sandy spend on clothes?",
    ],
    promptSuccess: [0.598, 0.681, 0.56, 0.21, 0.12, 0.5],
    bestPromptId: "CoT",
    advantage: 0.083,
    advantageCi95: [0.031, 0.135],
    choice: {
      prompts: [
        { promptId: "CoT", share: 0.58 },
        { promptId: "nan", share: 0.4 },
      ],
      gain: 0.061,
      gainCi95: [0.02, 0.102],
    },
  },
  {
    keywords: ["number of 4+ digits", "miles", "per", "hour", "many more"],
    questions: 322,
    examples: [
      "A ship full of grain crashes into a coral reef. By the time the ship is fixed, 49952 tons of grain have spilled into the water. Only 918 tons of grain remain onboard. How many tons of grain did the ship originally contain?",
    ],
    promptSuccess: [0.551, 0.563, 0.47, 0.16, 0.15, 0.41],
    bestPromptId: "CoT",
    advantage: 0.012,
    advantageCi95: [-0.044, 0.068],
    choice: {
      prompts: [
        { promptId: "nan", share: 0.66 },
        { promptId: "CoT", share: 0.28 },
      ],
      gain: 0.016,
      gainCi95: [-0.012, 0.044],
    },
  },
  {
    keywords: ["groups", "divided", "boxes", "in each"],
    questions: 309,
    examples: [
      "Ned bought 14 boxes of chocolate candy and gave 7 to his little brother. If each box has 6 pieces inside it, how many pieces did Ned still have?",
    ],
    promptSuccess: [0.617, 0.604, 0.631, 0.2, 0.13, 0.47],
    bestPromptId: "APE",
    advantage: 0.014,
    advantageCi95: [-0.041, 0.069],
    choice: {
      prompts: [
        { promptId: "nan", share: 0.71 },
        { promptId: "APE", share: 0.22 },
      ],
      gain: 0.009,
      gainCi95: [-0.021, 0.039],
    },
  },
  {
    keywords: ["fraction", "/", "recipe", "cup", "of the"],
    questions: 256,
    examples: [
      "Mary is baking a cake. The recipe wants 8 cups of flour. She already put in 2 cups. How many cups does she need to add?",
    ],
    promptSuccess: [0.596, 0.521, 0.41, 0.19, 0.12, 0.33],
    bestPromptId: "nan",
    advantage: 0,
    advantageCi95: [0, 0],
    choice: {
      prompts: [
        { promptId: "nan", share: 0.97 },
        { promptId: "CoT", share: 0.02 },
      ],
      gain: -0.001,
      gainCi95: [-0.006, 0.004],
    },
  },
];

const CALIBRATION: readonly CalibrationBin[] = [
  { predicted: 0.08, observed: 0.1, pairs: 2010 },
  { predicted: 0.15, observed: 0.14, pairs: 1480 },
  { predicted: 0.25, observed: 0.27, pairs: 640 },
  { predicted: 0.35, observed: 0.34, pairs: 830 },
  { predicted: 0.45, observed: 0.47, pairs: 1320 },
  { predicted: 0.55, observed: 0.53, pairs: 1670 },
  { predicted: 0.65, observed: 0.66, pairs: 1490 },
  { predicted: 0.74, observed: 0.77, pairs: 820 },
  { predicted: 0.83, observed: 0.81, pairs: 184 },
  { predicted: 0.92, observed: 1, pairs: 20 },
];

const LEARNING_CURVE: readonly LearningCurvePoint[] = [
  { questions: 50, uplift: 0.002, ci95: [-0.012, 0.016], openShare: 0 },
  { questions: 100, uplift: 0.007, ci95: [-0.003, 0.015], openShare: 0.2 },
  { questions: 200, uplift: 0.009, ci95: [-0.004, 0.018], openShare: 0.25 },
  { questions: 400, uplift: 0.01, ci95: [0, 0.019], openShare: 0.4 },
  { questions: 800, uplift: 0.011, ci95: [0.003, 0.021], openShare: 0.8 },
  { questions: 1300, uplift: 0.018, ci95: [0.009, 0.026], openShare: 1 },
];

const MISTAKES: readonly Mistake[] = [
  {
    question:
      "Tom has 9 yellow balloons. Sara has 8 yellow balloons. How many yellow balloons do they have in total?",
    chosenPromptId: "nan",
    predicted: 0.83,
    success: 0,
    bestPromptId: "CoT",
    bestSuccess: 1,
    expected: "17",
    chosenAnswer: "The answer is 18.",
    bestAnswer: "9 + 8 = 17, so they have 17 yellow balloons.",
  },
  {
    question: "A farmer had 4160 acres of land. He planted 0.75 of it with wheat. How many acres are left?",
    chosenPromptId: "CoT",
    predicted: 0.61,
    success: 0,
    bestPromptId: "nan",
    bestSuccess: 0.875,
  },
  {
    question: "Each cat has 3 kittens and there are 12 cats on 2 farms. How many kittens are there?",
    chosenPromptId: "CoT",
    predicted: 0.58,
    success: 0.25,
    bestPromptId: "APE",
    bestSuccess: 1,
  },
];

/** The fixture's nested evaluation: choosing per question pays. */
export function evaluationFixture(changes: Partial<EvaluationResult> = {}): EvaluationResult {
  return { ...NESTED, ...changes };
}

/** The same evaluation with another estimate for the choice per question. */
export function evaluationWithChoice(
  uplift: number,
  upliftCi95: Interval,
  changes: Partial<EvaluationResult> = {},
): EvaluationResult {
  return evaluationFixture({
    strategies: NESTED.strategies.map((each) =>
      each.name === "argmax" || each.name === "safe"
        ? { ...each, success: 0.644 + uplift, uplift, upliftCi95 }
        : each,
    ),
    ...changes,
  });
}

/** The fixture's evaluation under the paper's protocol, where every test question leaks. */
export function paperEvaluationFixture(): EvaluationResult {
  return PAPER;
}

/** A whole report's data. */
export function reportFixture(changes: Partial<ReportData> = {}): ReportData {
  return {
    task: "mawps (fixture)",
    generatedAt: "2026-11-23T17:19:00.000Z",
    packageVersion: "0.1.0",
    simulated: false,
    runFolder: "my-run",
    log: {
      source: "a fixture of the tests, in the size of the released mawps log",
      llm: "llama2-7b-chat",
      rows: 7685,
      uniqueQuestions: 1744,
      interactions: 46110,
      filled: 1,
    },
    prompts: prompts(),
    evaluations: [NESTED, PAPER],
    trainedGate: null,
    kinds: KINDS,
    otherQuestions: null,
    calibration: CALIBRATION,
    learningCurve: LEARNING_CURVE,
    leftOutLogs: { leftOut: 0, drawn: 40 },
    mistakes: MISTAKES,
    ...changes,
  };
}

/** A report on a log of 120 training prompts, of which two that stand last in the log win a kind each; both kinds of prompts are predicted. */
export function manyPromptsFixture(): ReportData {
  const success = (index: number): number => 0.2 + ((index * 37) % 120) / 400;
  const named = (index: number): string => `prompt_number_${index}`;
  const many = Array.from(
    { length: 120 },
    (_, index): ReportPrompt => ({
      id: index === 60 ? "nan" : named(index),
      template: `${PROMPT_TEMPLATES.ToT} This is wording ${index}.`,
      split: "training",
      success: index === 60 ? 0.644 : success(index),
      ci95: around(index === 60 ? 0.644 : success(index), 0.021),
      questions: 1744,
      probabilityBest: index === 60 ? 0.982 : 0,
    }),
  );
  const winners = ["nan", named(118), named(119), "nan", "nan"];
  return reportFixture({
    prompts: many,
    evaluations: [
      evaluationFixture({
        trainingPrompts: many.map(({ id }) => id),
        rewardModelQuality: PAPER.rewardModelQuality,
      }),
    ],
    kinds: KINDS.map((kind, place) => ({
      ...kind,
      bestPromptId: winners[place]!,
      promptSuccess: many.map((_, index) => success(index)),
    })),
  });
}

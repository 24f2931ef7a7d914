import { z } from "zod";
import type { ChosenKind, KindChoice } from "../report/index.ts";
import type {
  EvaluationResult,
  Interval,
  RewardModelQuality,
  SelfCriticComparison,
  StrategyName,
  StrategyResult,
} from "../types/index.ts";
import type { DetailedEvaluation } from "./evaluation-details.ts";
import type { LearningCurveMeasurement } from "./learning-curve.ts";
import type { SubsetResult } from "./pipeline-types.ts";
import { tradeResultShape } from "./trade-schemas.ts";

/*
 * What stored results look like. A run folder may come from anywhere and results from an older release, so that their
 * shape is checked as that of any input; the types say that these schemas and the results agree.
 */

const count = z.int().min(0);
const orNull = z.number().nullable();

export const intervalSchema: z.ZodType<Interval> = z.tuple([z.number(), z.number()]);
export const protocolSchema: z.ZodType<"grouped" | "nested" | "paper"> = z.enum([
  "grouped",
  "nested",
  "paper",
]);
export const strategyNameSchema: z.ZodType<StrategyName> = z.enum([
  "fixed",
  "best-of-train",
  "argmax",
  "safe",
  "held-out",
  "all",
  "hybrid",
  "random",
  "confidence",
  "confidence-first",
  "oracle",
]);

const strategySchema: z.ZodType<StrategyResult> = z.object({
  name: strategyNameSchema,
  success: orNull,
  ci95: intervalSchema.nullable(),
  uplift: orNull,
  upliftCi95: intervalSchema.nullable(),
  switched: orNull,
  questions: count,
  mcnemarP: orNull,
  reason: z.string().exactOptional(),
});

const qualitySchema: z.ZodType<RewardModelQuality> = z.object({
  pairs: count,
  accuracy: z.number(),
  precision: orNull,
  auc: orNull,
  withinQueryAuc: orNull,
  logLoss: z.number(),
  ece: z.number(),
});

const hitsSchema = z.object({ accuracy: z.number(), precision: orNull });
const costSchema = z.object({
  calls: count,
  inputTokens: orNull,
  outputTokens: orNull,
  cost: orNull,
  latencyMs: orNull,
});

const selfCriticSchema: z.ZodType<SelfCriticComparison> = z.object({
  pairs: count,
  critic: hitsSchema,
  rewardModel: hitsSchema,
  accuracyGain: z.number(),
  accuracyGainCi95: intervalSchema,
  confidence: z.object({ pairs: count, auc: orNull, withinQueryAuc: orNull }).nullable(),
  callsPerQuestion: z.number(),
  perVerdict: costSchema.nullable(),
  perAnswer: costSchema.nullable(),
});

const gateMeasure = { upliftOutOfFold: z.number(), z: z.number(), reason: z.string() };

const evaluationResultSchema: z.ZodType<EvaluationResult> = z.object({
  ...tradeResultShape,
  task: z.string(),
  protocol: protocolSchema,
  groupedBy: z.string(),
  llm: z.string(),
  rewardModel: z.string(),
  embedder: z.string(),
  gateStrength: z.enum(["averse", "balanced", "neutral"]),
  seed: z.number(),
  questions: count,
  trainingPrompts: z.array(z.string()).min(1),
  leak: z.object({ testQuestions: count, alsoInTrain: count }),
  fixed: z.object({
    promptId: z.string(),
    success: orNull,
    probabilityBest: z.number(),
    expectedRegret: z.number(),
  }),
  strategies: z.array(strategySchema),
  attainable: z
    .object({ lower: z.number(), upper: z.number(), fixedSuccess: z.number(), questions: count })
    .nullable(),
  gate: z.union([
    z.object({ open: z.boolean(), ...gateMeasure }),
    z.object({ openFolds: count, folds: count, ...gateMeasure }),
  ]),
  rewardModelQuality: z.object({ seen: qualitySchema.nullable(), heldOut: qualitySchema.nullable() }),
  selfCritic: selfCriticSchema.nullable(),
  features: z.array(z.string()),
  estimator: z.object({
    kind: z.enum(["paired", "doubly-robust"]),
    propensity: z.enum(["complete", "column", "rates", "model"]).nullable(),
    assumption: z.string(),
    effectiveQuestions: z.number(),
    largestWeight: z.number(),
    withoutOverlap: z.number(),
    selfNormalized: orNull,
    selectionToUndo: orNull,
  }),
  unlike: z.object({ share: z.number() }),
  newKinds: z
    .object({ uplift: orNull, upliftCi95: intervalSchema.nullable(), openFolds: count, folds: count })
    .nullable(),
  warnings: z.array(z.string()),
  seconds: z.number(),
  peakMemoryMb: z.number(),
});

const kindChoiceSchema: z.ZodType<KindChoice> = z.object({
  prompts: z.array(z.object({ promptId: z.string(), share: z.number() })),
  gain: orNull,
  gainCi95: intervalSchema.nullable(),
});

const chosenKindSchema: z.ZodType<ChosenKind> = z.object({
  keywords: z.array(z.string()),
  questions: count,
  examples: z.array(z.string()),
  promptSuccess: z.array(orNull),
  bestPromptId: z.string(),
  advantage: z.number(),
  advantageCi95: intervalSchema,
  choice: kindChoiceSchema,
});

/** What `evaluate` stores. */
export const detailedEvaluationSchema: z.ZodType<DetailedEvaluation> = z.object({
  result: evaluationResultSchema,
  details: z.object({
    calibration: z.array(z.object({ predicted: z.number(), observed: z.number(), pairs: z.number() })),
    mistakes: z.array(
      z.object({
        question: z.string(),
        chosenPromptId: z.string(),
        predicted: z.number(),
        success: z.number(),
        bestPromptId: z.string(),
        bestSuccess: z.number(),
        expected: z.string().exactOptional(),
        chosenAnswer: z.string().exactOptional(),
        bestAnswer: z.string().exactOptional(),
      }),
    ),
    kinds: z.array(chosenKindSchema),
    otherQuestions: z.object({ questions: count, choice: kindChoiceSchema }).nullable(),
  }),
});

/** What a sweep over subsets stores. */
export const subsetResultsSchema: z.ZodType<readonly SubsetResult[]> = z
  .array(
    z.object({
      size: z.int().min(1),
      promptIds: z.array(z.string()).min(1),
      strategies: z.array(strategySchema),
    }),
  )
  .min(1)
  .refine(
    (subsets) => subsets.every(({ strategies }) => strategies.length === subsets[0]!.strategies.length),
    "subsets with different numbers of strategies",
  );

/** What the report's learning curve stores. */
export const learningCurveSchema: z.ZodType<LearningCurveMeasurement[]> = z.array(
  z
    .object({
      questions: count,
      uplifts: z.array(z.number()),
      open: z.array(z.boolean()),
      leftOut: count,
    })
    .refine(({ uplifts, open }) => uplifts.length === open.length, "as many uplifts as decisions"),
);

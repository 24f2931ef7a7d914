import { z } from "zod";
import type { ReproducedQuality, ReproductionArm } from "../../report/index.ts";
import { intervalSchema, protocolSchema, strategyNameSchema } from "../evaluation-schemas.ts";

const count = z.int().min(0);
const orNull = z.number().nullable();

const qualitySchema: z.ZodType<ReproducedQuality> = z.object({
  accuracy: orNull,
  precision: orNull,
  recall: orNull,
  f1: orNull,
  precisionSubsets: count,
  published: z.object({ accuracy: z.number(), precision: z.number() }).nullable(),
});

/** What an experiment of the reproduction stores. */
export const reproductionArmSchema: z.ZodType<ReproductionArm> = z.object({
  name: z.enum(["reference-paper", "reference-grouped", "default-grouped"]),
  protocol: protocolSchema,
  rewardModel: z.string(),
  queryFeatures: z.string(),
  promptFeatures: z.string(),
  trainQuestions: count,
  testUnits: count,
  alsoInTrain: count,
  sizes: z.array(
    z.object({
      size: z.int().min(1),
      subsets: count,
      strategies: z.array(
        z.object({
          strategy: strategyNameSchema,
          success: orNull,
          ci95: intervalSchema.nullable(),
          uplift: orNull,
          upliftCi95: intervalSchema.nullable(),
          units: count,
          published: orNull,
        }),
      ),
      seen: qualitySchema,
      heldOut: qualitySchema.nullable(),
      unseenTies: z.object({ share: z.number(), successOfTraining: orNull }).nullable(),
    }),
  ),
  subsets: z.array(
    z.object({
      size: z.int().min(1),
      promptIds: z.array(z.string()),
      success: z.array(z.object({ strategy: strategyNameSchema, value: orNull })),
    }),
  ),
  seconds: z.number(),
});

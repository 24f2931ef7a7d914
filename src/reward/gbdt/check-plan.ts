import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { parseParameters } from "./parse-parameters.ts";
import type { TrainingPlan } from "./training-plan.ts";

/** The widest ranges; each library's own are narrower. */
const planSchema = z.strictObject({
  objective: z.enum(["binary:logistic", "reg:squarederror"]),
  rounds: z.int().min(1),
  learningRate: z.number().gt(0).max(1),
  growth: z.enum(["depthwise", "leafwise"]),
  maxDepth: z.int().min(0),
  maxLeaves: z.int().min(0),
  lambda: z.number().min(0),
  minSplitGain: z.number().min(0),
  minChildWeight: z.number().min(0),
  pairFraction: z.number().gt(0).max(1),
  featureFraction: z.number().gt(0).max(1),
  maxBin: z.int().min(2).max(256),
  baseScore: z.union([z.literal("mean"), z.number().gt(0).lt(1)]),
  earlyStoppingRounds: z.int().min(0),
  seed: z.int().min(0),
});
/** More threads than any machine here has would only wait for each other. */
const MAX_WORKERS = 64;

/** @throws ConfigError where a value is out of range: plans can be written by hand, and NaN would be all trees say */
export function checkPlan(plan: TrainingPlan): void {
  parseParameters("plan's", planSchema, plan);
}

/** @throws ConfigError where threads or memory are no numbers that make sense */
export function checkRunning(options: { readonly workers?: number; readonly cacheBytes?: number }): void {
  const { workers, cacheBytes } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS))
    throw new ConfigError(
      `Boosted trees are to be trained by ${workers} workers; expected a whole number from 1 to ${MAX_WORKERS}, or none to use as many as there are cores.`,
    );
  if (cacheBytes !== undefined && !(Number.isInteger(cacheBytes) && cacheBytes >= 0))
    throw new ConfigError(
      `Boosted trees are to keep bounds in ${cacheBytes} bytes; expected a whole number, 0 for none.`,
    );
}

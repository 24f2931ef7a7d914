import { z } from "zod";
import type { CostModel } from "../reward/index.ts";
import type { Trade, TradePoint } from "../select/index.ts";
import type { Interval, Knob, TradeResult } from "../types/index.ts";
import type { Policy } from "./policy.ts";
import type { PricedPolicy } from "./priced-policy.ts";

/*
 * What stored trades of success for cost look like; see evaluation-schemas.ts.
 */

const count = z.int().min(0);
const orNull = z.number().nullable();
const interval: z.ZodType<Interval> = z.tuple([z.number(), z.number()]);

export const knobSchema: z.ZodType<Knob> = z.object({
  kind: z.enum(["worth", "budget", "keep"]),
  value: z.number().min(0),
});

const pointSchema: z.ZodType<TradePoint> = z.object({
  worth: z.number().min(0),
  isOpen: z.boolean(),
  success: z.number(),
  cost: z.number(),
});

const tradeSchema: z.ZodType<Trade> = z.object({
  means: z.array(z.number()).min(1),
  costs: z.array(z.number()).min(1),
  points: z.array(pointSchema).min(1),
  saving: pointSchema.nullable(),
});

export const costModelSchema: z.ZodType<CostModel> = z.object({
  intercepts: z.array(z.number()).min(1),
  slopes: z.array(z.number()).min(1),
  lowest: z.array(z.number()).min(1),
  highest: z.array(z.number()).min(1),
});

export const pricedSchema: z.ZodType<PricedPolicy> = z.object({
  trade: tradeSchema,
  costModel: costModelSchema,
  costUnit: z.string(),
  knob: knobSchema.nullable(),
});

/** Whether what is stored of costs and times is of so many candidates. */
export function areOfCandidates(
  { priced, latencyModel = null }: Pick<Policy, "priced"> & Partial<Pick<Policy, "latencyModel">>,
  candidates: number,
): boolean {
  return [
    ...(priced === null ? [] : [priced.trade.means, priced.trade.costs, ...Object.values(priced.costModel)]),
    ...(latencyModel === null ? [] : Object.values(latencyModel)),
  ].every(({ length }) => length === candidates);
}

export const tradeResultShape: { [field in keyof TradeResult]: z.ZodType<TradeResult[field]> } = {
  choose: z.enum(["prompt", "llm", "both"]),
  candidates: z.array(
    z.object({
      id: z.string(),
      promptId: z.string(),
      llm: z.string(),
      cost: orNull,
      latencyMs: orNull,
      success: orNull,
      successCi95: interval.nullable(),
    }),
  ),
  partialChoices: z.array(
    z.object({ choose: z.enum(["prompt", "llm"]), uplift: orNull, upliftCi95: interval.nullable() }),
  ),
  costUnit: z.string(),
  costPrediction: z.object({ source: z.enum(["given", "logged"]), explained: orNull }).nullable(),
  frontier: z
    .array(
      z.object({
        worth: z.number(),
        cost: z.number(),
        costCi95: interval,
        success: z.number(),
        successCi95: interval,
        mixedSuccess: z.number(),
        shares: z.array(z.number()),
      }),
    )
    .nullable(),
  frontierArea: orNull,
  knob: z
    .object({
      kind: z.enum(["worth", "budget", "keep"]),
      value: z.number(),
      cost: z.number(),
      costCi95: interval,
      success: z.number(),
      successCi95: interval,
      uplift: z.number(),
      upliftCi95: interval,
      netGain: orNull,
      netGainCi95: interval.nullable(),
      openFolds: count,
    })
    .nullable(),
  saving: z
    .object({
      atMargin: z.number(),
      cost: z.number(),
      costCi95: interval,
      share: z.number(),
      success: z.number(),
      successCi95: interval,
      isNonInferior: z.boolean(),
      openFolds: count,
    })
    .nullable(),
};

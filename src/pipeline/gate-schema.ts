import { z } from "zod";
import type { GateDecision } from "../select/index.ts";

/** A gate's decision as files hold it. */
export const gateSchema: z.ZodType<GateDecision> = z.object({
  open: z.boolean(),
  upliftOutOfFold: z.number(),
  standardError: z.number(),
  z: z.number(),
  reason: z.string(),
  questions: z.number(),
  switched: z.number(),
});

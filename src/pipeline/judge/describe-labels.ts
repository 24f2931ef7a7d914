import { z } from "zod";
import type { RunManifest } from "../../data/index.ts";
import { displayName } from "../../report/index.ts";

/** Longest name of a judge or mode shown, in visible characters. */
const LONGEST_NAME = 80;

const judgedOptions = z.object({
  judge: z.string(),
  mode: z.string(),
  isTrusted: z.boolean(),
  agreement: z
    .object({ kappa: z.number().nullable(), kappaCi95: z.tuple([z.number(), z.number()]).nullable() })
    .nullable(),
});

/**
 * Whose labels a run has where an LLM gave them, and how far it agreed with known ones; to be said wherever results of the
 * run are shown.
 * @returns undefined for labels that come from elsewhere
 */
export function describeLabels({ source }: RunManifest): string | undefined {
  const { success, data } = judgedOptions.safeParse(source.options);
  if (source.kind !== "judge" || !success) return undefined;
  const { kappa = null, kappaCi95 = null } = data.agreement ?? {};
  const interval = kappaCi95 === null ? "" : ` [${kappaCi95.map((bound) => bound.toFixed(2)).join(", ")}]`;
  const checked =
    kappa === null ? "not checked" : `kappa ${kappa.toFixed(2)}${interval} against known labels`;
  return `labels by "${displayName(data.judge, LONGEST_NAME)}" as a judge (${displayName(data.mode, LONGEST_NAME)}), ${checked}${data.isTrusted ? "" : ", not trusted"}`;
}

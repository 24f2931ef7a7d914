import { UsageError } from "../errors.ts";
import type { Knob } from "../types/index.ts";
import type { KnobOptions } from "./pipeline-types.ts";

const KINDS = ["worth", "budget", "keep"] as const;

/**
 * What is wanted of success and cost; null where nothing is said.
 * @throws UsageError where it is said in two ways, or a number is out of range
 */
export function knobFromOptions(options: KnobOptions): Knob | null {
  const named = KINDS.filter((kind) => options[kind] !== undefined);
  const [kind] = named;
  if (kind === undefined) return null;
  if (named.length > 1) throw new UsageError(`${named.join(" and ")} are given; keep one of them`);
  const value = options[kind]!;
  const most = kind === "keep" ? 1 : Number.MAX_VALUE;
  if (typeof value !== "number" || !(value >= 0 && value <= most))
    throw new UsageError(
      `${kind} must be a number ${kind === "keep" ? "from 0 to 1, a share of success" : "of at least 0, in the unit of costs"}, found ${value}`,
    );
  return { kind, value };
}

import type { z } from "zod";
import { ConfigError } from "../../errors.ts";

/**
 * Checks parameters against a table of theirs and fills in defaults.
 * @param which parameters they are, for the message
 * @throws ConfigError naming each parameter that is unknown or out of range
 */
export function parseParameters<Schema extends z.ZodType>(
  which: string,
  schema: Schema,
  parameters: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new ConfigError(
    `The ${which} parameters of the boosted trees are wrong: ${faults.join("; ")}. Correct them, or leave them out for their defaults.`,
    { faults },
  );
}

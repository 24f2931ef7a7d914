import type { z } from "zod";
import { ConfigError } from "../../errors.ts";

/** What each parameter is called here, by other names people know it under. */
export type ParameterAliases = ReadonlyMap<string, string>;

/**
 * Checks parameters against a table of theirs and fills in defaults.
 * @param which parameters they are, for the message
 * @param aliases names that are not accepted, but tell what was meant
 * @throws ConfigError naming each parameter that is unknown or out of range
 */
export function parseParameters<Schema extends z.ZodType>(
  which: string,
  schema: Schema,
  parameters: unknown,
  aliases: ParameterAliases = new Map(),
): z.output<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((name) => unknownName(name, aliases));
    return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
  });
  throw new ConfigError(
    `The ${which} parameters of the boosted trees are wrong: ${faults.join("; ")}. Correct them, or leave them out for their defaults.`,
    { faults },
  );
}

function unknownName(name: string, aliases: ParameterAliases): string {
  const own = aliases.get(name);
  return own === undefined ? `"${name}" is not known here` : `"${name}" is called "${own}" here`;
}

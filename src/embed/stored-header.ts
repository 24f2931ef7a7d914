import type { z } from "zod";
import { ModelFileError } from "../errors.ts";
import type { NumericArray, StoredState } from "../types/index.ts";

/**
 * Reads the header of a stored embedder, which may come from anyone.
 * @throws ModelFileError naming the field, what was found and what was expected
 */
export function parseHeader<Schema extends z.ZodType>(state: StoredState, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(state.header);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw malformed(state, `header field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "malformed"}`);
}

/**
 * Takes an array of a stored embedder.
 * @param length expected; any where undefined
 * @throws ModelFileError where it is missing, of another type or of another length
 */
export function takeArray<Kind extends NumericArray>(
  state: StoredState,
  name: string,
  kind: new (length: number) => Kind,
  length?: number,
): Kind {
  const found = Object.hasOwn(state.arrays, name) ? state.arrays[name] : undefined;
  if (!(found instanceof kind))
    throw malformed(
      state,
      `array "${name}" is ${found?.constructor.name ?? "missing"}, expected ${kind.name}`,
    );
  if (length !== undefined && found.length !== length)
    throw malformed(state, `array "${name}" holds ${found.length} numbers, expected ${length}`);
  return found;
}

/** The error for a stored embedder that contradicts itself; says which and what to do. */
export function malformed(state: StoredState, what: string): ModelFileError {
  return new ModelFileError(
    `The stored embedder "${state.kind}" is malformed: ${what}. Train the model again.`,
    {
      kind: state.kind,
    },
  );
}
